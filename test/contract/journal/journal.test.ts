import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inbound } from '#codec/inbound.ts';
import type { JournalReader, JournalWriter } from '#journal/journal.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { wallMs } from '#kernel/time.ts';
import { message, reading, readingsMessage, statusMessage, T0 } from '#support/hub-messages.ts';
import { TempDir } from '#support/temp-dir.ts';

interface Pair {
  readonly writer: JournalWriter;
  readonly reader: JournalReader;
  close(): void;
}

function sqlitePair(): Pair {
  const dir = new TempDir();
  const writer = new SqliteJournalWriter(dir.file('journal.db'));
  const reader = new SqliteJournalReader(dir.file('journal.db'));
  const close = () => {
    reader.close();
    writer.close();
    dir[Symbol.dispose]();
  };
  return { writer, reader, close };
}

function memoryPair(): Pair {
  const journal = new MemoryJournal();
  return { writer: journal, reader: journal, close: () => journal.close() };
}

describe.each([
  ['SQLite', sqlitePair],
  ['memory', memoryPair],
])('a journal in %s', (_name, open) => {
  let pair: Pair;
  beforeEach(() => {
    pair = open();
  });
  afterEach(() => pair.close());

  it('gives offsets without holes over readings and statuses together', () => {
    const result = pair.writer.append([
      statusMessage('hub-1', 'online'),
      readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(0), reading(1)]),
      readingsMessage('hub-2', 'pump-2', 'boot-2', [reading(0)]),
    ]);
    expect(result).toEqual({
      lastOffset: 4,
      readings: 3,
      duplicates: 0,
      statuses: 1,
      refused: {},
      refusedWhole: [],
    });
    expect(pair.reader.lastOffset()).toBe(4);
    expect(pair.reader.readAfter(0, 10).map((entry) => [entry.offset, entry.kind, entry.hub])).toEqual([
      [1, 'status', 'hub-1'],
      [2, 'reading', 'hub-1'],
      [3, 'reading', 'hub-1'],
      [4, 'reading', 'hub-2'],
    ]);
    expect(pair.reader.readAfter(2, 1).map((entry) => entry.offset)).toEqual([3]);
  });

  it('keeps a reading as it was sent, unknown fields included', () => {
    const sent = reading(7, { vendor: { nested: [1, 2.5, 'x'] }, alarms: ['x-acme-17', 'occlusion-downstream'] });
    pair.writer.append([readingsMessage('hub-1', 'pump-1', 'boot-1', [sent], T0 + 5)]);
    const [entry] = pair.reader.readAfter(0, 10);
    if (entry?.kind !== 'reading') throw new Error('no reading');
    expect(JSON.parse(entry.wire)).toEqual(sent);
    expect(entry).toMatchObject({ hub: 'hub-1', pump: 'pump-1', boot: 'boot-1', receivedAt: T0 + 5 });
    expect(entry.reading).toEqual({
      seq: 7,
      atMs: T0 + 70_000,
      state: 'infusing',
      rateMlH: 9,
      pressureMmHg: 40,
      pressureLimitMmHg: 500,
      alarms: [{ code: 'unknown', vendorCode: 'x-acme-17' }, { code: 'occlusion-downstream' }],
    });
  });

  it('takes a reading once, whoever sends it again, and the first content stays', () => {
    pair.writer.append([readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(0), reading(1)])]);
    const again = pair.writer.append([
      readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(1)]),
      readingsMessage('hub-9', 'pump-1', 'boot-1', [{ alarms: [], ...reading(0) }]),
      readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(1, { rate_ml_h: 10 })]),
      readingsMessage('hub-1', 'pump-1', 'boot-2', [reading(1)]),
    ]);
    expect(again).toMatchObject({ readings: 1, duplicates: 2, refused: { 'sequence-conflict': 1 }, refusedWhole: [] });
    expect(pair.reader.page('pump-1', 0, 10).readings.map((entry) => [entry.boot, entry.reading.rateMlH])).toEqual([
      ['boot-1', 9],
      ['boot-1', 9],
      ['boot-2', 9],
    ]);
    expect(pair.reader.quarantinePage(0, 10).quarantine).toEqual([
      {
        offset: 1,
        at: T0,
        hub: 'hub-1',
        pump: 'pump-1',
        topic: 'infusion/v1/hub-1/pump-1/readings',
        code: 'sequence-conflict',
        detail: 'boot boot-1 seq 1',
      },
    ]);
  });

  it('quarantines a bad reading alone and a bad message whole', () => {
    const result = pair.writer.append([
      readingsMessage('hub-1', 'pump-1', 'boot-1', [reading(0), reading(1, { infused_ml: -1 }), reading(2)]),
      message('infusion/v1/hub-1/pump-1/readings', 'not json'),
      message('infusion/v1/hub 1/status', '{}'),
      {
        kind: 'refusal',
        topic: 'other/topic',
        hub: null,
        pump: null,
        receivedAt: wallMs(T0),
        refusal: { code: 'forbidden-topic', detail: 'the link is closed' },
      },
    ]);
    expect(result).toMatchObject({
      readings: 2,
      refused: { 'out-of-range': 1, 'not-json': 1, 'bad-hub-id': 1, 'forbidden-topic': 1 },
      refusedWhole: [1, 2, 3],
    });
    const first = pair.reader.quarantinePage(0, 3);
    expect(first.quarantine.map(({ code, hub, pump }) => [code, hub, pump])).toEqual([
      ['out-of-range', 'hub-1', 'pump-1'],
      ['not-json', 'hub-1', 'pump-1'],
      ['bad-hub-id', 'hub 1', null],
    ]);
    expect(first.next).toBe(3);
    expect(pair.reader.quarantinePage(3, 3)).toMatchObject({ quarantine: [{ topic: 'other/topic' }], next: null });
  });

  it('pages readings of one pump and of all, with null at the end', () => {
    const batch: Inbound[] = [];
    for (let i = 0; i < 25; i += 1) batch.push(readingsMessage('hub', i % 2 ? 'odd' : 'even', 'boot', [reading(i)]));
    pair.writer.append([statusMessage('hub', 'online'), ...batch]);
    const seen: number[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: ReturnType<JournalReader['page']> = pair.reader.page('odd', after, 5);
      seen.push(...page.readings.map((entry) => entry.reading.seq));
      after = page.next;
    }
    expect(seen).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
    expect(pair.reader.page(null, 0, 1000)).toMatchObject({ next: null });
    expect(pair.reader.page('nobody', 0, 10)).toEqual({ readings: [], next: null });
  });

  it('reads a stretch of measuring time in its order, whatever the order of arrival', () => {
    pair.writer.append([
      readingsMessage('hub', 'pump', 'boot', [reading(5)]),
      readingsMessage('hub', 'pump', 'boot', [reading(1), reading(2)]),
      readingsMessage('hub', 'other', 'boot', [reading(1)]),
    ]);
    const seqs = (from: number, to: number) =>
      [...pair.reader.readingsBetween('pump', T0 + from, T0 + to)].map((entry) => entry.reading.seq);
    expect(seqs(0, 100_000)).toEqual([1, 2, 5]);
    expect(seqs(10_000, 50_000)).toEqual([1, 2]);
    expect(seqs(10_001, 50_001)).toEqual([2, 5]);
  });

  it('tells the latest measuring time of a pump before an entry, whatever the order of arrival', () => {
    const at = (seq: number, ms: number) => reading(seq, { at: T0 + ms });
    pair.writer.append([readingsMessage('h', 'p', 'b', [at(0, 500), at(1, 900), at(2, 100)])]);
    pair.writer.append([
      readingsMessage('h', 'q', 'b', [at(0, 5_000)]),
      readingsMessage('h', 'p', 'b', [at(3, 1_000)]),
    ]);
    expect([1, 2, 3, 4, 5, 6].map((below) => pair.reader.newestAt('p', below))).toEqual(
      [undefined, 500, 900, 900, 900, 1_000].map((ms) => ms && T0 + ms),
    );
    expect(pair.reader.newestAt('nobody', 9)).toBeUndefined();
  });

  it('counts what a pump has in a span, and which came last, late readings included', () => {
    pair.writer.append([readingsMessage('h', 'p', 'b', [reading(0), reading(2)])]);
    pair.writer.append([readingsMessage('h', 'q', 'b', [reading(1)])]);
    const whole = pair.reader.extentBetween('p', T0, T0 + 60_000);
    expect(whole.count).toBe(2);
    pair.writer.append([readingsMessage('h', 'p', 'b', [reading(1)])]);
    const late = pair.reader.extentBetween('p', T0, T0 + 60_000);
    expect(late.count).toBe(3);
    expect(late.lastOffset).toBeGreaterThan(whole.lastOffset);
    expect(pair.reader.extentBetween('p', T0 - 9, T0).count).toBe(0);
    expect(pair.reader.extentBetween('nobody', 0, T0 * 2)).toEqual({ count: 0, lastOffset: 0 });
  });

  it('finds the reading before an instant, and the statuses of a span with the one before it', () => {
    pair.writer.append([
      readingsMessage('h', 'p', 'b', [reading(0), reading(2), reading(1)]),
      ...[10, 20, 30, 40].map((ms) => statusMessage('h', ms % 20 === 0 ? 'offline' : 'online', 'b', T0 + ms)),
      statusMessage('other', 'online', 'b', T0 + 25),
    ]);
    expect(pair.reader.lastBefore('p', T0 + 20_000)?.reading.seq).toBe(1);
    expect(pair.reader.lastBefore('p', T0)).toBeUndefined();
    const received = (from: number, to: number) =>
      pair.reader.statusesOf('h', T0 + from, T0 + to).map(({ receivedAt }) => receivedAt - T0);
    expect(received(25, 40)).toEqual([20, 30]);
    expect(received(0, 15)).toEqual([10]);
    expect(received(99, 100)).toEqual([40]);
    expect(pair.reader.statusesOf('nobody', 0, T0 * 2)).toEqual([]);
  });

  it('removes only what is old and what every consumer has passed, and never gives an offset twice', () => {
    for (let i = 0; i < 10; i += 1) {
      pair.writer.append([readingsMessage('hub', 'pump', 'boot', [reading(i, { at: T0 + i })], T0 + i)]);
    }
    const all = wallMs(T0 + 1_000);
    const both = ['alerts', 'series'];
    const oldest = { after: 0, limit: 100 };
    const removed = (before = all, from = oldest) => pair.writer.retain(before, both, from).removed;
    expect(removed()).toBe(0);
    pair.writer.saveCursor('alerts', 8);
    pair.writer.saveCursor('series', 4);
    pair.writer.saveCursor('series', 3);
    expect(pair.reader.cursors()).toEqual({ alerts: 8, series: 4 });
    expect(pair.writer.retain(wallMs(T0 + 2), both, oldest)).toEqual({ removed: 2, next: null });
    expect(pair.writer.retain(all, both, { after: 0, limit: 1 })).toEqual({ removed: 1, next: 3 });
    expect(removed()).toBe(1);
    pair.writer.saveCursor('series', 10);
    pair.writer.saveCursor('alerts', 10);
    expect(removed()).toBe(5);
    expect(pair.reader.readAfter(0, 10).map((entry) => entry.offset)).toEqual([10]);
    expect(pair.writer.append([readingsMessage('hub', 'pump', 'boot', [reading(50)])]).lastOffset).toBe(11);
  });

  it('keeps what is held, and goes on behind it', () => {
    for (let i = 0; i < 8; i += 1) {
      const pump = i % 2 === 0 ? 'even' : 'odd';
      pair.writer.append([readingsMessage('hub', pump, 'boot', [reading(i, { at: T0 + i })], T0 + i)]);
    }
    pair.writer.append([statusMessage('hub', 'online', 'boot', T0 + 900)]);
    pair.writer.saveCursor('all', 9);
    const step = (after: number) => pair.writer.retain(wallMs(T0 + 800), ['all'], { after, limit: 4 });
    const left = () => pair.reader.readAfter(0, 100).map(({ offset }) => offset);
    pair.writer.hold([
      { pump: 'even', fromMs: T0, toMs: T0 + 5 },
      { pump: 'even', fromMs: T0 + 2, toMs: T0 + 3 },
      { pump: 'nobody', fromMs: 0, toMs: T0 * 2 },
    ]);
    expect(step(0)).toEqual({ removed: 2, next: 4 });
    expect(step(4)).toEqual({ removed: 3, next: 8 });
    expect(step(8)).toEqual({ removed: 0, next: null });
    expect(left()).toEqual([1, 3, 5, 9]);
    pair.writer.hold([{ pump: 'even', fromMs: T0 + 2, toMs: T0 + 4 }]);
    expect(step(0).removed).toBe(2);
    expect(left()).toEqual([3, 9]);
    pair.writer.hold([]);
    expect(step(0).removed).toBe(1);
    expect(left()).toEqual([9]);
  });

  it('removes nothing by one clock alone', () => {
    const YEAR = 365 * 24 * 3_600_000;
    const arrives = (seq: number, at: number, receivedAt: number) =>
      pair.writer.append([readingsMessage('hub', 'pump', 'boot', [reading(seq, { at })], receivedAt)]);
    arrives(1, T0 - YEAR, T0 - YEAR);
    // By a hub whose clock was never set; by a gateway that woke without its clock; by one that was ahead for a while.
    arrives(2, T0 - 9 * YEAR, T0);
    arrives(3, T0, T0 - 0.8 * YEAR);
    arrives(4, T0 - YEAR, T0 + 5 * YEAR);
    arrives(5, T0, T0 + 5 * YEAR);
    arrives(6, T0, T0);
    pair.writer.saveCursor('all', 6);
    const before = wallMs(T0 - 1_000);
    expect(pair.writer.retain(before, ['all'], { after: 0, limit: 100 })).toEqual({ removed: 1, next: null });
    expect(pair.reader.readAfter(0, 10).map(({ offset }) => offset)).toEqual([2, 3, 4, 5, 6]);
    expect(pair.writer.retain(before, ['all'], { after: 2, limit: 100 }).removed).toBe(1);
    expect(pair.reader.readAfter(0, 10).map(({ offset }) => offset)).toEqual([2, 3, 5, 6]);
  });

  it('holds exactly the distinct readings, for any interleaving and repetition', () => {
    const one = fc.record({ pump: fc.nat(2), boot: fc.nat(1), seq: fc.nat(8) });
    fc.assert(
      fc.property(fc.array(fc.array(one, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (batches) => {
        const fresh = open();
        try {
          const expected = new Set<string>();
          for (const batch of batches) {
            for (const { pump, boot, seq } of batch) expected.add(`p${pump}/b${boot}/${seq}`);
            fresh.writer.append(
              batch.map(({ pump, boot, seq }) => readingsMessage('hub', `p${pump}`, `b${boot}`, [reading(seq)])),
            );
          }
          const stored = fresh.reader.page(null, 0, 1_000).readings;
          expect(stored.map((e) => `${e.pump}/${e.boot}/${e.reading.seq}`).sort()).toEqual([...expected].sort());
          expect(stored.map((e) => e.offset)).toEqual(stored.map((_, i) => i + 1));
        } finally {
          fresh.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the journal on disk', () => {
  it('refuses to grow past its limit, keeps what it has, and takes more once there is room', () => {
    using dir = new TempDir();
    const path = dir.file('journal.db');
    const writer = new SqliteJournalWriter(path, { maxBytes: 1_048_576, maxQuarantineRows: 10 });
    let stored = 0;
    const fill = () => {
      for (;;) {
        const batch = [readingsMessage('hub', 'pump', 'boot', [reading(stored, { filler: 'x'.repeat(2_000) })])];
        stored = writer.append(batch).lastOffset;
      }
    };
    expect(fill).toThrowError(expect.objectContaining({ code: 'storage-refused' }));
    expect(stored).toBeGreaterThan(100);
    const reader = new SqliteJournalReader(path);
    expect(reader.lastOffset()).toBe(stored);
    writer.saveCursor('alerts', stored);
    expect(writer.retain(wallMs(T0 * 2), ['alerts'], { after: 0, limit: 10_000 }).removed).toBe(stored - 1);
    expect(writer.append([readingsMessage('hub', 'pump', 'boot', [reading(stored + 7)])]).lastOffset).toBe(stored + 1);
    reader.close();
    writer.close();
  });

  it('is refused in plain words when a newer gateway wrote it', () => {
    using dir = new TempDir();
    const db = new DatabaseSync(dir.file('journal.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => new SqliteJournalWriter(dir.file('journal.db'))).toThrowError(
      expect.objectContaining({ code: 'schema-too-new' }),
    );
  });

  it('answers its hot queries by index', () => {
    using dir = new TempDir();
    new SqliteJournalWriter(dir.file('journal.db')).close();
    const db = new DatabaseSync(dir.file('journal.db'));
    const plan = (sql: string) =>
      db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from(sql.matchAll(/\?/g), () => 1))
        .map((row) => String(row['detail']))
        .join('; ');
    expect(plan('SELECT wire FROM entry WHERE pump = ? AND boot = ? AND seq = ?')).toMatch(/INDEX entry_identity/);
    expect(plan('SELECT * FROM entry WHERE pump = ? AND at >= ? AND at < ? ORDER BY at, offset')).toMatch(
      /^SEARCH entry USING INDEX entry_time \(pump=\? AND at>\? AND at<\?\)$/,
    );
    expect(plan('SELECT * FROM entry WHERE offset > ? AND offset <= ? AND +pump = ? ORDER BY offset LIMIT ?')).toMatch(
      /^SEARCH entry USING INTEGER PRIMARY KEY/,
    );
    db.close();
  });
});
