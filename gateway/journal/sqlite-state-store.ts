import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Doc, Json, StateStore, StateTransaction, StreamRow } from '#kernel/state-store.ts';
import { type Migration, numberOf, openForWriting, refusing, textOf, transaction } from './sqlite.ts';

export const stateMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE doc (
        collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE stream (
        name TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, position)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** Documents and append-only streams in SQLite. Several processes may open the same file. */
export class SqliteStateStore implements StateStore {
  readonly #db: DatabaseSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #read: StatementSync;
  readonly #last: StatementSync;
  readonly #tx: StateTransaction;

  constructor(path: string) {
    const db = openForWriting(path, stateMigrations);
    this.#db = db;
    this.#get = db.prepare('SELECT value FROM doc WHERE collection = ? AND key = ?');
    this.#list = db.prepare('SELECT key, value FROM doc WHERE collection = ? AND key >= ? ORDER BY key');
    this.#read = db.prepare(
      'SELECT position, value FROM stream WHERE name = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#last = db.prepare('SELECT coalesce(max(position), 0) AS last FROM stream WHERE name = ?');
    this.#tx = this.#transaction();
  }

  get<T extends Json>(collection: string, key: string): T | undefined {
    return refusing(() => {
      const row = this.#get.get(collection, key);
      return row ? JSON.parse(textOf(row['value'])) : undefined;
    });
  }

  list<T extends Json>(collection: string, prefix = ''): Doc<T>[] {
    return refusing(() => {
      const docs: Doc<T>[] = [];
      for (const row of this.#list.iterate(collection, prefix)) {
        const key = textOf(row['key']);
        if (!key.startsWith(prefix)) break;
        docs.push({ key, value: JSON.parse(textOf(row['value'])) });
      }
      return docs;
    });
  }

  read<T extends Json>(stream: string, after: number, limit: number): StreamRow<T>[] {
    return refusing(() =>
      this.#read
        .all(stream, after, limit)
        .map((row) => ({ position: numberOf(row['position']), value: JSON.parse(textOf(row['value'])) })),
    );
  }

  last(stream: string): number {
    return refusing(() => numberOf(this.#last.get(stream)?.['last']));
  }

  transact<R>(work: (tx: StateTransaction) => R): R {
    return transaction(this.#db, () => work(this.#tx));
  }

  close(): void {
    this.#db.close();
  }

  #transaction(): StateTransaction {
    const put = this.#db.prepare(
      'INSERT INTO doc (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    const remove = this.#db.prepare('DELETE FROM doc WHERE collection = ? AND key = ?');
    const append = this.#db.prepare('INSERT INTO stream (name, position, value) VALUES (?, ?, ?)');
    return {
      get: (collection, key) => this.get(collection, key),
      list: (collection, prefix) => this.list(collection, prefix),
      read: (stream, after, limit) => this.read(stream, after, limit),
      last: (stream) => this.last(stream),
      put: (collection, key, value) => void put.run(collection, key, JSON.stringify(value)),
      delete: (collection, key) => void remove.run(collection, key),
      append: (stream, value) => {
        const position = this.last(stream) + 1;
        append.run(stream, position, JSON.stringify(value));
        return position;
      },
    };
  }
}
