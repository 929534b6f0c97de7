import type { Alert } from '#model/alert.ts';
import type { HubView } from '#model/fleet.ts';
import { type Trend, type TrendColumn, type TrendPoint, trendColumns } from '#model/trend.ts';
import type { WirePump, WireReading } from '../../dashboards/nurse/src/api/wire.ts';

const minute = 60_000;
const hour = 60 * minute;
const beatMs = 10_000;

interface Story {
  readonly pump: string;
  readonly hub: string;
  readonly drug: string;
  readonly model: string;
  readonly rate: number;
  readonly limit: number;
  readonly base: number;
  /** When the line was blocked, counted back from the telling. */
  readonly blockedAgo: number | null;
  /** Times without a reading, [from, to] counted back from the telling. */
  readonly silence: readonly (readonly [number, number])[];
}

/** A small ward: a line that is blocked, a hub that went dark, a night with a hole in the data, and pumps that just run. */
const stories: readonly Story[] = [
  {
    pump: 'pump-03',
    hub: 'hub-03',
    drug: 'J2260',
    model: 'infusomat-space',
    rate: 5,
    limit: 525,
    base: 62,
    blockedAgo: 38 * minute,
    silence: [[9.2 * hour, 7.6 * hour]],
  },
  {
    pump: 'pump-01',
    hub: 'hub-01',
    drug: 'J3285',
    model: 'crono-five',
    rate: 0.84,
    limit: 750,
    base: 88,
    blockedAgo: null,
    silence: [],
  },
  {
    pump: 'pump-02',
    hub: 'hub-02',
    drug: 'J1559',
    model: 'syringe-50ml',
    rate: 24,
    limit: 600,
    base: 190,
    blockedAgo: null,
    silence: [],
  },
  {
    pump: 'pump-04',
    hub: 'hub-04',
    drug: 'J2260',
    model: 'infusomat-space',
    rate: 8.2,
    limit: 525,
    base: 71,
    blockedAgo: null,
    silence: [[19 * minute, -24 * hour]],
  },
  {
    pump: 'pump-05',
    hub: 'hub-05',
    drug: 'J0133',
    model: 'infusomat-space',
    rate: 125,
    limit: 525,
    base: 124,
    blockedAgo: null,
    silence: [],
  },
];

/** A repeatable wobble between -1 and 1. */
const wobble = (at: number, seed: number): number =>
  Math.sin(at / (7 * minute) + seed) * 0.5 +
  Math.sin(at / (1.3 * minute) + seed * 3) * 0.3 +
  Math.sin(at / 17_000 + seed) * 0.2;

/** The time from a blocked line to the pump's own alarm in this story. */
const minutesToAlarm = 26;

function readingOf(story: Story, at: number, told: number): WireReading | null {
  const ago = told - at;
  if (story.silence.some(([from, to]) => ago <= from && ago > to)) return null;
  const seed = story.pump.charCodeAt(story.pump.length - 1);
  const blockedFor = story.blockedAgo === null ? 0 : Math.max(0, (story.blockedAgo - ago) / minute);
  const alarmed = blockedFor >= minutesToAlarm;
  const rise = ((story.limit * 1.02 - story.base) * Math.min(blockedFor, minutesToAlarm)) / minutesToAlarm;
  const noise = alarmed ? 1 : 5;
  return {
    seq: Math.floor(at / beatMs),
    at,
    state: alarmed ? 'stopped' : 'infusing',
    drug: story.drug,
    rate_ml_h: alarmed ? 0 : Number((story.rate * (1 + 0.015 * wobble(at, seed))).toFixed(2)),
    programmed_rate_ml_h: story.rate,
    pressure_mmhg: Math.round(story.base + rise + noise * wobble(at, seed + 1)),
    pressure_limit_mmhg: story.limit,
    reservoir_ml: Number(Math.max(4, (story.rate * 30 * hour - story.rate * (24 * hour - ago)) / hour).toFixed(1)),
    battery_pct: 40 + (seed % 5) * 12,
    on_mains: seed % 2 === 0,
    alarms: alarmed ? ['occlusion-downstream'] : [],
  };
}

const storyOf = (pump: string): Story | undefined => stories.find((story) => story.pump === pump);

/** The pumps as of `now`, in the ward told of at `told`. */
export function pumpsAt(now: number, told: number, open: readonly Alert[]): WirePump[] {
  return stories.map((story) => {
    const beats = Array.from({ length: 9_000 }, (_, index) => now - (now % beatMs) - index * beatMs);
    const heard = beats.find((at) => readingOf(story, at, told) !== null) ?? now;
    const latest = readingOf(story, heard, told) ?? { seq: 0, at: heard, state: 'off' };
    return {
      id: story.pump,
      hub: story.hub,
      model: story.model,
      serial: null,
      lastSeen: heard,
      stateUnknown: now - heard > 90_000,
      clockSkewMs: 0,
      latest,
      boot: 'boot-1',
      gaps: [],
      openAlerts: open.filter((alert) => alert.pump === story.pump).length,
    };
  });
}

