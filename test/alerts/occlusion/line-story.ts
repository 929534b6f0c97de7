import { seededRandom } from '#kernel/random.ts';
import type { PumpReading } from '#model/reading.ts';

/** uL/s of 1 mL/h. */
const UL_S = 1_000 / 3_600;
export const T0 = 1_772_323_200_000;

export interface Story {
  readonly seed?: number;
  readonly rateMlH?: number;
  readonly everyS?: number;
  readonly limitMmHg?: number | null;
  readonly complianceUlMmHg?: number;
  /** When the line closes; null for never. */
  readonly closesS?: number | null;
  readonly lengthS?: number;
  /** Added to the pressure at a time. */
  readonly extra?: (atS: number) => number;
}

/** Readings of a line at 30 mmHg that fills once it is closed; the pump alarms and stops at its limit. */
export function tell(story: Story = {}): PumpReading[] {
  const { seed = 1, rateMlH = 3, everyS = 10, limitMmHg = 400, complianceUlMmHg = 1 } = story;
  const { closesS = 3_600, lengthS = 7_200, extra = () => 0 } = story;
  const random = seededRandom(seed);
  const readings: PumpReading[] = [];
  let alarmed = false;
  for (let atS = 0, seq = 0; atS < lengthS; atS += everyS, seq += 1) {
    const closedS: number = closesS === null || alarmed ? 0 : Math.max(0, atS - closesS);
    const noise = 2 * (random() + random() + random() - 1.5);
    const pressure: number = 30 + extra(atS) + (closedS * rateMlH * UL_S) / complianceUlMmHg + noise;
    alarmed ||= pressure >= (limitMmHg ?? 400);
    readings.push({
      seq,
      atMs: T0 + atS * 1_000,
      state: alarmed ? 'stopped' : 'infusing',
      infusion: 'i-1',
      rateMlH: alarmed ? 0 : rateMlH,
      pressureMmHg: Math.round(pressure),
      ...(limitMmHg !== null && { pressureLimitMmHg: limitMmHg }),
      alarms: alarmed ? [{ code: 'occlusion-downstream' }] : [],
    });
  }
  return readings;
}
