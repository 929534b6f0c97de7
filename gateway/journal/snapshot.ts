import { DatabaseSync } from 'node:sqlite';
import type { DataDir } from './data-dir.ts';
import { journalMigrations } from './journal-schema.ts';
import { rollupMigrations } from './rollup-schema.ts';
import { numberOf, refusing } from './sqlite.ts';
import { stateMigrations } from './sqlite-state-store.ts';

/** The newest form of each database that this gateway reads. */
export const newestSchemas: Readonly<Record<keyof DataDir, number>> = (() => {
  const newest = (migrations: readonly { readonly version: number }[]): number => migrations.at(-1)?.version ?? 0;
  const state = newest(stateMigrations);
  return {
    journal: newest(journalMigrations),
    rollups: newest(rollupMigrations),
    state,
    series: state,
    access: state,
    registry: state,
    benefit: state,
    onCall: state,
    notify: state,
    audit: state,
  };
})();

/**
 * Writes a database as it is at this moment into a new file, beside whoever writes it. `without`: collections of documents
 * that are left out, so that no byte of them is in the new file.
 * @throws GatewayError `storage-refused`
 */
export function snapshotInto(path: string, target: string, without: readonly string[] = []): void {
  refusing(() => {
    // VACUUM INTO reads in one transaction and leaves out what was deleted.
    using(path, true, (db) => db.prepare('VACUUM INTO ?').run(target));
    if (without.length > 0) {
      using(target, false, (db) => {
        const drop = db.prepare('DELETE FROM doc WHERE collection = ?');
        for (const collection of without) drop.run(collection);
        db.exec('VACUUM');
      });
    }
  });
}

/** The version of the form of a database file. @throws GatewayError `storage-refused` when it is no database */
export const schemaOf = (path: string): number =>
  refusing(() => using(path, true, (db) => numberOf(db.prepare('PRAGMA user_version').get()?.['user_version'])));

function using<R>(path: string, readOnly: boolean, use: (db: DatabaseSync) => R): R {
  const db = new DatabaseSync(path, { readOnly, timeout: 5_000 });
  try {
    return use(db);
  } finally {
    db.close();
  }
}
