import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { WallMs } from '#kernel/time.ts';
import { wallMs } from '#kernel/time.ts';
import { type ColumnRollup, type ColumnRollups, HOUR_MS, type MinuteRollup } from '#model/rollup.ts';
import { type TrendColumn, trendColumns } from '#model/trend.ts';
import { NameWriter } from './name-table.ts';
import { rollupColumns, rollupMigrations } from './rollup-schema.ts';
import { numberOf, openForWriting, refusing, textOf, transaction } from './sqlite.ts';

/** A minute and the place of its last change among all changes. */
export interface ChangedMinute {
  readonly revision: number;
  readonly savedAt: WallMs;
  readonly rollup: MinuteRollup;
}

/** Roll-ups of one bucket of a trend. */
export interface RollupBucket {
  readonly bucket: number;
  readonly count: number;
  readonly columns: ColumnRollups;
}

type Row = Record<string, SQLOutputValue>;

const names = trendColumns.map((column) => rollupColumns[column]);
const figureNames = names.flatMap((name) => [`${name}_min`, `${name}_max`, `${name}_sum`, `${name}_n`]);
const added = ['sum(count) AS count']
  .concat(
    names.flatMap((name) => [
      `min(${name}_min) AS ${name}_min`,
      `max(${name}_max) AS ${name}_max`,
      `sum(${name}_sum) AS ${name}_sum`,
      `sum(${name}_n) AS ${name}_n`,
    ]),
  )
  .join(', ');

/**
 * Minutes and hours of every pump in a database of its own, for trends over months. Written by one thread; others may open
 * the same file to read it.
 */
export class RollupStore {
  readonly #db: DatabaseSync;
  readonly #pumps: NameWriter;
  readonly #progress: StatementSync;
  readonly #advance: StatementSync;
  readonly #putMinute: StatementSync;
  readonly #putHour: StatementSync;
  readonly #changed: StatementSync;
  readonly #pumpId: StatementSync;
  readonly #buckets: Readonly<Record<'minutes' | 'hours', StatementSync>>;

