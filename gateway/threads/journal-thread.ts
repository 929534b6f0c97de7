import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { AppendResult } from '#codec/inbound.ts';
import type { Retained, RetainFrom } from '#journal/journal.ts';
import type { JournalLimits } from '#journal/sqlite-journal-writer.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { serveCalls } from '#kernel/thread-calls.ts';
import type { WallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { QuarantineEntry } from '#model/journal-entry.ts';
import { type PackedBatch, unpackBatch } from './batch-transfer.ts';

/** The thread that waits for the disk, so that the one that serves the hubs never does. */
export interface JournalThreadData {
  readonly path: string;
  readonly limits: JournalLimits;
}

const { path, limits }: JournalThreadData = workerData;
const journal = new SqliteJournalWriter(path, limits);

interface RetainCall {
  readonly before: WallMs;
  readonly consumers: readonly string[];
  readonly from: RetainFrom;
}

/** What other threads may ask. */
const sharedApi = {
  quarantine: (entry: Omit<QuarantineEntry, 'offset'>): void => journal.quarantine(entry),
  saveCursor: ({ consumer, offset }: { consumer: string; offset: number }): void =>
    journal.saveCursor(consumer, offset),
};
export type JournalSharedApi = typeof sharedApi;

const journalApi = {
  append: (packed: PackedBatch): AppendResult => journal.append(unpackBatch(packed)),
  probe: (): void => journal.probe(),
  retain: ({ before, consumers, from }: RetainCall): Retained => journal.retain(before, consumers, from),
  hold: (ranges: readonly HeldRange[]): void => journal.hold(ranges),
  /** Opens a line of its own to another thread. */
  connect: (port: MessagePort): void => serveCalls(port, sharedApi),
  close: (): void => journal.close(),
};
export type JournalThreadApi = typeof journalApi;

if (parentPort) serveCalls(parentPort, journalApi);
