import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { numberOf, textOf } from './sqlite.ts';

type NameTableKind = 'hub' | 'pump' | 'boot';

/** Name -> small number, made on first sight. A transaction that is rolled back must call `forget`. */
export class NameWriter {
  readonly #known = new Map<string, number>();
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  #fresh: string[] = [];

  constructor(db: DatabaseSync, table: NameTableKind) {
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?) ON CONFLICT DO NOTHING`);
    this.#select = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
  }

  idOf(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#insert.run(name);
    const id = numberOf(this.#select.get(name)?.['id']);
    this.#known.set(name, id);
    this.#fresh.push(name);
    return id;
  }

  /** The ids given since the last call are durable now. */
  keep(): void {
    this.#fresh = [];
    // Boots come and go for years; what is dropped here is found again in the table.
    if (this.#known.size > MAX_CACHED_NAMES) this.#known.clear();
  }

  /** The ids given since the last `keep` were rolled back. */
  forget(): void {
    for (const name of this.#fresh) this.#known.delete(name);
    this.#fresh = [];
  }
}

const MAX_CACHED_NAMES = 200_000;

/** Small number -> name, and back, for readers. Rows never change, so what was read once stays true. */
export class NameReader {
  readonly #names = new Map<number, string>();
  readonly #byId: StatementSync;
  readonly #byName: StatementSync;

  constructor(db: DatabaseSync, table: NameTableKind) {
    this.#byId = db.prepare(`SELECT name FROM ${table} WHERE id = ?`);
    this.#byName = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
  }

  nameOf(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const name = textOf(this.#byId.get(id)?.['name']);
    if (this.#names.size > MAX_CACHED_NAMES) this.#names.clear();
    this.#names.set(id, name);
    return name;
  }

  /** Undefined for a name the journal has never seen. */
  idOf(name: string): number | undefined {
    const row = this.#byName.get(name);
    return row ? numberOf(row['id']) : undefined;
  }
}
