import { statSync } from 'node:fs';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { parseWireReading, statusFromWire } from '#codec/hub-json.ts';
import type { WireStatus } from '#codec/wire-schema.ts';
import { wallMs } from '#kernel/time.ts';
import type { JournalEntry, QuarantineEntry, ReadingEntry, StatusCause, StatusEntry } from '#model/journal-entry.ts';
import type { JournalReader } from './journal.ts';
import { KIND_READING, statusKinds } from './journal-schema.ts';
import { NameReader } from './name-table.ts';
import { numberOf, openForReading, refusing, textOf, textOrNull } from './sqlite.ts';

type Row = Record<string, SQLOutputValue>;

/** Offsets looked at by one call of `page`, so that a pump with few readings does not hold up its caller. */
const PAGE_STRETCH = 200_000;
const COLUMNS = 'offset, kind, hub, pump, boot, received_at, wire';

/** Reads the journal beside its writer: WAL lets both go on. */
export class SqliteJournalReader implements JournalReader {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #hubs: NameReader;
  readonly #pumps: NameReader;
  readonly #boots: NameReader;
  readonly #last: StatementSync;
  readonly #after: StatementSync;
  readonly #pageOfPump: StatementSync;
  readonly #pageOfAll: StatementSync;
  readonly #between: StatementSync;
  readonly #newest: StatementSync;
  readonly #before: StatementSync;
  readonly #extent: StatementSync;
  readonly #statuses: StatementSync;
  readonly #quarantine: StatementSync;
  readonly #cursors: StatementSync;

