import type { ReadingSource } from '#benefit/evidence/delivery-days.ts';
import { wallMs } from '#kernel/time.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A reading as the journal gives it. */
export function entry(reading: PumpReading, offset = reading.seq + 1, pump = 'pump-1'): ReadingEntry {
  const wire = JSON.stringify({ seq: reading.seq, at: reading.atMs, state: reading.state, infused: reading.infusedMl });
  return { kind: 'reading', offset, hub: 'h', pump, boot: 'b', receivedAt: wallMs(reading.atMs + 50), reading, wire };
}

/** Milrinone at 60 mL/h, 1 mL a minute, one reading a minute over [from, to). */
export function infusing(from: number, to: number, more: Partial<PumpReading> = {}, firstSeq = 0): PumpReading[] {
  const count = Math.ceil((to - from) / MINUTE);
  return Array.from({ length: count }, (_, i) => ({
    seq: firstSeq + i,
    atMs: from + i * MINUTE,
    state: 'infusing',
    infusion: 'inf-1',
    drug: 'J2260',
    rateMlH: 60,
    infusedMl: i,
    ...more,
  }));
}

/** The readings as a journal would have them, in whatever order they are given. */
export function sourceOf(entries: readonly ReadingEntry[]): ReadingSource {
  const between = (pump: string, from: number, to: number) =>
    entries
      .filter((one) => one.pump === pump && one.reading.atMs >= from && one.reading.atMs < to)
      .toSorted((a, b) => a.reading.atMs - b.reading.atMs || a.offset - b.offset);
  return {
    readingsBetween: between,
    lastBefore: (pump, at) => between(pump, 0, at).at(-1),
    extentBetween: (pump, from, to) => {
      const offsets = between(pump, from, to).map(({ offset }) => offset);
      return { count: offsets.length, lastOffset: Math.max(0, ...offsets) };
    },
  };
}
