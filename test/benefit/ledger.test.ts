import { describe, expect, it } from 'vitest';
import { decideClaims } from '#benefit/decide-claims.ts';
import { BenefitLedger } from '#benefit/ledger.ts';
import type { LedgerBody, LedgerEntry } from '#benefit/ledger-chain.ts';
import { medicareHitPack, presenceBillPack } from '#benefit/rule-packs.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { canonicalJson, firstBroken, genesis, hashOf, seal } from '#kernel/hash-chain.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { wallMs } from '#kernel/time.ts';
import { TempDir } from '#support/temp-dir.ts';
import { payable, payableDays, quiet, service } from './builders.ts';

const day = '2024-03-04';
const next = '2024-03-11';
const at = wallMs(Date.UTC(2024, 3, 1));
const law = medicareHitPack;
const signer = ed25519Signer(newSigningKey());

/** An entry changed by somebody who gives it a seal that fits. */
function resealed({ hash: _, ...entry }: LedgerEntry, change: Partial<LedgerBody>): LedgerEntry {
  const { position, previous, ...body } = { ...entry, ...change };
  return seal(body, position, previous);
}

/** A store whose stream somebody reaches into. */
function tamperedStore(store: StateStore, change: (entry: LedgerEntry) => LedgerEntry | null): StateStore {
  const rows = store.read<LedgerEntry>('benefit-ledger', 0, 100).flatMap(({ value }) => change(value) ?? []);
  const other = new MemoryStateStore();
  other.transact((tx) => {
    for (const row of rows) tx.append('benefit-ledger', row);
    for (const collection of ['benefit-ledger-head', 'benefit-ledger-latest', 'benefit-ledger-facts']) {
      for (const { key, value } of store.list(collection)) tx.put(collection, key, value);
    }
  });
  return other;
}

const tampered = (store: StateStore, change: (entry: LedgerEntry) => LedgerEntry | null): BenefitLedger =>
  new BenefitLedger(tamperedStore(store, change), signer);

describe('the ledger of decisions', () => {
  it('keeps each decided day once, sealed in a chain', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    const facts = payableDays([day, next]);
    const added = ledger.record(facts, law, at);
    expect(added.map(({ date, position, supersedes }) => [date, position, supersedes])).toEqual([
      [day, 1, null],
      [next, 2, null],
    ]);
    expect(added[0]?.previous).toBe(genesis);
    expect(added[1]?.previous).toBe(added[0]?.hash);
    expect(added.map(({ decision }) => decision)).toEqual(decideClaims(facts).days);
    expect(ledger.record(facts, law, wallMs(at + 1))).toEqual([]);
    expect(ledger.verify()).toEqual({ entries: 2, head: added[1]?.hash, broken: null });
  });

  it('adds a new entry that points at the old one when a fact came late', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    const facts = payable(day, { drugClaims: [] });
    ledger.record(facts, law, at);
    const [mended] = ledger.record({ ...facts, drugClaims: [{ jcode: 'J2260', date: day }] }, law, wallMs(at + 1));
    expect(mended).toMatchObject({ position: 2, supersedes: 1, decision: { disposition: 'PAYABLE_VISIT' } });
    expect(ledger.history('patient-1', day).map(({ decision }) => decision?.disposition)).toEqual([
      'HOLD_DRUG_MATCH',
      'PAYABLE_VISIT',
    ]);
    expect(ledger.current('patient-1')).toEqual([mended]);
    expect(ledger.verify().broken).toBeNull();
  });

  it('says so when nothing is left of a day, and leaves days outside the range alone', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    ledger.record(payableDays([day, next]), law, at);
    const [gone] = ledger.record(quiet(day, day), law, at);
    expect(gone).toMatchObject({ date: day, decision: null, supersedes: 1 });
    expect(ledger.record(quiet(day, day), law, at)).toEqual([]);
    expect(ledger.current('patient-1').map(({ date }) => date)).toEqual([next]);
  });

  it('keeps the facts, from which each decision can be made again', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    ledger.record(payableDays([day, next]), law, at);
    for (const entry of ledger.current('patient-1')) {
      const facts = ledger.factsOf(entry);
      const again = facts === undefined ? [] : decideClaims(facts, law).days;
      expect(again.find(({ date }) => date === entry.date)).toEqual(entry.decision);
    }
  });

  it('keeps patients apart, also when one id begins another', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    for (const id of ['a', 'a/b'])
      ledger.record({ ...payable(day), patient: { id, zone: 'America/New_York' } }, law, at);
    expect(ledger.current('a').map(({ patient }) => patient)).toEqual(['a']);
    expect(ledger.current('a/b').map(({ patient }) => patient)).toEqual(['a/b']);
  });

  it('keeps nothing of a proposed law', () => {
    const ledger = new BenefitLedger(new MemoryStateStore(), signer);
    expect(() => ledger.record(payable(day), presenceBillPack, at)).toThrow(/proposed law/);
    expect(ledger.verify()).toEqual({ entries: 0, head: genesis, broken: null });
  });

  it('replayed, gives the same hash; on SQLite too, after it was closed', () => {
    using dir = new TempDir();
    const held = payable(day, { drugClaims: [] });
    const covered = payable(day, { visits: [], services: [service('s', `${day} 09:00`, `${day} 09:10`)] });
    const heads = [new MemoryStateStore(), new SqliteStateStore(dir.file('state.db'))].map((store) => {
      const ledger = new BenefitLedger(store, signer);
      ledger.record(held, law, at);
      ledger.record(covered, law, at);
      const { head } = ledger.verify();
      store.close();
      return head;
    });
    const opened = new SqliteStateStore(dir.file('state.db'));
    const { head, broken, entries } = new BenefitLedger(opened, signer).verify();
    opened.close();
    expect([broken, entries]).toEqual([null, 2]);
    expect(heads).toEqual([head, head]);
  });
});

