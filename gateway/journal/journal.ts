import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { WallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { JournalEntry, QuarantineEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';

export interface RetainFrom {
  /** Offset (exclusive). */
  readonly after: number;
  readonly limit: number;
}

export interface Retained {
  readonly removed: number;
  /** Offset to go on from; null when nothing is left that could go. */
  readonly next: number | null;
}

/** The writing side. One owner. Everything in one `append` becomes durable together, or nothing of it does. */
export interface JournalWriter {
  /** @throws GatewayError `storage-refused` when the disk refuses or the size limit is reached; nothing was stored then. */
  append(batch: readonly Inbound[]): AppendResult;
  /** A write that proves that the disk takes writes again. @throws GatewayError `storage-refused` */
  probe(): void;
  quarantine(entry: Omit<QuarantineEntry, 'offset'>): void;
  /** How far a consumer has come. Never goes back. */
  saveCursor(consumer: string, offset: number): void;
  /**
   * Looks at entries behind `from.after` that each of `consumers` has passed, `from.limit` at most, oldest first, up to the
   * first that was received at `before` or later. Of these it removes what was also measured before that and is not held:
   * one clock alone, the gateway's or the hub's, makes nothing old. A consumer that never saved a cursor holds everything.
   * The newest entry always stays, so that offsets are never given twice.
   */
  retain(before: WallMs, consumers: readonly string[], from: RetainFrom): Retained;
  /** Readings that `retain` leaves alone however old they are; takes the place of what was held before. */
  hold(ranges: readonly HeldRange[]): void;
  close(): void;
}

/** The reading side. Any number, in any thread. */
export interface JournalReader {
  lastOffset(): number;
  /** Entries after `offset` (exclusive) in offset order, at most `limit`. */
  readAfter(offset: number, limit: number): JournalEntry[];
  /**
   * Readings in journal order for people and scripts, of one pump or of all. Looks at no more than a bounded stretch of
   * the journal, so `next` may be set although nothing was found; it is null only at the end.
   */
  page(pump: string | null, after: number, limit: number): { readings: ReadingEntry[]; next: number | null };
  /** Readings of a pump measured in [fromMs, toMs), in order of measuring time. */
  readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<ReadingEntry>;
  /** How many readings a pump has in [fromMs, toMs), and the offset of the one that came last; 0 when there are none. */
  extentBetween(pump: string, fromMs: number, toMs: number): { readonly count: number; readonly lastOffset: number };
  /** The pump's last reading measured before `atMs`. */
  lastBefore(pump: string, atMs: number): ReadingEntry | undefined;
  /** Statuses of a hub received in [fromMs, toMs) and the one before them, oldest first. */
  statusesOf(hub: string, fromMs: number, toMs: number): StatusEntry[];
  /** The latest measuring time among the readings of a pump with an offset below `below`; undefined when there is none. */
  newestAt(pump: string, below: number): number | undefined;
  quarantinePage(after: number, limit: number): { quarantine: QuarantineEntry[]; next: number | null };
  cursors(): Readonly<Record<string, number>>;
  /** Bytes of the journal's files. */
  sizeBytes(): number;
  close(): void;
}
