import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { type AcceptedReading, decodeHubMessage, type HubMessage } from '#codec/hub-message.ts';
import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { WallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { QuarantineEntry } from '#model/journal-entry.ts';
import { expendableOf } from './expendable.ts';
import type { JournalWriter, Retained, RetainFrom } from './journal.ts';
import { journalMigrations, KIND_READING, statusKinds } from './journal-schema.ts';
import { NameWriter } from './name-table.ts';
import { numberOf, openForWriting, refusing, textOf, transaction } from './sqlite.ts';

export interface JournalLimits {
  /** The database refuses to grow past this. Refusing is safe: hubs keep what was not acknowledged. */
  readonly maxBytes: number;
  /** Rows kept in quarantine, newest first. */
  readonly maxQuarantineRows: number;
  /** Memory for pages of the database, 64 MiB when absent. */
  readonly cacheBytes?: number;
}

export const defaultJournalLimits: JournalLimits = { maxBytes: 64 * 1024 ** 3, maxQuarantineRows: 100_000 };

const CACHE_BYTES = 64 * 1024 ** 2;
const EXPENDABLE = `
  SELECT offset, at, received_at, EXISTS (
    SELECT 1 FROM held WHERE held.pump = entry.pump AND from_ms <= entry.at AND to_ms > entry.at
  ) AS held
  FROM entry WHERE offset > ? AND offset <= ? ORDER BY offset LIMIT ?`;
/** Pages of WAL after which the database file is brought up to date. 16 MiB at 4 KiB a page. */
const CHECKPOINT_PAGES = 4_000;

interface Counts {
  readings: number;
  duplicates: number;
  statuses: number;
  refused: Record<string, number>;
  refusedWhole: number[];
}

/** The journal in SQLite. Lives in a thread of its own, because a commit waits for the disk. */
export class SqliteJournalWriter implements JournalWriter {
  readonly #db: DatabaseSync;
  readonly #limits: JournalLimits;
  readonly #hubs: NameWriter;
  readonly #pumps: NameWriter;
  readonly #boots: NameWriter;
  readonly #insertEntry: StatementSync;
  readonly #storedWire: StatementSync;
  readonly #insertQuarantine: StatementSync;
  readonly #saveCursor: StatementSync;
  #lastOffset: number;

  constructor(path: string, limits: JournalLimits = defaultJournalLimits) {
    this.#limits = limits;
    const db = openForWriting(path, journalMigrations);
    this.#db = db;
    const pageSize = numberOf(db.prepare('PRAGMA page_size').get()?.['page_size']);
    const cacheKiB = Math.ceil((limits.cacheBytes ?? CACHE_BYTES) / 1_024);
    db.exec(`PRAGMA cache_size = -${cacheKiB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
             PRAGMA max_page_count = ${Math.max(64, Math.floor(limits.maxBytes / pageSize))};`);
    this.#hubs = new NameWriter(db, 'hub');
    this.#pumps = new NameWriter(db, 'pump');
    this.#boots = new NameWriter(db, 'boot');
    this.#insertEntry = db.prepare(
      'INSERT INTO entry (offset, kind, hub, pump, boot, seq, at, received_at, wire) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#storedWire = db.prepare('SELECT wire FROM entry WHERE pump = ? AND boot = ? AND seq = ?');
    this.#insertQuarantine = db.prepare(
      'INSERT INTO quarantine (at, hub, pump, topic, code, detail) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#saveCursor = db.prepare(
      'INSERT INTO cursor (consumer, offset) VALUES (?, ?) ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)',
    );
    this.#lastOffset = this.#readLastOffset();
  }

  append(batch: readonly Inbound[]): AppendResult {
    const before = this.#lastOffset;
    const counts: Counts = { readings: 0, duplicates: 0, statuses: 0, refused: {}, refusedWhole: [] };
    try {
      transaction(this.#db, () => {
        batch.forEach((inbound, place) => {
          if (!this.#appendOne(inbound, counts)) counts.refusedWhole.push(place);
        });
      });
    } catch (error) {
      this.#lastOffset = before;
      for (const names of [this.#hubs, this.#pumps, this.#boots]) names.forget();
      throw error;
    }
    for (const names of [this.#hubs, this.#pumps, this.#boots]) names.keep();
    return { lastOffset: this.#lastOffset, ...counts };
  }

  probe(): void {
    transaction(this.#db, () =>
      this.#db.exec('INSERT INTO probe (id, at) VALUES (1, 0) ON CONFLICT DO UPDATE SET at = at + 1'),
    );
  }

  quarantine(entry: Omit<QuarantineEntry, 'offset'>): void {
    const { at, hub, pump, topic, code, detail } = entry;
    transaction(this.#db, () => this.#insertQuarantine.run(at, hub, pump, topic, code, detail));
  }

  saveCursor(consumer: string, offset: number): void {
    transaction(this.#db, () => this.#saveCursor.run(consumer, offset));
  }

  retain(before: WallMs, consumers: readonly string[], { after, limit }: RetainFrom): Retained {
    return transaction(this.#db, () => {
      const cursor = this.#db.prepare('SELECT offset FROM cursor WHERE consumer = ?');
      const passed = consumers.map((consumer) => numberOf(cursor.get(consumer)?.['offset'] ?? 0));
      const upTo = Math.min(this.#lastOffset - 1, ...passed);
      const newest = this.#db.prepare('SELECT received_at FROM entry WHERE offset = ?').get(this.#lastOffset);
      const rows = this.#db.prepare(EXPENDABLE).all(after, upTo, limit);
      const { going, next } = expendableOf(
        rows.map((row) => ({
          offset: numberOf(row['offset']),
          at: numberOf(row['at']),
          receivedAt: numberOf(row['received_at']),
          held: row['held'] !== 0,
        })),
        before,
        numberOf(newest?.['received_at'] ?? 0),
      );
      const remove = this.#db.prepare('DELETE FROM entry WHERE offset = ?');
      for (const offset of going) remove.run(offset);
      this.#db
        .prepare('DELETE FROM quarantine WHERE offset <= (SELECT max(offset) FROM quarantine) - ?')
        .run(this.#limits.maxQuarantineRows);
      return { removed: going.length, next: rows.length < limit ? null : next };
    });
  }

  hold(ranges: readonly HeldRange[]): void {
    transaction(this.#db, () => {
      this.#db.exec('DELETE FROM held');
      // A pump of which there is no reading has no number, and nothing to hold.
      const insert = this.#db.prepare(
        'INSERT OR IGNORE INTO held (pump, from_ms, to_ms) SELECT id, ?, ? FROM pump WHERE name = ?',
      );
      for (const { pump, fromMs, toMs } of ranges) insert.run(Math.floor(fromMs), Math.ceil(toMs), pump);
    });
  }

  close(): void {
    refusing(() => this.#db.close());
  }

  /** False when the whole of it was refused. */
  #appendOne(inbound: Inbound, counts: Counts): boolean {
    if (inbound.kind === 'refusal') {
      const { hub, pump, topic, receivedAt, refusal } = inbound;
      this.#refuse(receivedAt, hub, pump, topic, refusal.code, refusal.detail, counts);
      return false;
    }
    const message = decodeHubMessage(inbound.topic, inbound.payload, inbound.receivedAt);
    switch (message.kind) {
      case 'refused':
        this.#refuse(
          inbound.receivedAt,
          message.hub,
          message.pump,
          inbound.topic,
          message.refusal.code,
          message.refusal.detail,
          counts,
        );
        return false;
      case 'status': {
        const kind = statusKinds[inbound.cause];
        const { boot, atMs } = message.status;
        const hub = this.#hubs.idOf(message.hub);
        this.#insert(kind, hub, null, this.#boots.idOf(boot), null, atMs, inbound.receivedAt, message.wire);
        counts.statuses += 1;
        return true;
      }
      case 'readings':
        this.#appendReadings(message, inbound.topic, inbound.receivedAt, counts);
        return true;
    }
  }

  #appendReadings(message: HubMessage & { kind: 'readings' }, topic: string, receivedAt: WallMs, counts: Counts): void {
    const hub = this.#hubs.idOf(message.hub);
    const pump = this.#pumps.idOf(message.pump);
    const boot = this.#boots.idOf(message.boot);
    for (const reading of message.accepted) {
      const isNew = this.#insert(KIND_READING, hub, pump, boot, reading.seq, reading.atMs, receivedAt, reading.wire);
      if (isNew) counts.readings += 1;
      else if (this.#sameAsStored(pump, boot, reading)) counts.duplicates += 1;
      else {
        const detail = `boot ${message.boot} seq ${reading.seq}`;
        this.#refuse(receivedAt, message.hub, message.pump, topic, 'sequence-conflict', detail, counts);
      }
    }
    for (const { code, detail } of message.refused) {
      this.#refuse(receivedAt, message.hub, message.pump, topic, code, detail, counts);
    }
  }

  /** False when the identity is taken already. */
  #insert(
    kind: number,
    hub: number,
    pump: number | null,
    boot: number,
    seq: number | null,
    at: number,
    receivedAt: number,
    wire: string,
  ): boolean {
    const offset = this.#lastOffset + 1;
    const { changes } = this.#insertEntry.run(offset, kind, hub, pump, boot, seq, at, receivedAt, wire);
    if (changes === 0) return false;
    this.#lastOffset = offset;
    return true;
  }

  #sameAsStored(pump: number, boot: number, reading: AcceptedReading): boolean {
    const stored = textOf(this.#storedWire.get(pump, boot, reading.seq)?.['wire']);
    return stored === reading.wire || isDeepStrictEqual(JSON.parse(stored), JSON.parse(reading.wire));
  }

  #refuse(
    at: WallMs,
    hub: string | null,
    pump: string | null,
    topic: string,
    code: string,
    detail: string,
    counts: Counts,
  ): void {
    this.#insertQuarantine.run(at, hub, pump, topic.slice(0, 512).toWellFormed(), code, detail);
    counts.refused[code] = (counts.refused[code] ?? 0) + 1;
  }

  #readLastOffset(): number {
    return numberOf(this.#db.prepare('SELECT coalesce(max(offset), 0) AS last FROM entry').get()?.['last']);
  }
}
