import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog, type HeadWitness } from '#audit/audit-log.ts';
import { HeadFile } from '#audit/head-file.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { GatewayError } from '#kernel/errors.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { SignedHead } from '#kernel/sealed-stream.ts';
import type { Json, StateStore } from '#kernel/state-store.ts';
import { minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { AuditEvent } from '#model/audit.ts';
import { TempDir } from '#support/temp-dir.ts';

const signer = ed25519Signer(newSigningKey());
const event = (over: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: 'write',
  who: 'ana',
  role: 'nurse',
  agency: null,
  act: 'POST /api/v1/alerts/:id/ack',
  object: '/api/v1/alerts/alert-1/ack',
  outcome: 200,
  address: '127.0.0.1',
  ...over,
});

class HeadsInMemory implements HeadWitness {
  readonly heads: SignedHead[] = [];
  keep(head: SignedHead): void {
    this.heads.push(head);
  }
  kept(): readonly SignedHead[] {
    return this.heads;
  }
}

function open(store: StateStore, witness: HeadWitness = new HeadsInMemory(), key = signer) {
  const clock = new VirtualClock(1_800_000_000_000);
  return { clock, witness, log: new AuditLog({ store, signer: key, witness, clock, log: silentLogger }) };
}

const stores = [
  { name: 'memory', make: (): StateStore => new MemoryStateStore() },
  { name: 'SQLite', make: (dir: TempDir): StateStore => new SqliteStateStore(dir.file('audit.db')) },
];

describe.each(stores)('the audit trail in $name', ({ make }) => {
  let dir: TempDir;
  let store: StateStore;
  beforeEach(() => {
    dir = new TempDir();
    store = make(dir);
  });
  afterEach(() => {
    store.close();
    dir[Symbol.dispose]();
  });

  it('keeps what is noted before it says so, in order, newest first', async () => {
    const { log } = open(store);
    await Promise.all([log.note(event({ outcome: 200 })), log.note(event({ outcome: 409 }))]);
    expect(log.page({ limit: 10 })).toMatchObject({
      audit: [{ position: 2, outcome: 409 }, { position: 1 }],
      next: null,
    });
    expect(log.verify()).toMatchObject({ entries: 2, broken: null });
  });

  it('is read page by page, by person, kind, thing and agency', async () => {
    const { log } = open(store);
    for (const who of ['ana', 'ben', 'ana']) await log.note(event({ who, agency: who === 'ben' ? 'north' : null }));
    await log.note(event({ kind: 'sign-in', object: null }));
    const first = log.page({ limit: 2 });
    expect(first.audit.map(({ position }) => position)).toEqual([4, 3]);
    expect(log.page({ limit: 2, before: first.next ?? 0 })).toMatchObject({
      audit: [{ position: 2 }, { position: 1 }],
      next: null,
    });
    expect(log.page({ limit: 9, who: 'ben' }).audit).toHaveLength(1);
    expect(log.page({ limit: 9, kind: 'sign-in' }).audit).toHaveLength(1);
    expect(log.page({ limit: 9, agency: 'north' }).audit).toMatchObject([{ who: 'ben' }]);
    expect(log.page({ limit: 9, about: 'alert-1' }).audit).toHaveLength(3);
    expect(log.page({ limit: 9, about: 'alert' }).audit).toEqual([]);
  });
});

/** What `verify` says of these rows beside the head of the chain they come from. */
function verdict(rows: readonly Json[], head: Json) {
  const store = new MemoryStateStore();
  store.transact((tx) => {
    for (const row of rows) tx.append('audit', row);
    tx.put('audit-head', 'head', head);
  });
  return open(store).log.verify().broken;
}

it('any entry that is changed, removed, put in or put elsewhere is found', async () => {
  const how = fc.constantFrom('change', 'remove', 'insert', 'swap');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.nat(), how, async (count, at, what) => {
      const store = new MemoryStateStore();
      const { log } = open(store);
      for (let i = 0; i < count; i += 1) await log.note(event({ outcome: 200 + i }));
      const rows = store.read<Record<string, Json>>('audit', 0, count).map(({ value }) => value);
      const [n, m] = [at % count, (at + 1) % count];
      const [one = {}, other = {}] = [rows[n], rows[m]];
      const tampered = {
        change: () => rows.with(n, { ...one, who: 'mallory' }),
        remove: () => rows.toSpliced(n, 1),
        insert: () => rows.toSpliced(n, 0, other),
        swap: () => rows.with(n, other).with(m, one),
      }[what]();
      const head = store.get<Json>('audit-head', 'head') ?? null;
      expect(verdict(rows, head)).toBeNull();
      expect(verdict(tampered, head)).not.toBeNull();
    }),
    { numRuns: 60 },
  );
});

