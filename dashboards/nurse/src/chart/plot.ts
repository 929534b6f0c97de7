import uPlot from 'uplot';
import type { AlarmPriority } from '../../../../gateway/model/alarms.ts';
import { clockTime, clockTimeSeconds, dayWord } from '../text/time.ts';
import type { ChartData, Gap } from './series.ts';

/** An alarm on the time axis. */
export interface AlarmMark {
  readonly at: number;
  readonly priority: AlarmPriority;
}

export interface PlotInput {
  readonly from: number;
  readonly to: number;
  readonly data: ChartData;
  readonly marks: readonly AlarmMark[];
  /** Visits of a nurse, Unix ms of their beginning. */
  readonly visits: readonly number[];
  /** The band round the ordered rate, mL/h; null without an order. */
  readonly ordered: { readonly low: number; readonly high: number } | null;
}

interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly hatch: string;
  readonly line: string;
  readonly band: string;
  readonly reference: string;
  readonly ordered: string;
  readonly mark: Readonly<Record<AlarmPriority, string>>;
}

/** The colours of the page as it stands, for the canvas, which knows no style sheets. */
function inkOf(element: Element, kind: 'rate' | 'pressure'): Ink {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text-3'),
    grid: of('chart-grid'),
    hatch: of('chart-hatch'),
    line: of(`chart-${kind}`),
    band: of(`chart-${kind}-band`),
    reference: of('chart-reference'),
    ordered: of('chart-ordered'),
    mark: { high: of('high'), medium: of('medium'), low: of('low'), technical: of('technical') },
  };
}

