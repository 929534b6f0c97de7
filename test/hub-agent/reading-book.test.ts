import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReadings } from '#codec/hub-json.ts';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { readingsTopic } from '#codec/topics.ts';
import { DeclaredGaps } from '#gateway/hub-agent/declared-gaps.ts';
import { ReadingBook } from '#gateway/hub-agent/reading-book.ts';
import { JournalShelf } from '#journal/journal-shelf.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { wallMs } from '#kernel/time.ts';
import { TempDir } from '#support/temp-dir.ts';

const CHUNK = 500;
const quiet: PumpObservation = { state: 'infusing', rateMlH: 5, pressureMmHg: 20, alarms: [] };
const alarm: PumpObservation = { state: 'paused', rateMlH: 0, alarms: [{ code: 'occlusion-downstream' }] };

/** A book on a disk of its own, that can be opened again as after a cut of power. */
class Disk {
  readonly #dir = new TempDir();
  readonly store = new MemoryStateStore();
  readonly gaps = new DeclaredGaps(this.store);
  readonly reader: SqliteJournalReader;
  readonly shelf: JournalShelf;
  readonly #writer: SqliteJournalWriter;
  readonly #maxBytes: number;
  nowMs = 1_800_000_000_000;

  constructor(maxBytes = 64 * 1024 ** 2) {
    this.#maxBytes = maxBytes;
    const path = this.#dir.file('journal.db');
    this.#writer = new SqliteJournalWriter(path, { maxBytes, maxQuarantineRows: 10 });
    this.reader = new SqliteJournalReader(path, 0);
    this.shelf = new JournalShelf(path);
  }

  open(boot: string): ReadingBook {
    return new ReadingBook({
      hub: 'h',
      boot,
      writer: this.#writer,
      reader: this.reader,
      shelf: this.shelf,
      gaps: this.gaps,
      now: () => this.#now(),
      log: silentLogger,
      maxBytes: this.#maxBytes,
      keepHours: 72,
    });
  }

  /** As `keep` does it, many at a time, with a look at the room in between. `settle` takes what is left to do with them. */
  fill(boot: string, count: number, show: (nth: number) => PumpObservation, settle?: (offset: number) => void): void {
    for (let from = 0; from < count; from += CHUNK) {
      const readings = Array.from({ length: CHUNK }, (_, i) => ({
        ...show(from + i),
        seq: from + i,
        atMs: this.#now(),
      }));
      const payload = Buffer.from(encodeReadings(boot, readings));
      const receivedAt = this.#now();
      const before = this.reader.lastOffset();
      this.#writer.append([{ kind: 'message', topic: readingsTopic('h', 'a'), payload, receivedAt, cause: 'said' }]);
      const book = this.open(boot);
      if (settle) {
        for (let offset = before + 1; offset <= before + CHUNK; offset += 1) settle(offset);
        book.acknowledge(this.settled.splice(0));
      }
      book.tidy();
    }
  }

  readonly settled: number[] = [];

  #now() {
    this.nowMs += 1_000;
    return wallMs(this.nowMs);
  }

  /** `pump seq` of everything that is kept. */
  kept(): string[] {
    return this.reader
      .readAfter(0, 1_000_000)
      .flatMap((entry) => (entry.kind === 'reading' ? [`${entry.pump} ${entry.reading.seq}`] : []));
  }

  [Symbol.dispose](): void {
    this.shelf.close();
    this.reader.close();
    this.#writer.close();
    this.#dir[Symbol.dispose]();
  }
}