  constructor(path: string, mappedBytes?: number) {
    this.#path = path;
    const db = openForReading(path, mappedBytes);
    this.#db = db;
    this.#hubs = new NameReader(db, 'hub');
    this.#pumps = new NameReader(db, 'pump');
    this.#boots = new NameReader(db, 'boot');
    this.#last = db.prepare('SELECT coalesce(max(offset), 0) AS last FROM entry');
    this.#after = db.prepare(`SELECT ${COLUMNS} FROM entry WHERE offset > ? ORDER BY offset LIMIT ?`);
    const page = (where: string) =>
      `SELECT ${COLUMNS} FROM entry WHERE offset > ? AND offset <= ? AND ${where} ORDER BY offset LIMIT ?`;
    // The unary plus keeps SQLite from sorting all readings of the pump by way of the time index.
    this.#pageOfPump = db.prepare(page(`+pump = ? AND kind = ${KIND_READING}`));
    this.#pageOfAll = db.prepare(page(`kind = ${KIND_READING}`));
    this.#between = db.prepare(
      `SELECT ${COLUMNS} FROM entry WHERE pump = ? AND at >= ? AND at < ? ORDER BY at, offset`,
    );
    // Walks the time index backwards; the offset is part of it, so no entry is read.
    this.#newest = db.prepare('SELECT at FROM entry WHERE pump = ? AND offset < ? ORDER BY at DESC LIMIT 1');
    this.#before = db.prepare(
      `SELECT ${COLUMNS} FROM entry WHERE pump = ? AND at < ? ORDER BY at DESC, offset DESC LIMIT 1`,
    );
    // The time index holds the offset too, so no entry is read.
    this.#extent = db.prepare(
      'SELECT count(*) AS count, coalesce(max(offset), 0) AS last FROM entry WHERE pump = ? AND at >= ? AND at < ?',
    );
    this.#statuses = db.prepare(
      `SELECT ${COLUMNS} FROM entry WHERE hub = ?1 AND kind > ${KIND_READING} AND received_at < ?3 AND received_at >= coalesce(
         (SELECT max(received_at) FROM entry WHERE hub = ?1 AND kind > ${KIND_READING} AND received_at < ?2), ?2)
       ORDER BY received_at, offset`,
    );
    this.#quarantine = db.prepare('SELECT * FROM quarantine WHERE offset > ? ORDER BY offset LIMIT ?');
    this.#cursors = db.prepare('SELECT consumer, offset FROM cursor');
  }

  lastOffset(): number {
    return refusing(() => numberOf(this.#last.get()?.['last']));
  }

  readAfter(offset: number, limit: number): JournalEntry[] {
    return refusing(() => this.#after.all(offset, limit).map((row) => this.#entry(row)));
  }

  page(pump: string | null, after: number, limit: number): { readings: ReadingEntry[]; next: number | null } {
    return refusing(() => {
      const end = this.lastOffset();
      const upTo = Math.min(end, after + PAGE_STRETCH);
      const rows = this.#pageRows(pump, after, upTo, limit);
      const readings = rows.map((row) => this.#reading(row));
      const reached = rows.length === limit ? (readings.at(-1)?.offset ?? upTo) : upTo;
      return { readings, next: reached >= end ? null : reached };
    });
  }

  *readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<ReadingEntry> {
    const id = this.#pumps.idOf(pump);
    if (id === undefined) return;
    for (const row of this.#between.iterate(id, Math.ceil(fromMs), Math.ceil(toMs))) yield this.#reading(row);
  }

  extentBetween(pump: string, fromMs: number, toMs: number): { count: number; lastOffset: number } {
    return refusing(() => {
      const id = this.#pumps.idOf(pump);
      const row = id === undefined ? undefined : this.#extent.get(id, Math.ceil(fromMs), Math.ceil(toMs));
      return row ? { count: numberOf(row['count']), lastOffset: numberOf(row['last']) } : { count: 0, lastOffset: 0 };
    });
  }

  lastBefore(pump: string, atMs: number): ReadingEntry | undefined {
    return refusing(() => {
      const id = this.#pumps.idOf(pump);
      const row = id === undefined ? undefined : this.#before.get(id, Math.ceil(atMs));
      return row && this.#reading(row);
    });
  }

  statusesOf(hub: string, fromMs: number, toMs: number): StatusEntry[] {
    return refusing(() => {
      const id = this.#hubs.idOf(hub);
      return id === undefined ? [] : this.#statuses.all(id, fromMs, toMs).map((row) => this.#status(row));
    });
  }

  newestAt(pump: string, below: number): number | undefined {
    return refusing(() => {
      const id = this.#pumps.idOf(pump);
      const row = id === undefined ? undefined : this.#newest.get(id, below);
      return row ? numberOf(row['at']) : undefined;
    });
  }

  quarantinePage(after: number, limit: number): { quarantine: QuarantineEntry[]; next: number | null } {
    return refusing(() => {
      const rows = this.#quarantine.all(after, limit + 1).map(quarantineEntry);
      const quarantine = rows.slice(0, limit);
      return { quarantine, next: rows.length > limit ? (quarantine.at(-1)?.offset ?? null) : null };
    });
  }

  cursors(): Record<string, number> {
    return refusing(() =>
      Object.fromEntries(this.#cursors.all().map((row) => [textOf(row['consumer']), numberOf(row['offset'])])),
    );
  }

  sizeBytes(): number {
    return [this.#path, `${this.#path}-wal`].reduce(
      (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  close(): void {
    this.#db.close();
  }

  #pageRows(pump: string | null, after: number, upTo: number, limit: number): Row[] {
    if (pump === null) return this.#pageOfAll.all(after, upTo, limit);
    const id = this.#pumps.idOf(pump);
    return id === undefined ? [] : this.#pageOfPump.all(after, upTo, id, limit);
  }

  #entry(row: Row): JournalEntry {
    return row['kind'] === KIND_READING ? this.#reading(row) : this.#status(row);
  }

  #reading(row: Row): ReadingEntry {
    const wire = textOf(row['wire']);
    return {
      kind: 'reading',
      offset: numberOf(row['offset']),
      hub: this.#hubs.nameOf(numberOf(row['hub'])),
      pump: this.#pumps.nameOf(numberOf(row['pump'])),
      boot: this.#boots.nameOf(numberOf(row['boot'])),
      receivedAt: wallMs(numberOf(row['received_at'])),
      reading: parseWireReading(wire),
      wire,
    };
  }

  #status(row: Row): StatusEntry {
    const wire: WireStatus = JSON.parse(textOf(row['wire']));
    return {
      kind: 'status',
      offset: numberOf(row['offset']),
      hub: this.#hubs.nameOf(numberOf(row['hub'])),
      receivedAt: wallMs(numberOf(row['received_at'])),
      cause: causeOf(row['kind']),
      status: statusFromWire(wire),
    };
  }
}

const causeOf = (kind: unknown): StatusCause =>
  kind === statusKinds.said ? 'said' : kind === statusKinds.retained ? 'retained' : 'link-lost';

const quarantineEntry = (row: Row): QuarantineEntry => ({
  offset: numberOf(row['offset']),
  at: wallMs(numberOf(row['at'])),
  hub: textOrNull(row['hub']),
  pump: textOrNull(row['pump']),
  topic: textOf(row['topic']),
  code: textOf(row['code']),
  detail: textOf(row['detail']),
});
