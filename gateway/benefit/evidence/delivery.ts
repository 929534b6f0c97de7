import { createHash } from 'node:crypto';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';

/** A time in which nothing was seen of a pump whose counter says that it went on. Unix ms. */
export type Gap = { readonly from: number; readonly to: number };

/** Time in which a pump gave one drug of one program, without a pause. */
export type Stretch = {
  /** As the pump named it; null when it did not. */
  readonly drug: string | null;
  readonly infusion: string | null;
  readonly from: number;
  readonly to: number;
  readonly volumeMl: number;
  readonly gaps: readonly Gap[];
};

/** What a pump gave in a window of time, and the proof of it. */
export type Delivery = {
  readonly stretches: readonly Stretch[];
  /** How many readings say so, neighbours of the window included. */
  readonly readings: number;
  /** SHA-256 over these readings as they were sent, in order of (measuring time, boot, seq). */
  readonly proof: string;
  /** How much earlier than measured the readings were received at most: above zero the hub's clock was ahead. */
  readonly clockAheadMs: number;
};

/** Past this nothing is assumed between two readings. */
export const LONGEST_UNSEEN_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * The order in which readings tell their story, whatever order they came in. Ties of the clock are broken by what the
 * sender gave, so that the proof does not depend on arrival.
 */
export function inTellingOrder(a: ReadingEntry, b: ReadingEntry): number {
  if (a.reading.atMs !== b.reading.atMs) return a.reading.atMs - b.reading.atMs;
  if (a.boot !== b.boot) return a.boot < b.boot ? -1 : 1;
  return a.reading.seq - b.reading.seq;
}

/** A keep-vein-open rate keeps the line open; it does not give the ordered dose. */
const gives = ({ state }: PumpReading): boolean => state === 'infusing' || state === 'bolus';

interface OpenStretch {
  readonly drug: string | null;
  readonly infusion: string | null;
  readonly from: number;
  to: number;
  volumeMl: number;
  readonly gaps: Gap[];
}

/**
 * Folds the readings of one pump, given in telling order, into what it gave in [from, to). The last reading before the
 * window and the first after it belong to it: what lies between two readings is judged by both. Every doubt shortens: a
 * stretch ends with the last reading that shows delivery, unless the counter tells how long it went on.
 */
export class DeliveryFold {
  readonly #from: number;
  readonly #to: number;
  readonly #hash = createHash('sha256');
  readonly #done: Stretch[] = [];
  #open: OpenStretch | null = null;
  #before: ReadingEntry | null = null;
  #readings = 0;
  #clockAheadMs = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  add(entry: ReadingEntry): void {
    this.#hash.update(`${entry.boot} ${entry.wire}\n`);
    this.#readings += 1;
    this.#clockAheadMs = Math.max(this.#clockAheadMs, entry.reading.atMs - entry.receivedAt);
    if (this.#before) this.#between(this.#before.reading, entry.reading);
    this.#before = entry;
  }

  end(): Delivery {
    this.#close();
    return {
      stretches: this.#done,
      readings: this.#readings,
      proof: this.#hash.digest('hex'),
      clockAheadMs: this.#clockAheadMs,
    };
  }

  #between(a: PumpReading, b: PumpReading): void {
    if (!gives(a)) {
      this.#close();
      return;
    }
    const counted = countedMl(a, b);
    const goesOn = gives(b) && sameProgram(a, b);
    const isGap = b.atMs - a.atMs > LONGEST_UNSEEN_MS;
    if (isGap && (counted === null || counted === 0)) {
      this.#extend(a, a.atMs, a.atMs, 0);
      this.#close();
      return;
    }
    const ratedMl = ((a.rateMlH ?? 0) * (b.atMs - a.atMs)) / HOUR_MS;
    const ml = counted ?? (goesOn ? ratedMl : 0);
    const until = goesOn ? b.atMs : a.atMs + timeFor(ml, a.rateMlH, b.atMs - a.atMs);
    this.#extend(a, a.atMs, until, ml);
    if (isGap && this.#open) {
      const gap = { from: Math.max(a.atMs, this.#from), to: Math.min(until, this.#to) };
      if (gap.from < gap.to) this.#open.gaps.push(gap);
    }
    if (!goesOn) this.#close();
  }

  /** Adds delivery of `ml` in [start, end), as far as it lies in the window. */
  #extend({ drug, infusion }: PumpReading, start: number, end: number, ml: number): void {
    const [from, to] = [Math.max(start, this.#from), Math.min(end, this.#to)];
    if (from > to || from >= this.#to) return;
    this.#open ??= { drug: drug ?? null, infusion: infusion ?? null, from, to, volumeMl: 0, gaps: [] };
    this.#open.to = Math.max(this.#open.to, to);
    if (end > start) this.#open.volumeMl += (ml * (to - from)) / (end - start);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (open && open.to > open.from) this.#done.push({ ...open, volumeMl: rounded(open.volumeMl) });
  }
}

/** What the counter of one program says was given between two readings; null when it does not tell. */
function countedMl(a: PumpReading, b: PumpReading): number | null {
  if (a.infusedMl === undefined || b.infusedMl === undefined || !sameProgram(a, b)) return null;
  return b.infusedMl >= a.infusedMl ? b.infusedMl - a.infusedMl : null;
}

const sameProgram = (a: PumpReading, b: PumpReading): boolean => a.infusion === b.infusion && a.drug === b.drug;

/** How long a volume takes at a rate, at most as long as there was. */
const timeFor = (ml: number, rateMlH: number | undefined, most: number): number =>
  rateMlH ? Math.min(most, (ml / rateMlH) * HOUR_MS) : 0;

/** Counters are rounded already; the sum of many must not look finer than they are. */
const rounded = (ml: number): number => Math.round(ml * 1_000) / 1_000;
