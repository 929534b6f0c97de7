/**
 * Durable state other than the journal: alerts, service records, sessions. A document store with append-only streams,
 * small enough that SQLite, PostgreSQL and memory can each be one file behind it. Nobody outside journal/ writes SQL.
 */

/** JSON that survives a round trip. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A type as it is after a round trip through JSON. Interfaces become plain shapes, which `Json` accepts. */
export type Plain<T> = T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;

export interface Doc<T> {
  readonly key: string;
  readonly value: T;
}

/** One row of a stream. `position` counts from 1 within the stream, without holes for committed rows. */
export interface StreamRow<T> {
  readonly position: number;
  readonly value: T;
}

export interface StateReader {
  get<T extends Json>(collection: string, key: string): T | undefined;
  /** All documents of a collection in order of key, or those whose key begins with `prefix`. */
  list<T extends Json>(collection: string, prefix?: string): Doc<T>[];
  /** Rows of a stream after `position` (exclusive), oldest first, at most `limit`. */
  read<T extends Json>(stream: string, after: number, limit: number): StreamRow<T>[];
  /** Position of the last row of a stream, 0 when it is empty. */
  last(stream: string): number;
}

export interface StateTransaction extends StateReader {
  put(collection: string, key: string, value: Json): void;
  delete(collection: string, key: string): void;
  /** Adds a row that will never change, and answers its position. */
  append(stream: string, value: Json): number;
}

export interface StateStore extends StateReader {
  /**
   * Runs `work` and makes all of it durable (fsync) before it returns, or none of it. `work` must not await.
   * @throws GatewayError `storage-refused` when the disk refuses; nothing was changed then.
   */
  transact<R>(work: (tx: StateTransaction) => R): R;
  close(): void;
}
