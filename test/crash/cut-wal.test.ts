import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Inbound } from '#codec/inbound.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import type { Random } from '#kernel/random.ts';
import { withSeed } from '#support/crash-seed.ts';
import { message, reading, readingsMessage, statusMessage } from '#support/hub-messages.ts';
import { TempDir } from '#support/temp-dir.ts';

const COMMITS = 40;
const CUTS = 250;
const FLIPS = 250;
/** Sizes of https://sqlite.org/fileformat2.html#the_write_ahead_log: 32 bytes, then frames of a head and a page. */
const WAL_HEAD = 32;
const FRAME = 24 + 4_096;

/** What one file holds; `digest` is over every letter of its entries. */
interface Contents {
  readonly entries: number;
  readonly digest: string;
  readonly quarantined: number;
}

/** A journal that was copied while it was open, and what it held after each commit. */
interface Specimen {
  readonly db: string;
  readonly wal: string;
  readonly batches: readonly (readonly Inbound[])[];
  /** After commit n, from 0: nothing committed. `walBytes` is where its last frame ends. */
  readonly after: readonly { readonly contents: Contents; readonly walBytes: number }[];
}

function someBatch(random: Random, n: number): Inbound[] {
  const pump = `pump-${Math.floor(random() * 5)}`;
  const size = 1 + Math.floor(random() ** 3 * 120);
  const readings = Array.from({ length: size }, (_, i) => reading(n * 1_000 + i, { infusion: `course-${n}` }));
  const repeated = n > 0 ? [readingsMessage('hub-1', 'pump-0', 'boot-0', [reading(0)])] : [];
  return [
    readingsMessage('hub-1', pump, 'boot-1', readings),
    ...repeated,
    ...(random() < 0.3 ? [statusMessage(`hub-${n}`, 'online')] : []),
    ...(random() < 0.3 ? [message('infusion/v1/hub-1/pump-1/readings', 'not json')] : []),
    ...(n === 0 ? [readingsMessage('hub-1', 'pump-0', 'boot-0', [reading(0)])] : []),
  ];
}

function contentsOf(path: string): Contents {
  const reader = new SqliteJournalReader(path);
  try {
    const entries = reader.readAfter(0, 100_000);
    const digest = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
    return { entries: entries.length, digest, quarantined: reader.quarantinePage(0, 10_000).quarantine.length };
  } finally {
    reader.close();
  }
}

function makeSpecimen(dir: TempDir, random: Random): Specimen {
  const live = dir.file('live.db');
  const writer = new SqliteJournalWriter(live);
  const batches = Array.from({ length: COMMITS }, (_, n) => someBatch(random, n));
  const now = () => ({ contents: contentsOf(live), walBytes: statSync(`${live}-wal`).size });
  const after = [now()];
  for (const batch of batches) {
    writer.append(batch);
    after.push(now());
  }
  const db = dir.file('specimen.db');
  copyFileSync(live, db);
  copyFileSync(`${live}-wal`, `${db}-wal`);
  writer.close();
  return { db, wal: `${db}-wal`, batches, after };
}

/** A copy of the specimen whose log went through `harm`. */
function harmedCopy(dir: TempDir, { db, wal }: Specimen, name: string, harm: (wal: string) => void): string {
  const path = dir.file(`${name}.db`);
  copyFileSync(db, path);
  copyFileSync(wal, `${path}-wal`);
  harm(`${path}-wal`);
  return path;
}

/** Commits whose frames all lie before `byte`. */
const commitsBefore = ({ after }: Specimen, byte: number): number =>
  after.findLastIndex(({ walBytes }) => walBytes <= byte);

/** Opens the copy as a gateway would, sees what is there, and appends again what is not. */
function expectPrefix(path: string, specimen: Specimen, found: number): void {
  const commits = Math.max(0, found);
  const writer = new SqliteJournalWriter(path);
  try {
    expect(contentsOf(path)).toEqual(specimen.after[commits]?.contents);
    for (const batch of specimen.batches.slice(commits)) writer.append(batch);
    expect(contentsOf(path)).toEqual(specimen.after.at(-1)?.contents);
  } finally {
    writer.close();
  }
}

it(`a log cut at any byte gives back whole commits and takes new ones (${CUTS} cuts)`, { timeout: 180_000 }, () =>
  withSeed((random) => {
    using dir = new TempDir();
    const specimen = makeSpecimen(dir, random);
    const size = statSync(specimen.wal).size;
    // The ends of commits and their neighbours are where a mistake would hide; the rest is chance.
    const ends = specimen.after.flatMap(({ walBytes }) => [walBytes - 1, walBytes, walBytes + 1]);
    const chosen = [0, 1, WAL_HEAD, ...ends.filter((byte) => byte <= size)];
    const cuts = Array.from({ length: CUTS }, (_, i) => chosen[i] ?? Math.floor(random() * size));
    for (const [i, byte] of cuts.entries()) {
      const path = harmedCopy(dir, specimen, `cut-${i}`, (wal) => truncateSync(wal, byte));
      expectPrefix(path, specimen, commitsBefore(specimen, byte));
    }
  }),
);

it(`a byte gone bad in the log gives back the commits before it (${FLIPS} places)`, { timeout: 180_000 }, () =>
  withSeed((random) => {
    using dir = new TempDir();
    const specimen = makeSpecimen(dir, random);
    const size = statSync(specimen.wal).size;
    for (let i = 0; i < FLIPS; i += 1) {
      const byte = i < WAL_HEAD ? i : Math.floor(random() * size);
      const path = harmedCopy(dir, specimen, `flip-${i}`, (wal) => flip(wal, byte, random));
      const frame = byte < WAL_HEAD ? 0 : WAL_HEAD + Math.floor((byte - WAL_HEAD) / FRAME) * FRAME;
      expectPrefix(path, specimen, commitsBefore(specimen, frame));
    }
  }),
);

function flip(file: string, byte: number, random: Random): void {
  const bytes = readFileSync(file);
  bytes[byte] = (bytes[byte] ?? 0) ^ (1 << Math.floor(random() * 8));
  writeFileSync(file, bytes);
}

it('a log that was begun anew after a checkpoint never brings back what it held before', { timeout: 180_000 }, () =>
  withSeed((random) => {
    using dir = new TempDir();
    const live = dir.file('live.db');
    const writer = new SqliteJournalWriter(live);
    const held: Contents[] = [];
    for (let n = 0; n < COMMITS; n += 1) {
      writer.append(someBatch(random, n));
      if (n === COMMITS / 2) beginLogAnew(live);
      if (n >= COMMITS / 2) held.push(contentsOf(live));
    }
    const copies = ['', '-wal'].map((end) => readFileSync(live + end));
    writer.close();
    for (let i = 0; i < 100; i += 1) {
      const path = dir.file(`cut-${i}.db`);
      const [db, wal] = copies;
      if (!db || !wal) throw new Error('no copy');
      writeFileSync(path, db);
      writeFileSync(`${path}-wal`, wal.subarray(0, Math.floor(random() * wal.length)));
      const reopened = new SqliteJournalWriter(path);
      expect(held).toContainEqual(contentsOf(path));
      reopened.close();
    }
  }),
);

/** Brings the database up to date, so that the next commit writes over the log from its start. */
function beginLogAnew(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(RESTART)');
  db.close();
}
