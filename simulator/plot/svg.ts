import type { RunData, RunSample } from './run-data.ts';
import { ticks, timeTicks } from './scale.ts';

const WIDTH = 1_080;
const LEFT = 84;
const RIGHT = 24;
const PLOT = WIDTH - LEFT - RIGHT;
const EVENTS = { top: 62, row: 15, rows: 3 };
const PRESSURE = { top: 120, height: 250 };
const RATE = { top: 412, height: 150 };
const ALARMS = { top: 606, row: 24 };
const BOLUS_HEADROOM = 2.5;
/** A bolus is shown when the flow is above so many times the rate, and brings so much. */
const BOLUS_SHOWN = 1.5;
const BOLUS_SHOWN_ML = 0.03;

const COLOURS = {
  ink: '#1f2933',
  faint: '#66727f',
  grid: '#e3e8ee',
  narrowed: '#fdf0d5',
  limit: '#b42318',
  sensed: '#0b61a4',
  truth: '#7fb2dc',
  flow: '#2f855a',
  programmed: '#66727f',
  alarm: '#d64545',
};

interface Axis {
  readonly top: number;
  readonly height: number;
  readonly max: number;
}

/** A run as a picture: pressure, rate and alarms over time, what happened written above, a narrowed line shaded. */
export function plotSvg(data: RunData): string {
  const x = (atS: number): number => LEFT + (PLOT * atS) / data.durationS;
  const pressure: Axis = { ...PRESSURE, max: roundUp(1.08 * largest(data.samples, pressures)) };
  const shownRate = largest(data.samples, ({ rateMlH }) => [rateMlH ?? 0]) || 1;
  const rate: Axis = { ...RATE, max: roundUp(BOLUS_HEADROOM * shownRate) };
  const lanes = Math.max(1, data.alarms.length);
  const bottom = ALARMS.top + lanes * ALARMS.row;
  const height = bottom + 46;
  const parts = [
    ...data.narrowed.map(({ fromS, toS }) =>
      rect(x(fromS), PRESSURE.top, x(toS) - x(fromS), bottom - PRESSURE.top, COLOURS.narrowed),
    ),
    ...timeGrid(data.durationS, x, bottom),
    ...axis(pressure, 'Line pressure, mmHg', 5),
    ...axis(rate, 'Rate, mL/h', 4),
    ...eventMarks(data, x, bottom),
    path(data.samples, x, pressure, ({ limitMmHg }) => limitMmHg, COLOURS.limit, 'stroke-dasharray="7 4"'),
    path(data.samples, x, pressure, ({ truePressureMmHg }) => truePressureMmHg, COLOURS.truth, 'stroke-width="3.5"'),
    path(data.samples, x, pressure, ({ pressureMmHg }) => pressureMmHg, COLOURS.sensed, 'stroke-width="1"'),
    path(data.samples, x, rate, ({ trueFlowMlH }) => trueFlowMlH, COLOURS.flow, 'stroke-width="1.6"'),
    path(
      data.samples,
      x,
      rate,
      ({ rateMlH }) => rateMlH,
      COLOURS.programmed,
      'stroke-width="1.6" stroke-dasharray="2 3"',
      true,
    ),
    ...boluses(data.samples, x, rate),
    ...alarmLanes(data, x),
    ...legend(),
  ];
  const head = [
    text(LEFT, 26, data.title, 'font-size="18" font-weight="600"'),
    text(LEFT, 45, `${data.pump}, seed ${data.seed}. Simulated.`, `fill="${COLOURS.faint}"`),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" fill="${COLOURS.ink}">`,
    `<title>${escaped(data.title)}: pressure, rate and alarms</title>`,
    rect(0, 0, WIDTH, height, '#ffffff'),
    ...head,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

const pressures = ({ pressureMmHg, truePressureMmHg, limitMmHg }: RunSample): number[] => [
  pressureMmHg ?? 0,
  truePressureMmHg,
  limitMmHg ?? 0,
];

const largest = (samples: readonly RunSample[], of: (sample: RunSample) => readonly number[]): number =>
  samples.reduce((max, sample) => Math.max(max, ...of(sample)), 0);

const roundUp = (value: number): number => {
  const step = ticks(value || 1, 5)[1] ?? 1;
  return Math.ceil(value / step) * step || step;
};

/** Values below zero, or above the axis, are drawn at its edge. */
const y = ({ top, height, max }: Axis, value: number): number =>
  top + height * (1 - Math.min(1, Math.max(0, value / max)));

function path(
  samples: readonly RunSample[],
  x: (atS: number) => number,
  axis: Axis,
  of: (sample: RunSample) => number | undefined,
  colour: string,
  more: string,
  steps = false,
): string {
  let d = '';
  let last: number | undefined;
  for (const sample of samples) {
    const value = of(sample);
    if (value === undefined) last = undefined;
    else {
      const [px, py] = [x(sample.atS).toFixed(1), y(axis, value)];
      if (last === undefined) d += `M${px} ${py.toFixed(1)}`;
      else d += steps && last !== py ? `L${px} ${last.toFixed(1)}L${px} ${py.toFixed(1)}` : `L${px} ${py.toFixed(1)}`;
      last = py;
    }
  }
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-linejoin="round" ${more}/>`;
}

function axis(scale: Axis, title: string, count: number): string[] {
  const middle = scale.top + scale.height / 2;
  return [
    ...ticks(scale.max, count).flatMap((value) => [
      line(LEFT, y(scale, value), WIDTH - RIGHT, y(scale, value), COLOURS.grid),
      text(LEFT - 8, y(scale, value) + 4, String(value), 'text-anchor="end"'),
    ]),
    text(22, middle, title, `text-anchor="middle" transform="rotate(-90 22 ${middle})"`),
  ];
}

function timeGrid(durationS: number, x: (atS: number) => number, bottom: number): string[] {
  return timeTicks(durationS, 12).flatMap(({ atS, text: shown }) => [
    line(x(atS), PRESSURE.top, x(atS), bottom, COLOURS.grid),
    text(x(atS), bottom + 18, shown, 'text-anchor="middle"'),
  ]);
}

/** Words above, on as many rows as keep neighbours apart, with a thin line down. */
function eventMarks({ events }: RunData, x: (atS: number) => number, bottom: number): string[] {
  const rowEnds: number[] = Array.from({ length: EVENTS.rows }, () => Number.NEGATIVE_INFINITY);
  return events.flatMap(({ atS, text: words }) => {
    const width = words.length * 6.4 + 10;
    const free = rowEnds.findIndex((end) => end <= x(atS));
    const row = free < 0 ? EVENTS.rows - 1 : free;
    const fits = x(atS) + width < WIDTH;
    rowEnds[row] = x(atS) + (fits ? width : 0);
    const top = EVENTS.top + row * EVENTS.row;
    const place = fits ? '' : 'text-anchor="end"';
    return [
      line(x(atS), top - 9, x(atS), bottom, COLOURS.faint, 'stroke-dasharray="1 3"'),
      text(x(atS) + (fits ? 4 : -4), top, words, `${place} font-size="11" fill="${COLOURS.faint}"`),
    ];
  });
}

/** What a line gives back when it opens reaches far above the axis: its volume is written beside. */
function boluses(samples: readonly RunSample[], x: (atS: number) => number, scale: Axis): string[] {
  let ml = 0;
  let rowEnds = [0, 0];
  return samples.flatMap(({ atS, trueFlowMlH = 0, rateMlH = 0 }, i) => {
    const beforeS = samples[i - 1]?.atS ?? atS;
    const above = trueFlowMlH > BOLUS_SHOWN * rateMlH + 1;
    if (above) ml += ((trueFlowMlH - rateMlH) * (atS - beforeS)) / 3_600;
    const shown = ml;
    if (!above) ml = 0;
    if (above || shown < BOLUS_SHOWN_ML) return [];
    const words = `+${shown.toFixed(2)} mL`;
    const late = x(atS) > WIDTH - 90;
    const row = Math.max(
      0,
      rowEnds.findIndex((end) => end <= x(atS)),
    );
    rowEnds = rowEnds.map((end, each) => (each === row ? x(atS) + 58 : end));
    const place = late ? 'text-anchor="end"' : '';
    const left = x(beforeS) + (late ? -6 : 3);
    return [text(left, scale.top + 11 + 14 * row, words, `${place} font-size="11" fill="${COLOURS.flow}"`)];
  });
}

function alarmLanes({ alarms }: RunData, x: (atS: number) => number): string[] {
  const title = text(22, ALARMS.top + 4, 'Alarms', 'font-weight="600"');
  if (alarms.length === 0) return [title, text(LEFT + 4, ALARMS.top + 16, 'none', `fill="${COLOURS.faint}"`)];
  const lanes = alarms.flatMap(({ code, spans }, lane) => {
    const top = ALARMS.top + lane * ALARMS.row;
    const bars = spans.map(({ fromS, toS }) =>
      rect(x(fromS), top, Math.max(2, x(toS) - x(fromS)), 16, COLOURS.alarm, 'rx="2"'),
    );
    const [first] = spans;
    const at = first ? x(first.fromS) : LEFT;
    const before = at > LEFT + 180;
    return [...bars, text(before ? at - 6 : x(first?.toS ?? 0) + 6, top + 12, code, before ? 'text-anchor="end"' : '')];
  });
  return [title, ...lanes];
}

function legend(): string[] {
  const entry = (x: number, top: number, colour: string, words: string, more = ''): string[] => [
    line(x, top - 4, x + 22, top - 4, colour, more),
    text(x + 28, top, words, 'font-size="11"'),
  ];
  const top = PRESSURE.top - 8;
  const rateTop = RATE.top - 8;
  return [
    ...entry(WIDTH - 470, top, COLOURS.sensed, 'sensed', 'stroke-width="1.5"'),
    ...entry(WIDTH - 390, top, COLOURS.truth, 'true', 'stroke-width="3.5"'),
    ...entry(WIDTH - 325, top, COLOURS.limit, "pump's limit", 'stroke-dasharray="7 4"'),
    rect(WIDTH - 218, top - 11, 22, 12, COLOURS.narrowed, `stroke="${COLOURS.grid}"`),
    text(WIDTH - 190, top, 'line narrowed or shut', 'font-size="11"'),
    ...entry(WIDTH - 390, rateTop, COLOURS.programmed, "pump's own", 'stroke-width="1.6" stroke-dasharray="2 3"'),
    ...entry(WIDTH - 275, rateTop, COLOURS.flow, 'what reaches the patient', 'stroke-width="1.6"'),
  ];
}

const line = (x1: number, y1: number, x2: number, y2: number, colour: string, more = ''): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" ${more}/>`;

const rect = (x: number, top: number, width: number, height: number, colour: string, more = ''): string =>
  `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}" ${more}/>`;

const text = (x: number, base: number, words: string, more: string): string =>
  `<text x="${x.toFixed(1)}" y="${base.toFixed(1)}" ${more}>${escaped(words)}</text>`;

const escaped = (words: string): string => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