describe('readings of a hub', () => {
  it('are numbered for each pump, and wait until they are acknowledged, over a new start too', () => {
    using disk = new Disk();
    const book = disk.open('b1');
    for (const pump of ['a', 'b', 'a']) book.keep(pump, quiet);
    expect(book.unsent().map(({ pump, reading }) => `${pump}${reading.seq}`)).toEqual(['a0', 'b0', 'a1']);
    const [first] = book.unsent();
    book.acknowledge([first?.offset ?? 0]);
    book.saveCursor();
    // Power is cut; the next boot begins at 0 and sends what the last one left behind under its name.
    const next = disk.open('b2');
    next.keep('a', quiet);
    expect(next.unsent().map(({ pump, boot, reading }) => `${boot} ${pump}${reading.seq}`)).toEqual([
      'b1 b0',
      'b1 a1',
      'b2 a0',
    ]);
    expect(next.waiting).toBe(3);
  });

  it('acknowledged in any order, the cursor stands before the first that is not', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(40).keys()]), (acknowledged) => {
        using disk = new Disk();
        const book = disk.open('b');
        const offsets = Array.from({ length: 40 }, () => book.keep('a', quiet)?.offset ?? 0);
        for (const nth of acknowledged) book.acknowledge([offsets[nth] ?? 0]);
        const open = offsets.filter((_, nth) => !acknowledged.includes(nth));
        expect(book.unsent().map(({ offset }) => offset)).toEqual(open);
        book.saveCursor();
        expect(disk.reader.cursors()['uplink'] ?? 0).toBe((open[0] ?? 41) - 1);
      }),
      { numRuns: 12 },
    );
  });

  it('are found again by their numbers', () => {
    using disk = new Disk();
    const book = disk.open('b1');
    for (let i = 0; i < 10; i += 1) book.keep(i % 2 ? 'a' : 'b', quiet);
    expect(book.again('a', 'b1', 1, 3).map(({ pump, seq }) => `${pump}${seq}`)).toEqual(['a1', 'a2', 'a3']);
    expect(book.again('a', 'b9', 0, 9)).toEqual([]);
    expect(book.again('z', 'b1', 0, 9)).toEqual([]);
  });

  it('that the gateway has go after three days, and not before', () => {
    using disk = new Disk();
    const book = disk.open('b');
    for (let i = 0; i < 5; i += 1) book.acknowledge([book.keep('a', quiet)?.offset ?? 0]);
    book.tidy();
    expect(disk.kept()).toHaveLength(5);
    disk.nowMs += 73 * 3_600_000;
    book.keep('a', quiet);
    book.tidy();
    expect(disk.kept()).toEqual(['a 5']);
  });
});

describe('a disk that fills', () => {
  const LIMIT = 1024 ** 2;
  const numbers = (kept: readonly string[]): number[] => kept.map((each) => Number(each.slice('a '.length)));

  it('lets normal readings go before any alarm, the oldest first, and declares what is missing', () => {
    using disk = new Disk(LIMIT);
    // Alarms of one to three readings, now and then.
    const isAlarm = (nth: number) => nth % 500 < 1 + (Math.floor(nth / 500) % 3);
    disk.fill('b', 20_000, (nth) => (isAlarm(nth) ? alarm : quiet));
    const kept = numbers(disk.kept());
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.length).toBeLessThan(10_000);
    expect(disk.shelf.usedBytes()).toBeLessThan(LIMIT);
    expect(kept.filter(isAlarm)).toEqual([...Array(20_000).keys()].filter(isAlarm));
    // The newest are whole, the oldest thin.
    expect(kept.slice(-200)[0]).toBe(19_800);
    expect(kept.filter((seq) => seq < 5_000).length).toBeLessThan(1_000);
    const [gap] = disk.gaps.told();
    expect(disk.gaps.told()).toHaveLength(1);
    expect(gap).toMatchObject({ pump: 'a', boot: 'b', reason: 'thinned', missing: 20_000 - kept.length });
    expect(gap?.from).toBeLessThan(20);
  });

  it('lets repeats of an alarm go when there is nothing else, and keeps its beginning and its end', () => {
    using disk = new Disk(LIMIT);
    disk.fill('b', 10_000, (nth) => (nth < 2 || nth > 9_990 ? quiet : alarm));
    const kept = numbers(disk.kept());
    expect(kept).toEqual(expect.arrayContaining([1, 2, 9_990, 9_991]));
    expect(kept.length).toBeLessThan(9_000);
    expect(disk.shelf.usedBytes()).toBeLessThan(LIMIT);
  });

  it('that takes nothing more spends the number, so that the hole is seen, and declares it', () => {
    using disk = new Disk(LIMIT);
    // Every reading is another state: nothing can go.
    const restless = (nth: number): PumpObservation => ({ ...quiet, state: nth % 2 ? 'infusing' : 'paused' });
    expect(() => disk.fill('b1', 20_000, restless)).toThrow('full');
    const book = disk.open('b2');
    let refused = 0;
    for (let nth = 0; nth < 600; nth += 1) if (!book.keep('a', restless(nth))) refused += 1;
    expect(refused).toBeGreaterThan(0);
    expect(disk.gaps.told()).toMatchObject([{ pump: 'a', boot: 'b2', to: 599, missing: refused, reason: 'refused' }]);
  });

  it('is filled again by readings that the gateway has before unsent ones go', () => {
    using disk = new Disk(LIMIT);
    disk.fill(
      'b',
      20_000,
      () => quiet,
      (offset) => void (offset <= 19_000 && disk.settled.push(offset)),
    );
    expect(disk.gaps.told()).toEqual([]);
    expect(disk.open('c').unsent()[0]?.reading.seq).toBe(19_000);
    expect(disk.kept().at(-1)).toBe('a 19999');
  });
});