it('a chain set back to an earlier copy of itself is found out by a head that was kept', async () => {
  const store = new MemoryStateStore();
  const { log, witness } = open(store);
  await log.note(event());
  const earlier = new MemoryStateStore();
  earlier.transact((tx) => {
    for (const { value } of store.read<Json>('audit', 0, 10)) tx.append('audit', value);
    tx.put('audit-head', 'head', store.get('audit-head', 'head') ?? null);
  });
  log.witness();
  log.witness();
  await log.note(event({ outcome: 201 }));
  log.witness();
  expect(witness.kept().map(({ position }) => position)).toEqual([1, 2]);
  expect(log.verify().broken).toBeNull();
  expect(open(earlier, witness).log.verify().broken).toMatchObject({ position: 2 });
});

it('a chain written anew with another key does not pass', async () => {
  const store = new MemoryStateStore();
  await open(store, new HeadsInMemory(), ed25519Signer(newSigningKey())).log.note(event());
  expect(open(store).log.verify().broken).toMatchObject({ why: 'its signature is not ours' });
});

it('a kept head that somebody else signed is told', async () => {
  const store = new MemoryStateStore();
  const { log, witness } = open(store);
  await log.note(event());
  log.witness();
  const [head] = witness.kept();
  if (head) witness.keep({ ...head, signature: Buffer.from('x'.repeat(64)).toString('base64') });
  expect(log.verify().broken).toMatchObject({ position: 1 });
});

it('the same look by the same account in the same minute is one entry; a change never is', async () => {
  const { log, clock } = open(new MemoryStateStore());
  const look = event({ kind: 'read', act: 'GET /api/v1/alerts', object: null });
  for (let i = 0; i < 3; i += 1) await log.note(look);
  await log.note({ ...look, who: 'ben' });
  await clock.advance(minutes(1));
  await log.note(look);
  await log.note(event());
  await log.note(event());
  expect(log.page({ limit: 100 }).audit).toHaveLength(5);
});

it('while the disk refuses nobody waits, and what came meanwhile is written once it takes again', async () => {
  const inner = new MemoryStateStore();
  let full = true;
  const store: StateStore = {
    get: (...of) => inner.get(...of),
    list: (...of) => inner.list(...of),
    read: (...of) => inner.read(...of),
    last: (stream) => inner.last(stream),
    close: () => inner.close(),
    transact: (work) => {
      if (full) throw new GatewayError('storage-refused', 'full');
      return inner.transact(work);
    },
  };
  const { log, clock } = open(store);
  await log.note(event());
  await log.note(event({ outcome: 201 }));
  expect(log.unwritten).toEqual({ waiting: 2, lost: 0 });
  await clock.advance(seconds(5));
  expect(log.unwritten.waiting).toBe(2);
  full = false;
  await clock.advance(seconds(5));
  expect(log.unwritten).toEqual({ waiting: 0, lost: 0 });
  expect(log.page({ limit: 9 }).audit.map(({ outcome }) => outcome)).toEqual([201, 200]);
  expect(log.verify().broken).toBeNull();
});

it('two processes write one chain', async () => {
  using dir = new TempDir();
  const [a, b] = [new SqliteStateStore(dir.file('audit.db')), new SqliteStateStore(dir.file('audit.db'))];
  const [one, two] = [open(a).log, open(b).log];
  for (let i = 0; i < 5; i += 1) await Promise.all([one.note(event({ outcome: i })), two.note(event({ outcome: i }))]);
  expect(one.verify()).toMatchObject({ entries: 10, broken: null });
  a.close();
  b.close();
});

it('heads in a file survive a line that a crash cut off', () => {
  using dir = new TempDir();
  const file = new HeadFile(dir.file('heads'));
  expect(file.kept()).toEqual([]);
  const head = { position: 1, hash: 'h', at: 1, keyId: 'k', signature: 's' };
  file.keep(head);
  appendFileSync(dir.file('heads'), '{"position":2,"ha');
  file.keep({ ...head, position: 3 });
  expect(file.kept().map(({ position }) => position)).toEqual([1, 3]);
});
