import { setImmediate as otherWork } from 'node:timers/promises';
import type { ReadingSource, Window } from '../evidence/delivery-days.ts';
import type { CurvePoint } from './audit-packet.ts';

const SLICE_MS = 3_600_000;
/** One point for each so many milliseconds: more than a page can show of a day. */
const STEP_MS = 180_000;

/** Rate and line pressure of a pump in a window, the highest pressure of each step kept. */
export async function curveOf(source: ReadingSource, { pump, from, to }: Window): Promise<CurvePoint[]> {
  const steps = new Map<number, CurvePoint>();
  for (let start = from; start < to; start += SLICE_MS) {
    for (const { reading } of source.readingsBetween(pump, start, Math.min(start + SLICE_MS, to))) {
      const step = Math.floor(reading.atMs / STEP_MS);
      const before = steps.get(step);
      const pressures = [before?.pressureMmHg, reading.pressureMmHg].filter((one) => typeof one === 'number');
      steps.set(step, {
        at: before?.at ?? reading.atMs,
        rateMlH: reading.rateMlH ?? before?.rateMlH ?? null,
        pressureMmHg: pressures.length === 0 ? null : Math.max(...pressures),
      });
    }
    await otherWork();
  }
  return [...steps.values()];
}
