import { DatabaseSync } from 'node:sqlite';
import { GatewayError, messageOf } from '#kernel/errors.ts';

export interface Migration {
  /** Numbered from 1 without holes; PRAGMA user_version holds the last one applied. */
  readonly version: number;
  readonly sql: string;
}

/** Opens (or makes) a database that survives a cut of power: WAL with a sync at each commit. */
export function openForWriting(path: string, migrations: readonly Migration[]): DatabaseSync {
  return refusing(() => {
    const db = new DatabaseSync(path, { timeout: 5_000 });
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;',
    );
    migrate(db, migrations);
    return db;
  });
}

const MAPPED_BYTES = 256 * 1024 ** 2;

/** Opens an existing database for reading beside its writer. `mappedBytes`: of the file that may be mapped into memory. */
export function openForReading(path: string, mappedBytes = MAPPED_BYTES): DatabaseSync {
  return refusing(() => {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    db.exec(`PRAGMA query_only = ON; PRAGMA mmap_size = ${mappedBytes};`);
    return db;
  });
}

function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
  const version = numberOf(db.prepare('PRAGMA user_version').get()?.['user_version']);
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest)
    throw new GatewayError('schema-too-new', `It is at version ${version}, this gateway knows ${newest}.`);
  for (const migration of migrations) {
    if (migration.version <= version) continue;
    transaction(db, () => db.exec(`${migration.sql}; PRAGMA user_version = ${migration.version};`));
  }
}

/** Runs `work` in one transaction, durable when this returns. */
export function transaction<R>(db: DatabaseSync, work: () => R): R {
  return refusing(() => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      // After some faults (disk full) SQLite has already rolled back by itself.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  });
}

/** Turns what SQLite throws into our one error for a disk that refuses; our own errors pass. */
export function refusing<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (isSqliteError(error)) throw new GatewayError('storage-refused', messageOf(error), { cause: error });
    throw error;
  }
}

const isSqliteError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';

/** A column that the schema promises to be an integer or a real. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new GatewayError('gateway-fault', `expected a number in the database, found ${typeof value}`);
}

/** A column that the schema promises to be text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GatewayError('gateway-fault', `expected text in the database, found ${typeof value}`);
}

export const textOrNull = (value: unknown): string | null => (value === null ? null : textOf(value));
