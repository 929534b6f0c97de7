import type { Json, StateReader } from '#kernel/state-store.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { AlertEventRow } from './alert-store.ts';

/** What the runner needs of the journal. */
export interface JournalSource {
  /** Entries after `offset` (exclusive), in order, at most `limit`. */
  readAfter(offset: number, limit: number): readonly JournalEntry[];
}

/** A document that goes into the same transaction. */
export interface DocToPut {
  readonly collection: string;
  readonly key: string;
  readonly value: Json;
}

/**
 * Something else that is folded from the same entries and stored with the same cursor. `takeChanges` answers what changed
 * for the people watching since it was last asked, null when nothing did.
 */
export interface Projection<Changes> {
  restore(reader: StateReader): void;
  apply(entry: JournalEntry): void;
  /** What changed since it was last marked stored. */
  dirtyDocs(): readonly DocToPut[];
  markStored(): void;
  takeChanges(now: number): Changes | null;
}

/** Documents that follow from alert events, made inside their transaction. Writing the same ones twice must change nothing. */
export type RecordsOfEvents = (rows: readonly AlertEventRow[], reader: StateReader) => readonly DocToPut[];
