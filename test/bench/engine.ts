import { seededRandom } from '#kernel/random.ts';
import { wallMs } from '#kernel/time.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';
import { AlertEngine } from '../../gateway/alerts/engine.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { type Bench, median, type Row, whole } from './bench.ts';

const PUMPS = 1_000;
const STEP_MS = 10_000;
const WARM_STEPS = 100;
const STEPS = 300;
const ROUNDS = 3;
/** Steps that are made and then folded together, so that the making is in no figure. */
const STEPS_A_CHUNK = 10;
const START_MS = Date.UTC(2026, 2, 2, 12);
/** Of the readings, those with which an alarm begins; it lasts a minute. */
const ALARM_SHARE = 0.0002;
const ALARM_STEPS = 6;

/** Drug and rate of every fifth pump: two critical ones, an antibiotic, chemotherapy, nutrition. */
const therapies = [
  { drug: 'J2260', rateMlH: 7.9 },
  { drug: 'J3285', rateMlH: 0.8 },
  { drug: 'J0690', rateMlH: 25 },
  { drug: 'J9190', rateMlH: 3.1 },
  { drug: 'B4189', rateMlH: 120 },
] as const;

export const engine: Bench = {
  name: 'engine',
  how:
    `Readings folded by the alert engine with all its rules, no disk and no thread beside it: ${whole(PUMPS)} pumps of ` +
    `${therapies.length} drugs, one reading each ten seconds, ${whole(PUMPS * STEPS)} of them after ${whole(PUMPS * WARM_STEPS)} to warm ` +
    `up; medians of ${ROUNDS} rounds in turn. ` +
    'Processor seconds are those of the process with its garbage collection; the making of the readings is in neither figure.',
  run: () => Promise.resolve(runEngine()),
};

function runEngine(): Row[] {
  const kinds: readonly [string, ReadonlySet<number>][] = [
    ['no pump tells its pressure', new Set()],
    ['every second pump tells its pressure', new Set([0])],
    ['every pump tells its pressure', new Set([0, 1])],
  ];
  const rounds = kinds.map((): Round[] => []);
  for (let i = 0; i < ROUNDS; i += 1) {
    for (const [k, [, withPressure]] of kinds.entries())
      rounds[k]?.push(measured((pump) => withPressure.has(pump % 2)));
  }
  return [
    ['', 'readings per processor second', 'best round', 'readings per second of the clock', 'alert events'],
    ...kinds.map(([name], k) => rowOf(name, rounds[k] ?? [])),
  ];
}

interface Round {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly events: number;
}

function rowOf(name: string, rounds: readonly Round[]): Row {
  const perCpu = rounds.map(({ perCpuSecond }) => perCpuSecond);
  const perSecond = median(rounds.map((round) => round.perSecond));
  return [name, whole(median(perCpu)), whole(Math.max(...perCpu)), whole(perSecond), whole(rounds[0]?.events ?? 0)];
}

function measured(tellsPressure: (pump: number) => boolean): Round {
  let ids = 0;
  const subject = new AlertEngine(defaultAlertPolicy, () => {
    ids += 1;
    return `alert-${ids}`;
  });
  const ward = new Ward(tellsPressure);
  let events = 0;
  const fold = (entries: readonly JournalEntry[]): void => {
    for (const entry of entries) subject.fold(entry);
    events += subject.takeEvents().length;
    subject.takePages();
    subject.markStored();
  };
  for (let step = 0; step < WARM_STEPS; step += STEPS_A_CHUNK) fold(ward.next());
  events = 0;
  let cpuUs = 0;
  let clockMs = 0;
  for (let step = 0; step < STEPS; step += STEPS_A_CHUNK) {
    const entries = ward.next();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    fold(entries);
    clockMs += performance.now() - began;
    const { user, system } = process.cpuUsage(cpuBefore);
    cpuUs += user + system;
  }
  const readings = PUMPS * STEPS;
  return { perCpuSecond: (readings * 1e6) / cpuUs, perSecond: (readings * 1e3) / clockMs, events };
}

/** The pumps and what they report: noise and slow waves of pressure, a battery that empties, now and then an alarm. */
class Ward {
  readonly #random = seededRandom(1);
  readonly #tellsPressure: (pump: number) => boolean;
  readonly #alarmUntil = new Map<number, number>();
  #step = 0;
  #offset = 0;

  constructor(tellsPressure: (pump: number) => boolean) {
    this.#tellsPressure = tellsPressure;
  }

  next(): JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (let i = 0; i < STEPS_A_CHUNK; i += 1) {
      for (let pump = 0; pump < PUMPS; pump += 1) entries.push(this.#entry(pump));
      this.#step += 1;
    }
    return entries;
  }

  #entry(pump: number): JournalEntry {
    this.#offset += 1;
    // Hubs do not speak all at once.
    const atMs = START_MS + this.#step * STEP_MS + pump * (STEP_MS / PUMPS);
    return {
      kind: 'reading',
      offset: this.#offset,
      hub: `hub-${pump >> 1}`,
      pump: `pump-${pump}`,
      boot: 'boot',
      receivedAt: wallMs(atMs + 100),
      reading: this.#reading(pump, Math.round(atMs)),
      wire: '',
    };
  }

  #reading(pump: number, atMs: number): PumpReading {
    const random = this.#random;
    const { drug, rateMlH } = therapies[pump % therapies.length] ?? therapies[0];
    const infusedMl = Number(((rateMlH * this.#step * STEP_MS) / 3_600_000).toFixed(2));
    if (random() < ALARM_SHARE) this.#alarmUntil.set(pump, this.#step + ALARM_STEPS);
    const alarmed = (this.#alarmUntil.get(pump) ?? 0) > this.#step;
    const wave = 4 * Math.sin(this.#step / 40 + pump);
    return {
      seq: this.#step,
      atMs,
      state: 'infusing',
      infusion: 'run-1',
      drug,
      rateMlH,
      programmedRateMlH: rateMlH,
      infusedMl,
      remainingMl: 1_000 - infusedMl,
      reservoirMl: 1_000 - infusedMl,
      ...(this.#tellsPressure(pump) && {
        pressureMmHg: Math.round(30 + (pump % 30) + wave + 2 * (random() + random() - 1)),
        pressureLimitMmHg: 563,
      }),
      batteryPct: 90 - Math.floor(this.#step / 60),
      onMains: false,
      alarms: alarmed ? [{ code: 'battery-low' }] : [],
    };
  }
}