  /** @throws GatewayError `storage-refused`, `schema-too-new` */
  constructor(path: string) {
    const db = openForWriting(path, rollupMigrations);
    this.#db = db;
    db.exec('PRAGMA cache_size = -32768;');
    this.#pumps = new NameWriter(db, 'pump');
    this.#progress = db.prepare('SELECT offset, revision FROM progress');
    this.#advance = db.prepare('UPDATE progress SET offset = ?, revision = ?');
    const updates = ['revision', 'saved_at', 'count', ...figureNames].map((name) => `${name} = excluded.${name}`);
    // A minute whose raw readings are partly removed must not take the place of the whole one.
    this.#putMinute = db.prepare(
      `INSERT INTO minute (pump, at, revision, saved_at, count, ${figureNames.join(', ')})
       VALUES (?, ?, ?, ?, ?${', ?'.repeat(figureNames.length)})
       ON CONFLICT DO UPDATE SET ${updates.join(', ')} WHERE excluded.count >= minute.count`,
    );
    this.#putHour = db.prepare(
      `INSERT OR REPLACE INTO hour (pump, at, count, ${figureNames.join(', ')})
       SELECT pump, ?, ${added} FROM minute WHERE pump = ? AND at >= ? AND at < ? GROUP BY pump`,
    );
    this.#changed = db.prepare(
      `SELECT minute.*, pump.name AS pump_name FROM minute JOIN pump ON pump.id = minute.pump
       WHERE revision > ? ORDER BY revision LIMIT ?`,
    );
    this.#pumpId = db.prepare('SELECT id FROM pump WHERE name = ?');
    const buckets = (table: string) =>
      db.prepare(`SELECT ${added} FROM ${table} WHERE pump = ? AND at >= ? AND at < ?`);
    this.#buckets = { minutes: buckets('minute'), hours: buckets('hour') };
  }

  /** How far the journal is rolled up. */
  offset(): number {
    return refusing(() => numberOf(this.#progress.get()?.['offset']));
  }

  lastRevision(): number {
    return refusing(() => numberOf(this.#progress.get()?.['revision']));
  }

  /**
   * Keeps minutes in place of what was kept of them, with the hours they belong to, and how far the journal is rolled up;
   * all or nothing. @throws GatewayError `storage-refused`
   */
  save(minutes: readonly MinuteRollup[], upTo: number, at: WallMs): void {
    try {
      transaction(this.#db, () => {
        let revision = this.lastRevision();
        const hours = new Map<string, readonly [pump: number, hourMs: number]>();
        for (const { pump, minuteMs, count, columns } of minutes) {
          const id = this.#pumps.idOf(pump);
          revision += 1;
          this.#putMinute.run(id, minuteMs, revision, at, count, ...figuresOf(columns));
          const hourMs = Math.floor(minuteMs / HOUR_MS) * HOUR_MS;
          hours.set(`${id} ${hourMs}`, [id, hourMs]);
        }
        for (const [id, hourMs] of hours.values()) this.#putHour.run(hourMs, id, hourMs, hourMs + HOUR_MS);
        this.#advance.run(upTo, revision);
      });
    } catch (error) {
      this.#pumps.forget();
      throw error;
    }
    this.#pumps.keep();
  }

  /** Minutes that changed after `revision` (exclusive), each as it is now, at most `limit`, in order of change. */
  changedAfter(revision: number, limit: number): ChangedMinute[] {
    return refusing(() =>
      this.#changed.all(revision, limit).map((row) => ({
        revision: numberOf(row['revision']),
        savedAt: wallMs(numberOf(row['saved_at'])),
        rollup: {
          pump: textOf(row['pump_name']),
          minuteMs: numberOf(row['at']),
          count: numberOf(row['count']),
          columns: columnsOf(row),
        },
      })),
    );
  }

  /** What is kept of a pump in [fromMs, toMs), in buckets of `bucketMs` that begin at `fromMs`; buckets without any are left out. */
  buckets(level: 'minutes' | 'hours', pump: string, fromMs: number, toMs: number, bucketMs: number): RollupBucket[] {
    return refusing(() => {
      const id = this.#pumpId.get(pump)?.['id'];
      if (id === undefined) return [];
      const found: RollupBucket[] = [];
      // One range after the other: a GROUP BY would sort all rows first.
      for (let bucket = 0; fromMs + bucket * bucketMs < toMs; bucket += 1) {
        const start = fromMs + bucket * bucketMs;
        const row = this.#buckets[level].get(numberOf(id), start, Math.min(toMs, start + bucketMs));
        const count = row?.['count'];
        if (row && typeof count === 'number') found.push({ bucket, count, columns: columnsOf(row) });
      }
      return found;
    });
  }

  /** Removes minutes and hours that begin before `beforeMs`, at most `limit` of each, and answers how many. */
  retain(beforeMs: number, limit: number): number {
    return transaction(this.#db, () => {
      const remove = (table: string): number =>
        Number(
          this.#db
            .prepare(
              `DELETE FROM ${table} WHERE (pump, at) IN (
                 SELECT pump, at FROM pump JOIN ${table} ON ${table}.pump = pump.id WHERE at < ? LIMIT ?)`,
            )
            .run(beforeMs, limit).changes,
        );
      return remove('minute') + remove('hour');
    });
  }

  close(): void {
    this.#db.close();
  }
}

function figuresOf(columns: ColumnRollups): (number | null)[] {
  return trendColumns.flatMap((column) => {
    const figures = columns[column];
    return figures ? [figures.min, figures.max, figures.sum, figures.measured] : [null, null, null, null];
  });
}

function columnsOf(row: Row): ColumnRollups {
  const columns: Partial<Record<TrendColumn, ColumnRollup>> = {};
  for (const column of trendColumns) {
    const name = rollupColumns[column];
    const measured = row[`${name}_n`];
    if (typeof measured !== 'number' || measured === 0) continue;
    columns[column] = {
      min: numberOf(row[`${name}_min`]),
      max: numberOf(row[`${name}_max`]),
      sum: numberOf(row[`${name}_sum`]),
      measured,
    };
  }
  return columns;
}