function hatch(plot: uPlot, gaps: readonly Gap[], colour: string): void {
  const { ctx, bbox } = plot;
  const step = 7 * uPlot.pxRatio;
  for (const gap of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(gap.from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(gap.to, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = colour;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += step) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** The rate that was ordered, as a band behind the curve. */
function drawOrdered(plot: uPlot, ordered: PlotInput['ordered'], colour: string): void {
  if (ordered === null) return;
  const { ctx, bbox } = plot;
  const top = Math.max(bbox.top, plot.valToPos(ordered.high, 'y', true));
  const bottom = Math.min(bbox.top + bbox.height, plot.valToPos(ordered.low, 'y', true));
  if (bottom <= top) return;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  ctx.restore();
}

/** A visit: a small house-like pentagon at the foot of the plot. */
function drawVisits(plot: uPlot, visits: readonly number[], ink: Ink): void {
  const { ctx, bbox } = plot;
  const half = 4 * uPlot.pxRatio;
  const foot = bbox.top + bbox.height;
  for (const at of visits) {
    const x = plot.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.fillStyle = ink.text;
    ctx.beginPath();
    ctx.moveTo(x, foot - half * 2.4);
    ctx.lineTo(x + half, foot - half * 1.3);
    ctx.lineTo(x + half, foot);
    ctx.lineTo(x - half, foot);
    ctx.lineTo(x - half, foot - half * 1.3);
    ctx.closePath();
    ctx.fill();
    ctx.restore();
  }
}

function drawMarks(plot: uPlot, marks: readonly AlarmMark[], ink: Ink): void {
  const { ctx, bbox } = plot;
  const half = 5 * uPlot.pxRatio;
  for (const mark of marks) {
    const x = plot.valToPos(mark.at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.strokeStyle = ink.text;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = ink.mark[mark.priority];
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - half * 1.8);
    ctx.lineTo(x + half, bbox.top);
    ctx.lineTo(x - half, bbox.top);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }
}

const axisFont = '12px system-ui, sans-serif';
const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const timeSteps = [
  ...[1 / 6, 1 / 2, 1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((minutes) => minutes * minuteMs),
  ...[1, 2, 7, 14, 30, 61, 92].map((days) => days * dayMs),
];

/** Marks on whole local hours, which whole UTC hours are not everywhere. */
function timeSplits(_plot: uPlot, _axis: number, min: number, max: number, step: number): number[] {
  const zone = new Date(min).getTimezoneOffset() * minuteMs;
  const splits: number[] = [];
  for (let at = Math.ceil((min - zone) / step) * step + zone; at <= max; at += step) splits.push(at);
  return splits;
}

function axisTime(at: number, step: number): string {
  if (step >= dayMs) return dayWord(at);
  return step < minuteMs ? clockTimeSeconds(at) : clockTime(at, at);
}

function options(
  kind: 'rate' | 'pressure',
  place: HTMLElement,
  input: () => PlotInput,
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const ink = inkOf(place, kind);
  const grid = { stroke: ink.grid, width: 1 };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: Math.max(200, place.clientWidth),
    height: kind === 'rate' ? 116 : 172,
    ms: 1,
    padding: [12, 28, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: place.dataset['sync'] ?? 'trend' },
      points: { size: 7 },
    },
    scales: {
      x: { time: true, range: () => [input().from, input().to] },
      y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), Math.max(1, high ?? 1) * 1.12] },
    },
    series: [
      {},
      edge,
      edge,
      { stroke: ink.line, width: 2, points: { show: false } },
      {
        stroke: ink.reference,
        width: 1.5,
        dash: [6, 4],
        points: { show: false },
        ...(stepped ? { paths: stepped } : {}),
      },
    ],
    bands: [{ series: [1, 2], fill: ink.band }],
    axes: [
      {
        stroke: ink.text,
        font: axisFont,
        grid,
        ticks: { show: false },
        border: { show: false },
        size: kind === 'rate' ? 6 : 30,
        gap: 8,
        space: 64,
        incrs: timeSteps,
        splits: timeSplits,
        values: (_plot, splits, _axis, _space, step) => splits.map((at) => (kind === 'rate' ? '' : axisTime(at, step))),
      },
      {
        stroke: ink.text,
        font: axisFont,
        grid,
        ticks: { show: false },
        border: { show: false },
        size: 44,
        gap: 8,
        space: 34,
      },
    ],
    hooks: {
      drawAxes: [
        (plot) => {
          if (kind === 'rate') drawOrdered(plot, input().ordered, ink.ordered);
          hatch(plot, input().data.gaps, ink.hatch);
        },
      ],
      draw: [
        (plot) => {
          drawMarks(plot, input().marks, ink);
          drawVisits(plot, input().visits, ink);
        },
      ],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
}

const columnsOf = (kind: 'rate' | 'pressure', data: ChartData): uPlot.AlignedData => {
  const columns =
    kind === 'rate'
      ? [data.rateMax, data.rateMin, data.rateMean, data.programmed]
      : [data.pressureMax, data.pressureMin, data.pressureMean, data.limit];
  return [[...data.at], ...columns.map((column) => [...column])];
};

/** Two plots over one time axis, the rate above the pressure. */
export interface PlotPair {
  show(input: PlotInput): void;
  destroy(): void;
}

/** Draws into the two places and follows their width. `onCursor` gets the index of the bucket under the cursor. */
export function createPlots(
  places: Readonly<Record<'rate' | 'pressure', HTMLElement>>,
  first: PlotInput,
  onCursor: (index: number | null) => void,
): PlotPair {
  let shown = first;
  const kinds = ['rate', 'pressure'] as const;
  const plots = kinds.map((kind) => {
    const plot = new uPlot(
      options(kind, places[kind], () => shown, onCursor),
      columnsOf(kind, first.data),
      places[kind],
    );
    return { kind, plot };
  });
  const resized = new ResizeObserver(() => {
    for (const { kind, plot } of plots) {
      const width = places[kind].clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
    }
  });
  resized.observe(places.rate);
  return {
    show(input) {
      shown = input;
      for (const { kind, plot } of plots) plot.setData(columnsOf(kind, input.data));
    },
    destroy() {
      resized.disconnect();
      for (const { plot } of plots) plot.destroy();
    },
  };
}
