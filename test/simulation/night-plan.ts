import type { AlarmCode } from '#model/alarms.ts';
import { Chance } from './chance.ts';

/** Instants of a plan count in milliseconds from the start of the night. */
export const NIGHT_MS = 24 * 3_600_000;

/** Something wrong with a pump's delivery that the pump itself notices. It lasts until `untilMs`, or until a person comes. */
export interface PlannedHazard {
  readonly fromMs: number;
  /** Null: only a person ends it. */
  readonly untilMs: number | null;
  readonly code: AlarmCode;
  /** The pump tries again by itself: the alarm goes and comes while the hazard lasts. */
  readonly flickers: boolean;
}

export interface PlannedPump {
  readonly id: string;
  readonly drug: string;
  readonly rateMlH: number;
  readonly hazards: readonly PlannedHazard[];
  /** The line closes slowly: the pressure climbs before the pump's own alarm, which follows `untilMs` later. */
  readonly diesAtMs: number | null;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PlannedHub {
  readonly id: string;
  readonly pumps: readonly PlannedPump[];
  /** Its clock shows so much more than the gateway's, and gains `driftPpm`. */
  readonly skewMs: number;
  readonly driftPpm: number;
  /** No packet gets through. */
  readonly partitions: readonly Span[];
  readonly rebootsAtMs: readonly number[];
}

/** Providers of messages that do not do what they should. */
export interface PlannedOutage extends Span {
  readonly channels: readonly string[];
  /** `loses answers`: the message goes out, and the notifier does not hear so. */
  readonly how: 'refuses' | 'hangs' | 'loses answers';
}

export type CrashPoint =
  | 'anywhere'
  | 'before a commit'
  | 'after a commit'
  | 'before a transaction'
  | 'after a transaction'
  /** Before what it tells of an alert is stored. */
  | 'before a reading is judged'
  /** Of the transaction that holds it. */
  | 'before a page is stored'
  | 'after a page is stored'
  /** The notifier has made them of a page. */
  | 'before messages are stored'
  /** A provider has it, and its answer is not stored. */
  | 'as a message goes out';

export interface PlannedCrash {
  readonly atMs: number;
  readonly point: CrashPoint;
  /** Until the keeper has it running again. */
  readonly awayMs: number;
}

export interface NightPlan {
  readonly seed: number;
  /** Unix ms. */
  readonly startMs: number;
  readonly hubs: readonly PlannedHub[];
  readonly crashes: readonly PlannedCrash[];
  readonly wallSteps: readonly { readonly atMs: number; readonly byMs: number }[];
  /** The journal's disk and that of the state refuse. */
  readonly journalRefuses: readonly Span[];
  readonly stateRefuses: readonly Span[];
  readonly providersFail: readonly PlannedOutage[];
  /** Nobody hears a phone. */
  readonly asleep: readonly Span[];
  /** Shares of packets that are lost, come twice, or come late. */
  readonly link: { readonly lost: number; readonly twice: number; readonly late: number };
}

const PUMPS = 20;

/** Both DST nights of two zones, and ordinary ones. Local noon before, so that the change falls into the night. */
const starts = [
  Date.UTC(2026, 1, 10, 18),
  Date.UTC(2026, 2, 7, 18),
  Date.UTC(2026, 2, 28, 11),
  Date.UTC(2026, 5, 20, 16),
  Date.UTC(2026, 9, 24, 10),
  Date.UTC(2026, 9, 31, 17),
] as const;

interface Therapy {
  readonly drug: string;
  readonly low: number;
  readonly high: number;
}

/** Drug and usual rates; the first two are critical by the default policy. */
const therapies: readonly [Therapy, ...Therapy[]] = [
  { drug: 'J2260', low: 3, high: 12 },
  { drug: 'J3285', low: 0.1, high: 2 },
  { drug: 'J0690', low: 8, high: 60 },
  { drug: 'J0690', low: 8, high: 60 },
  { drug: 'J9190', low: 1.8, high: 5 },
  { drug: 'B4189', low: 60, high: 220 },
];

const codes: readonly [AlarmCode, ...AlarmCode[]] = [
  'occlusion-downstream',
  'occlusion-downstream',
  'air-in-line',
  'reservoir-empty',
  'door-open',
  'battery-depleted',
  'pump-fault',
  'under-infusion',
  'key-not-pressed',
  'reservoir-low',
  'battery-low',
];

/** The whole story of a night from its seed: who is there, what goes wrong, when. */
export function planNight(seed: number): NightPlan {
  const chance = new Chance(seed, 'plan');
  const hubs: PlannedHub[] = [];
  let pumps = 0;
  while (pumps < PUMPS) {
    const count = Math.min(PUMPS - pumps, chance.pick<number>([1, 1, 2, 3, 4]));
    hubs.push(planHub(chance, `hub-${hubs.length + 1}`, pumps, count));
    pumps += count;
  }
  const trouble = chance.pick<number>([0, 1, 1, 2]);
  return {
    seed,
    startMs: chance.pick<number>(starts),
    hubs,
    crashes: planCrashes(chance, trouble),
    wallSteps: chance.times(0.05 * trouble, 0, NIGHT_MS).map((atMs) => ({
      atMs,
      byMs: chance.pick<number>([-2, 2]) * 3_600_000,
    })),
    journalRefuses: spans(chance, 0.06 * trouble, 2_000, 120_000),
    stateRefuses: spans(chance, 0.06 * trouble, 500, 60_000),
    providersFail: spans(chance, 0.2 * trouble, 20_000, 1_800_000).map((span) => planOutage(chance, span)),
    asleep: spans(chance, 0.04, 900_000, 3_600_000),
    link: {
      lost: trouble * chance.between(0, 0.03),
      twice: trouble * chance.between(0, 0.03),
      late: trouble * chance.between(0, 0.05),
    },
  };
}

function planOutage(chance: Chance, span: Span): PlannedOutage {
  const channels = chance.pick<readonly string[]>([
    ['push'],
    ['sms'],
    ['voice'],
    ['push', 'sms'],
    ['push', 'sms', 'voice'],
  ]);
  return { ...span, channels, how: chance.pick<PlannedOutage['how']>(['refuses', 'hangs', 'loses answers']) };
}

function planHub(chance: Chance, id: string, first: number, count: number): PlannedHub {
  const badClock = chance.share(0.15);
  const pumps = Array.from({ length: count }, (_, i) => planPump(chance, `pump-${first + i + 1}`));
  const partitions = spans(chance, 0.06, 5_000, 3 * 3_600_000);
  return {
    id,
    pumps: unheard(chance, pumps, partitions),
    skewMs: badClock ? chance.pick<number>([-1, 1]) * chance.spread(130_000, 7_200_000) : chance.between(-2_000, 2_000),
    driftPpm: chance.between(-40, 40),
    partitions,
    rebootsAtMs: chance.times(0.03, 0, NIGHT_MS),
  };
}

function planPump(chance: Chance, id: string): PlannedPump {
  const { drug, low, high } = chance.pick(therapies);
  const hazards: PlannedHazard[] = [];
  let free = 0;
  for (const fromMs of chance.times(0.05, 60_000, NIGHT_MS)) {
    if (fromMs < free) continue;
    const untilMs = chance.share(0.35) ? fromMs + Math.floor(chance.spread(4_000, 3_600_000)) : null;
    hazards.push({ fromMs, untilMs, code: chance.pick(codes), flickers: chance.share(0.2) });
    // One thing at a time on one pump, mostly: the next one may come while a person is still on the way.
    free = chance.share(0.3) ? fromMs + 60_000 : (untilMs ?? fromMs) + 4_000_000;
  }
  const diesAtMs = chance.share(0.03) ? Math.floor(chance.between(0, NIGHT_MS)) : null;
  return { id, drug, rateMlH: Number(chance.spread(low, high).toFixed(1)), hazards, diesAtMs };
}

/** Behind some of the longer partitions an alarm comes and goes that nobody hears of until it is long over. */
function unheard(chance: Chance, pumps: readonly PlannedPump[], partitions: readonly Span[]): PlannedPump[] {
  const answer = [...pumps];
  for (const { fromMs, toMs } of partitions) {
    if (toMs - fromMs < 900_000 || !chance.share(0.5)) continue;
    const [pump] = answer;
    const from = fromMs + Math.floor(chance.between(60_000, 180_000));
    const untilMs = from + Math.floor(chance.spread(20_000, toMs - from - 420_000));
    const isBusy = pump?.hazards.some((one) => one.fromMs < toMs && (one.untilMs ?? Infinity) > fromMs - 3_600_000);
    if (pump === undefined || isBusy) continue;
    const hazard = { fromMs: from, untilMs, code: chance.pick(codes), flickers: false };
    answer[0] = { ...pump, hazards: [...pump.hazards, hazard].sort((a, b) => a.fromMs - b.fromMs) };
  }
  return answer;
}

function planCrashes(chance: Chance, trouble: number): PlannedCrash[] {
  const crashes: PlannedCrash[] = [];
  let free = 60_000;
  for (const atMs of chance.times(0.3 * trouble, 60_000, NIGHT_MS - 3_600_000)) {
    if (atMs < free) continue;
    const awayMs = Math.floor(chance.share(0.85) ? chance.spread(500, 20_000) : chance.spread(60_000, 1_800_000));
    const point = chance.pick<CrashPoint>([
      'anywhere',
      'before a commit',
      'after a commit',
      'before a transaction',
      'after a transaction',
      'before a page is stored',
      'before a reading is judged',
      'after a page is stored',
      'before messages are stored',
      'as a message goes out',
    ]);
    crashes.push({ atMs, point, awayMs });
    free = atMs + awayMs + (chance.share(0.2) ? 0 : 60_000);
  }
  return crashes;
}

function spans(chance: Chance, perHour: number, shortest: number, longest: number): Span[] {
  let free = 0;
  return chance.times(perHour, 0, NIGHT_MS - 3_600_000).flatMap((fromMs) => {
    if (fromMs < free) return [];
    free = fromMs + Math.floor(chance.spread(shortest, longest));
    return [{ fromMs, toMs: free }];
  });
}

export const within = (spans: readonly Span[], atMs: number): boolean =>
  spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
