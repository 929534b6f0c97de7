import { setImmediate as otherWork } from 'node:timers/promises';
import type { ReadingEntry } from '#model/journal-entry.ts';
import { type Delivery, DeliveryFold, inTellingOrder } from './delivery.ts';

/** The readings of the journal, in order of measuring time. */
export interface ReadingSource {
  readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<ReadingEntry>;
  lastBefore(pump: string, atMs: number): ReadingEntry | undefined;
  extentBetween(pump: string, fromMs: number, toMs: number): { readonly count: number; readonly lastOffset: number };
}

type Readings = Pick<ReadingSource, 'readingsBetween' | 'lastBefore'>;

/** Time that one pump ran for one patient. Unix ms. */
export interface Window {
  readonly pump: string;
  readonly from: number;
  readonly to: number;
}

/** Read at one go. Other work goes on in between, and a statement of the reader is never left half read. */
const SLICE_MS = 3_600_000;
/** How far a reading may lie outside the window and still tell what was given in it. */
export const REACH_MS = 6 * SLICE_MS;

/** What a pump gave in a window. */
export async function deliveryIn(source: Readings, { pump, from, to }: Window): Promise<Delivery> {
  const fold = new DeliveryFold(from, to);
  const before = lastOf(source, pump, from);
  if (before) fold.add(before);
  for (let start = from; start < to; start += SLICE_MS) {
    const slice = [...source.readingsBetween(pump, start, Math.min(start + SLICE_MS, to))].sort(inTellingOrder);
    for (const entry of slice) fold.add(entry);
    await otherWork();
  }
  const after = firstAfter(source, pump, to);
  if (after) fold.add(after);
  return fold.end();
}

function lastOf(source: Readings, pump: string, from: number): ReadingEntry | undefined {
  const at = source.lastBefore(pump, from)?.reading.atMs;
  if (at === undefined || at < from - REACH_MS) return undefined;
  return [...source.readingsBetween(pump, at, at + 1)].sort(inTellingOrder).at(-1);
}

function firstAfter(source: Readings, pump: string, to: number): ReadingEntry | undefined {
  const first: ReadingEntry[] = [];
  for (const entry of source.readingsBetween(pump, to, to + REACH_MS)) {
    if (first[0] && entry.reading.atMs > first[0].reading.atMs) break;
    first.push(entry);
  }
  return first.sort(inTellingOrder)[0];
}

/** What the delivery of a window rests on: it is read again when this has changed. */
export const extentOf = (source: ReadingSource, { pump, from, to }: Window) =>
  source.extentBetween(pump, from - REACH_MS, to + REACH_MS);

/** The source as it was when its newest entry had this offset. */
export function asOf(source: ReadingSource, lastOffset: number): Readings {
  const readingsBetween = (pump: string, fromMs: number, toMs: number): ReadingEntry[] =>
    [...source.readingsBetween(pump, fromMs, toMs)].filter(({ offset }) => offset <= lastOffset);
  const lastBefore = (pump: string, atMs: number) => readingsBetween(pump, atMs - REACH_MS, atMs).at(-1);
  return { readingsBetween, lastBefore };
}
