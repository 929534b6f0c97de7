import { parentPort, workerData } from 'node:worker_threads';
import type { AppendResult } from '#codec/inbound.ts';
import type { JournalLimits } from '#journal/sqlite-journal-writer.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { serveCalls } from '#kernel/thread-calls.ts';
import type { WallMs } from '#kernel/time.ts';
import type { QuarantineEntry } from '#model/journal-entry.ts';
import { type PackedBatch, unpackBatch } from './batch-transfer.ts';

/** The thread that waits for the disk, so that the one that serves the hubs never does. */
export interface JournalThreadData {
  readonly path: string;
  readonly limits: JournalLimits;
}

const { path, limits }: JournalThreadData = workerData;
const journal = new SqliteJournalWriter(path, limits);

const journalApi = {
  append: (packed: PackedBatch): AppendResult => journal.append(unpackBatch(packed)),
  probe: (): void => journal.probe(),
  quarantine: (entry: Omit<QuarantineEntry, 'offset'>): void => journal.quarantine(entry),
  saveCursors: (cursors: Readonly<Record<string, number>>): void => {
    for (const [consumer, offset] of Object.entries(cursors)) journal.saveCursor(consumer, offset);
  },
  retain: ({ before, limit }: { before: WallMs; limit: number }): number => journal.retain(before, limit),
  close: (): void => journal.close(),
};
export type JournalThreadApi = typeof journalApi;

if (parentPort) serveCalls(parentPort, journalApi);
