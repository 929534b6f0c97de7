import type { ReadingEntry } from '#model/journal-entry.ts';
import { isDelivering, type PumpReading } from '#model/reading.ts';
import {
  OCCLUSION_SAMPLES,
  OCCLUSION_WINDOW_MS,
  type OcclusionEstimate,
  occlusionEstimate,
} from './occlusion-series.ts';

/** Finds what the journal knew of a pump before a given entry came. */
export interface PumpPast {
  /** Readings of a pump measured in [fromMs, toMs), in order of measuring time, then of offset. */
  readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<ReadingEntry>;
  /** The latest measuring time among the pump's readings with an offset below `below`. */
  newestAt(pump: string, below: number): number | undefined;
}

/** All readings of a pump measured from `fromMs` to `toMs` that are known so far, by measuring time, then offset. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly entries: ReadingEntry[];
}

interface PumpWindows {
  newestMs: number;
  /** The last readings up to the newest, no more than one estimate looks at. */
  readonly head: ReadingEntry[];
  /** Around the place where late readings are landing. */
  late: Stretch | undefined;
}

/** Readings without pressure lie between those with it; so many more are kept to find enough of the latter. */
const KEPT = 2 * OCCLUSION_SAMPLES;

/**
 * Gives each reading its window: the readings of its pump before it in measuring time that the journal held when it came.
 * It depends on nothing but the journal up to the entry at hand: after a restart the same entries give the same estimates,
 * and there is no state to save. What it keeps in memory only spares lookups.
 */
export class OcclusionWindows {
  readonly #past: PumpPast;
  readonly #fromStart: boolean;
  readonly #pumps = new Map<string, PumpWindows>();

  /** `fromStart`: the first entry that comes is the first of all, so there is nothing to look up before it. */
  constructor(past: PumpPast, fromStart: boolean) {
    this.#past = past;
    this.#fromStart = fromStart;
  }

  /** The estimate at this reading, if it tells. */
  step(entry: ReadingEntry): OcclusionEstimate | undefined {
    const { atMs } = entry.reading;
    const pump = this.#pumps.get(entry.pump) ?? this.#meet(entry);
    const isNewest = atMs >= pump.newestMs;
    if (isNewest) pump.newestMs = atMs;
    const late = !isNewest && tells(entry.reading) ? this.#lateStretch(pump, entry) : pump.late;
    const place = late && covers(late, atMs) ? insert(late.entries, entry) : 0;
    insert(pump.head, entry);
    if (pump.head.length > KEPT) pump.head.shift();
    if (!tells(entry.reading)) return undefined;
    const window = isNewest || !late ? pump.head : late.entries.slice(Math.max(0, place + 1 - KEPT), place + 1);
    return occlusionEstimate(window.map(readingOf));
  }

  #meet(entry: ReadingEntry): PumpWindows {
    const newest = this.#fromStart ? undefined : this.#past.newestAt(entry.pump, entry.offset);
    const head = newest === undefined ? [] : this.#known(entry, newest - OCCLUSION_WINDOW_MS, newest + 1).slice(-KEPT);
    const pump: PumpWindows = { newestMs: newest ?? Number.NEGATIVE_INFINITY, head, late: undefined };
    this.#pumps.set(entry.pump, pump);
    return pump;
  }

  /** What is known around a late reading; kept while the next ones land near it. */
  #lateStretch(pump: PumpWindows, entry: ReadingEntry): Stretch {
    const { atMs } = entry.reading;
    const fromMs = atMs - OCCLUSION_WINDOW_MS;
    if (pump.late && pump.late.fromMs <= fromMs && covers(pump.late, atMs)) return pump.late;
    const toMs = atMs + OCCLUSION_WINDOW_MS;
    pump.late = { fromMs, toMs, entries: this.#known(entry, fromMs, toMs) };
    return pump.late;
  }

  #known({ pump, offset }: ReadingEntry, fromMs: number, toMs: number): ReadingEntry[] {
    return [...this.#past.readingsBetween(pump, fromMs, toMs)].filter((one) => one.offset < offset);
  }
}

const readingOf = (entry: ReadingEntry): PumpReading => entry.reading;
const tells = ({ state, pressureMmHg, pressureLimitMmHg }: PumpReading): boolean =>
  isDelivering(state) && pressureMmHg !== undefined && pressureLimitMmHg !== undefined;
const covers = (stretch: Stretch, atMs: number): boolean => stretch.fromMs <= atMs && atMs < stretch.toMs;

/** Puts the entry behind those measured no later than it, and answers its place. */
function insert(entries: ReadingEntry[], entry: ReadingEntry): number {
  const place = entries.findLastIndex((one) => one.reading.atMs <= entry.reading.atMs) + 1;
  entries.splice(place, 0, entry);
  return place;
}
