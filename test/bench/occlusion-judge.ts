import { OcclusionDetector } from '#alerts/occlusion/occlusion-detector.ts';
import { isDelivering, type PumpReading } from '#model/reading.ts';
import type { Scenario } from './occlusion-scenarios.ts';

/** Reads one pump and answers true at each reading that makes it speak. */
export type Rule = (reading: PumpReading) => boolean;

export interface RuleKind {
  readonly name: string;
  readonly start: () => Rule;
}

/** The reference rules are those of alerting.md §2.2: 70 % of the limit, clear below 60 %; two SD over ten minutes. */
export const ruleKinds: readonly RuleKind[] = [
  {
    name: 'advisory',
    start: () => {
      const detector = new OcclusionDetector();
      return (reading) => detector.step(reading) !== null;
    },
  },
  { name: '70 % of the limit', start: () => whileRunning(shareOfLimit()) },
  { name: 'two SD in 10 min', start: () => whileRunning(twoDeviations()) },
];

/** Share of the time to the pump's alarm at which the rule spoke (1: not before it), and how often it spoke for nothing. */
export interface Verdict {
  readonly share: number | null;
  readonly leadS: number | null;
  readonly falseCount: number;
  readonly clearHours: number;
}

export function judge({ readings, truth, hours }: Scenario, { start }: RuleKind): Verdict {
  const rule = start();
  const beganMs = readings[0]?.atMs ?? 0;
  let falseCount = 0;
  let toldMs: number | null = null;
  for (const reading of readings) {
    if (!rule(reading)) continue;
    if (truth === null || reading.atMs <= truth.onsetMs) falseCount += 1;
    else if (reading.atMs < truth.alarmMs) toldMs ??= reading.atMs;
  }
  if (truth === null) return { share: null, leadS: null, falseCount, clearHours: hours };
  const clearHours = Math.max(0, truth.onsetMs - beganMs) / 3_600_000;
  if (toldMs === null) return { share: 1, leadS: null, falseCount, clearHours };
  const share = (toldMs - truth.onsetMs) / (truth.alarmMs - truth.onsetMs);
  return { share, leadS: (truth.alarmMs - toldMs) / 1_000, falseCount, clearHours };
}

/** Answers whether the condition holds; a rule speaks when it begins to hold. */
type Condition = (reading: PumpReading, pressureMmHg: number, held: boolean) => boolean;

function whileRunning(condition: Condition): Rule {
  let lastMs = Number.NEGATIVE_INFINITY;
  let held = false;
  return (reading) => {
    if (reading.atMs <= lastMs || reading.pressureMmHg === undefined) return false;
    lastMs = reading.atMs;
    const before = held;
    held = isDelivering(reading.state) && condition(reading, reading.pressureMmHg, held);
    return held && !before;
  };
}

function shareOfLimit(): Condition {
  return ({ pressureLimitMmHg }, pressureMmHg, held) =>
    pressureLimitMmHg !== undefined && pressureMmHg >= (held ? 0.6 : 0.7) * pressureLimitMmHg;
}

const TEN_MINUTES_MS = 600_000;
const LEAST_READINGS = 5;

function twoDeviations(): Condition {
  const past: { atMs: number; pressureMmHg: number }[] = [];
  let first = 0;
  let sum = 0;
  let squares = 0;
  return ({ atMs }, pressureMmHg) => {
    for (let old = past[first]; old !== undefined && old.atMs < atMs - TEN_MINUTES_MS; old = past[first]) {
      sum -= old.pressureMmHg;
      squares -= old.pressureMmHg ** 2;
      first += 1;
    }
    const count = past.length - first;
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean ** 2));
    past.push({ atMs, pressureMmHg });
    sum += pressureMmHg;
    squares += pressureMmHg ** 2;
    return count >= LEAST_READINGS && pressureMmHg > mean + 2 * deviation;
  };
}
