import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { journalMigrations, KIND_READING } from './journal-schema.ts';
import { numberOf, openForWriting, refusing, textOf, transaction } from './sqlite.ts';

/** A reading that is kept, as it was stored. */
export interface ShelvedReading {
  readonly offset: number;
  readonly pump: string;
  readonly boot: string;
  readonly seq: number;
  readonly wire: string;
}

/** What may go first: `normal` readings between equals; `repeated` alarms that began before and end later. */
export type Expendable = 'normal' | 'repeated';

/** Of a row of equals each tenth stays. */
const KEEP_ONE_IN = 10;

/**
 * What a hub with a small disk does with its journal besides appending and reading on: it looks up what is asked for again,
 * and thins out what it has no room for. In the thread of the journal's writer, whose newest entry it never touches.
 */
export class JournalShelf {
  readonly #db: DatabaseSync;
  readonly #range: StatementSync;
  readonly #used: StatementSync;
  readonly #thin: StatementSync;

  constructor(path: string) {
    const db = openForWriting(path, journalMigrations);
    this.#db = db;
    const columns = 'entry.offset, pump.name AS pump, boot.name AS boot, entry.seq, entry.wire';
    const joins = 'JOIN pump ON pump.id = entry.pump JOIN boot ON boot.id = entry.boot';
    this.#range = db.prepare(
      `SELECT ${columns} FROM entry ${joins}
       WHERE entry.pump = (SELECT id FROM pump WHERE name = ?) AND entry.boot = (SELECT id FROM boot WHERE name = ?)
         AND entry.seq BETWEEN ? AND ? ORDER BY entry.seq LIMIT ?`,
    );
    this.#used = db.prepare(
      'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
    );
    // A reading is expendable when nothing changed from the one before it to the one after it.
    this.#thin = db.prepare(
      `WITH seen AS (
         SELECT entry.offset, entry.pump, entry.boot, entry.seq,
                json_extract(wire, '$.state') AS state, coalesce(json_extract(wire, '$.alarms'), '[]') AS alarms
         FROM entry WHERE kind = ${KIND_READING} AND offset > ?1 AND offset <= ?2
       ), told AS (
         SELECT *, lag(state) OVER w = state AND lead(state) OVER w = state
                   AND lag(alarms) OVER w = alarms AND lead(alarms) OVER w = alarms AS same
         FROM seen WINDOW w AS (PARTITION BY pump, boot ORDER BY seq)
       ), counted AS (
         SELECT *, row_number() OVER (PARTITION BY pump, boot ORDER BY seq) AS nth
         FROM told WHERE same AND (alarms = '[]') = ?3
       )
       SELECT counted.offset, pump.name AS pump, boot.name AS boot, counted.seq, '' AS wire
       FROM counted JOIN pump ON pump.id = counted.pump JOIN boot ON boot.id = counted.boot
       WHERE nth % ${KEEP_ONE_IN} <> 0 ORDER BY counted.offset`,
    );
  }

  /** Readings of one pump and boot with a number in [from, to], at most `limit`. */
  bySequence(pump: string, boot: string, from: number, to: number, limit: number): ShelvedReading[] {
    return refusing(() => this.#range.all(pump, boot, from, to, limit).map(shelved));
  }

  /** Bytes in use. The file itself never shrinks: what was freed is filled again. */
  usedBytes(): number {
    return refusing(() => numberOf(this.#used.get()?.['bytes']));
  }

  /** What of the entries in (after, upTo] could go. */
  expendable(kind: Expendable, after: number, upTo: number): ShelvedReading[] {
    return refusing(() => this.#thin.all(after, upTo, kind === 'normal' ? 1 : 0).map(shelved));
  }

  remove(readings: readonly ShelvedReading[]): void {
    const remove = this.#db.prepare('DELETE FROM entry WHERE offset = ?');
    transaction(this.#db, () => {
      for (const { offset } of readings) remove.run(offset);
    });
  }

  close(): void {
    refusing(() => this.#db.close());
  }
}

const shelved = (row: Record<string, unknown>): ShelvedReading => ({
  offset: numberOf(row['offset']),
  pump: textOf(row['pump']),
  boot: textOf(row['boot']),
  seq: numberOf(row['seq']),
  wire: textOf(row['wire']),
});
