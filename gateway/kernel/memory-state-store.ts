import { SortedTexts } from './sorted-texts.ts';
import type { Doc, Json, StateStore, StateTransaction, StreamRow } from './state-store.ts';

/** The in-memory twin of the SQLite state store. Values pass through JSON, as they would on disk. */
export class MemoryStateStore implements StateStore {
  readonly #docs = new Map<string, SortedTexts>();
  readonly #streams = new Map<string, string[]>();

  get<T extends Json>(collection: string, key: string): T | undefined {
    const text = this.#docs.get(collection)?.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  list<T extends Json>(collection: string, prefix = ''): Doc<T>[] {
    const found = this.#docs.get(collection)?.beginningWith(prefix) ?? [];
    return found.map(([key, text]) => ({ key, value: JSON.parse(text) }));
  }

  read<T extends Json>(stream: string, after: number, limit: number): StreamRow<T>[] {
    const rows = this.#streams.get(stream) ?? [];
    return rows.slice(after, after + limit).map((text, i) => ({ position: after + i + 1, value: JSON.parse(text) }));
  }

  last(stream: string): number {
    return this.#streams.get(stream)?.length ?? 0;
  }

  transact<R>(work: (tx: StateTransaction) => R): R {
    const undo: (() => void)[] = [];
    try {
      return work(this.#transaction(undo));
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  }

  close(): void {}

  #transaction(undo: (() => void)[]): StateTransaction {
    const set = (collection: string, key: string, text: string | undefined) => {
      const docs = this.#docs.get(collection) ?? new SortedTexts();
      this.#docs.set(collection, docs);
      const before = docs.get(key);
      undo.push(() => (before === undefined ? docs.delete(key) : docs.set(key, before)));
      if (text === undefined) docs.delete(key);
      else docs.set(key, text);
    };
    return {
      get: (collection, key) => this.get(collection, key),
      list: (collection, prefix) => this.list(collection, prefix),
      read: (stream, after, limit) => this.read(stream, after, limit),
      last: (stream) => this.last(stream),
      put: (collection, key, value) => set(collection, key, JSON.stringify(value)),
      delete: (collection, key) => set(collection, key, undefined),
      append: (stream, value) => {
        const rows = this.#streams.get(stream) ?? [];
        this.#streams.set(stream, rows);
        undo.push(() => rows.pop());
        return rows.push(JSON.stringify(value));
      },
    };
  }
}