export function hubsAt(now: number): HubView[] {
  return stories.map((story) => ({
    id: story.hub,
    state: story.hub === 'hub-04' ? 'offline' : 'online',
    boot: 'boot-1',
    firmware: '1.0.0',
    lastSeen: story.hub === 'hub-04' ? now - 19 * minute : now,
    clockSkewMs: 0,
    pumps: [story.pump],
  }));
}

const valuesOf = (reading: WireReading): Record<TrendColumn, number | null> => ({
  rateMlH: reading.rate_ml_h ?? null,
  programmedRateMlH: reading.programmed_rate_ml_h ?? null,
  pressureMmHg: reading.pressure_mmhg ?? null,
  pressureLimitMmHg: reading.pressure_limit_mmhg ?? null,
  reservoirMl: reading.reservoir_ml ?? null,
});

function fold(
  readings: readonly WireReading[],
  pick: (values: number[]) => number,
): Record<TrendColumn, number | null> {
  const empty: Record<TrendColumn, number | null> = {
    rateMlH: null,
    programmedRateMlH: null,
    pressureMmHg: null,
    pressureLimitMmHg: null,
    reservoirMl: null,
  };
  for (const column of trendColumns) {
    const values = readings.map((reading) => valuesOf(reading)[column]).filter((value) => value !== null);
    if (values.length > 0) empty[column] = pick(values);
  }
  return empty;
}

/** The trend of a pump, of the same readings that the fleet shows. Null for a pump the ward does not have. */
export function trendOf(pump: string, from: number, to: number, points: number, told: number): Trend | null {
  const story = storyOf(pump);
  if (story === undefined) return null;
  const bucketMs = (to - from) / points;
  const buckets: TrendPoint[] = Array.from({ length: points }, (_, index) => {
    const at = from + index * bucketMs;
    const first = Math.ceil(at / beatMs) * beatMs;
    const count = Math.max(0, Math.ceil((at + bucketMs - first) / beatMs));
    const readings = Array.from({ length: count }, (_each, beat) =>
      readingOf(story, first + beat * beatMs, told),
    ).filter((reading) => reading !== null);
    return {
      at,
      count: readings.length,
      min: fold(readings, (values) => Math.min(...values)),
      max: fold(readings, (values) => Math.max(...values)),
      mean: fold(readings, (values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    };
  });
  return { pump, from, to, bucketMs, points: buckets };
}

/** An alert of this ward with what differs from a high, active, untaken occlusion. */
export function alertOf(id: string, differs: Partial<Alert> & { since: number }): Alert {
  return {
    id,
    version: 1,
    pump: 'pump-03',
    hub: 'hub-03',
    patient: 'pt-003',
    code: 'occlusion-downstream',
    priority: 'high',
    text: 'Line blocked between pump and patient',
    state: 'open',
    condition: 'active',
    stateUnknown: false,
    response: 'unacknowledged',
    acknowledgedBy: null,
    acknowledgedAt: null,
    acknowledgementExpires: null,
    assignedTo: null,
    escalationStep: null,
    nextStepAt: null,
    held: null,
    chatter: false,
    missed: false,
    learnedAt: differs.since,
    clearedAt: null,
    closedAt: null,
    outcome: null,
    count: 1,
    drug: 'J2260',
    policy: 'test-1',
    ...differs,
  };
}

/** What is open in the ward at the telling. */
export const openingAlerts = (told: number): Alert[] => [
  alertOf('occlusion', { since: told - 12 * minute }),
  alertOf('battery', {
    since: told - 31 * minute,
    pump: 'pump-02',
    hub: 'hub-02',
    patient: 'pt-002',
    drug: 'J1559',
    code: 'battery-low',
    priority: 'medium',
    text: 'Pump battery low',
    version: 2,
    response: 'acknowledged',
    acknowledgedBy: 'Nurse B',
    acknowledgedAt: told - 26 * minute,
    acknowledgementExpires: told + 34 * minute,
  }),
  alertOf('dark', {
    since: told - 19 * minute,
    pump: 'pump-04',
    hub: 'hub-04',
    patient: 'pt-004',
    code: 'hub-dark',
    priority: 'medium',
    text: 'Home hub dark, pump state unknown',
    stateUnknown: true,
  }),
  alertOf('reservoir', {
    since: told - 4 * minute,
    pump: 'pump-05',
    hub: 'hub-05',
    patient: null,
    drug: 'J0133',
    code: 'reservoir-low',
    priority: 'low',
    text: 'Bag, cassette or syringe nearly empty',
  }),
];
