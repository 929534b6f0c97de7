import type { ReadingEntry } from '#model/journal-entry.ts';
import { MINUTE_MS, type MinuteRollup } from '#model/rollup.ts';
import type { PumpPast } from './occlusion-windows.ts';
import { BucketSums } from './trend-buckets.ts';

interface PumpMinutes {
  newestMs: number;
  /** Minutes whose readings so far are all in the sums, by their begin. */
  readonly known: Map<number, BucketSums>;
  readonly touched: Set<number>;
}

/** A hub sends a little late and out of order: so many minutes of a pump are worth remembering. */
const REMEMBERED = 3;

/**
 * Adds readings up minute by minute, in journal order. A minute that a late reading falls into is read again from the
 * journal, up to that reading. Sums are taken in order of offset always, so that the same journal gives the same sums to
 * the last digit, wherever the program was stopped and started.
 */
export class MinuteRollups {
  readonly #past: PumpPast;
  readonly #fromStart: boolean;
  readonly #pumps = new Map<string, PumpMinutes>();

  /** `fromStart`: the first entry that comes is the first of all, so there is nothing to look up before it. */
  constructor(past: PumpPast, fromStart: boolean) {
    this.#past = past;
    this.#fromStart = fromStart;
  }

  add(entry: ReadingEntry): void {
    const { reading } = entry;
    const minuteMs = Math.floor(reading.atMs / MINUTE_MS) * MINUTE_MS;
    const pump = this.#pumps.get(entry.pump) ?? this.#meet(entry);
    let sums = pump.known.get(minuteMs);
    if (!sums) {
      sums = minuteMs > pump.newestMs ? new BucketSums() : this.#read(entry, minuteMs);
      pump.known.set(minuteMs, sums);
    }
    sums.add(reading);
    pump.newestMs = Math.max(pump.newestMs, reading.atMs);
    pump.touched.add(minuteMs);
  }

  /** The minutes that changed since the last call, as they are now. */
  take(): MinuteRollup[] {
    const changed: MinuteRollup[] = [];
    for (const [pump, { known, touched }] of this.#pumps) {
      for (const minuteMs of touched) {
        const sums = known.get(minuteMs);
        if (sums) changed.push({ pump, minuteMs, count: sums.count, columns: sums.columns() });
      }
      touched.clear();
      for (const minuteMs of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(minuteMs);
      }
    }
    return changed;
  }

  #meet(entry: ReadingEntry): PumpMinutes {
    const newest = this.#fromStart ? undefined : this.#past.newestAt(entry.pump, entry.offset);
    const pump = { newestMs: newest ?? Number.NEGATIVE_INFINITY, known: new Map(), touched: new Set<number>() };
    this.#pumps.set(entry.pump, pump);
    return pump;
  }

  #read({ pump, offset }: ReadingEntry, minuteMs: number): BucketSums {
    const sums = new BucketSums();
    const earlier = [...this.#past.readingsBetween(pump, minuteMs, minuteMs + MINUTE_MS)]
      .filter((one) => one.offset < offset)
      .sort((a, b) => a.offset - b.offset);
    for (const { reading } of earlier) sums.add(reading);
    return sums;
  }
}