describe('verify names the first broken entry', () => {
  const filled = (): StateStore => {
    const store = new MemoryStateStore();
    new BenefitLedger(store, signer).record(payableDays([day, next, '2024-03-18', '2024-03-25']), law, at);
    return store;
  };

  it('none when nobody reached in', () => {
    expect(tampered(filled(), (entry) => entry).verify().broken).toBeNull();
  });

  it.each<[string, (entry: LedgerEntry) => LedgerEntry | null, number, RegExp]>([
    [
      'a changed amount',
      (e) => (e.position === 2 && e.decision ? { ...e, decision: { ...e.decision, units: 9 } } : e),
      2,
      /content/,
    ],
    [
      'a changed entry with a hash of its own',
      (e) => (e.position === 2 ? resealed(e, { rulePack: 'other@1' }) : e),
      3,
      /follow/,
    ],
    ['an entry taken out', (e) => (e.position === 2 ? null : e), 2, /says that it is entry 3/],
    ['the last entry taken out', (e) => (e.position === 4 ? null : e), 4, /end/],
    ['another date of decision', (e) => (e.position === 1 ? { ...e, decidedAt: 1 } : e), 1, /content/],
    ['the last entry sealed anew', (e) => (e.position === 4 ? resealed(e, { decidedAt: 1 }) : e), 5, /end/],
  ])('%s', (_, change, position, why) => {
    expect(tampered(filled(), change).verify().broken).toEqual({ position, why: expect.stringMatching(why) });
  });

  it('a whole chain written anew by somebody without the key', () => {
    const forger = new MemoryStateStore();
    const theirs = new BenefitLedger(forger, ed25519Signer(newSigningKey()));
    theirs.record(payableDays([day, next]), law, at);
    expect(theirs.verify().broken).toBeNull();
    expect(new BenefitLedger(forger, signer).verify().broken).toEqual({
      position: 2,
      why: 'its signature is not ours',
    });
  });

  it('an end that was cut off with a head to fit, but no signature for it', () => {
    const store = tamperedStore(filled(), (e) => (e.position > 2 ? null : e));
    const last = store.read<LedgerEntry>('benefit-ledger', 1, 1)[0]?.value;
    const head = store.get<{ position: number }>('benefit-ledger-head', 'head');
    store.transact((tx) => tx.put('benefit-ledger-head', 'head', { ...head, position: 2, hash: last?.hash }));
    expect(new BenefitLedger(store, signer).verify().broken).toEqual({ position: 2, why: 'its signature is not ours' });
  });

  it('facts that are not the ones decided', () => {
    const store = filled();
    const [facts] = store.list('benefit-ledger-facts');
    store.transact((tx) => tx.put('benefit-ledger-facts', facts?.key ?? '', { changed: true }));
    expect(new BenefitLedger(store, signer).verify().broken).toMatchObject({
      position: 1,
      why: expect.stringMatching(/facts/),
    });
  });
});

describe('the chain', () => {
  it('hashes what a value is, not how it was built', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true, e: undefined })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
  });

  it('refuses an entry that takes the place of a later one', () => {
    const body = { patient: 'p', date: day, decision: null, rulePack: 'r', facts: 'f', decidedAt: 1, supersedes: 1 };
    expect(firstBroken([seal(body, 1, genesis)])).toMatchObject({ position: 1 });
  });
});
