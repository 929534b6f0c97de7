import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { wallMs } from '#kernel/time.ts';
import type { AttachedPump } from '#model/hub-status.ts';
import type { ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import { Fleet } from '#registry/fleet.ts';
import { gapsOf, newSequenceLedger, noteSequence } from '#registry/fleet-gaps.ts';

const t0 = Date.UTC(2026, 2, 1);
const second = 1_000;
const hour = 3_600_000;

class Told {
  fleet = new Fleet({ silentAfterMs: 90 * second });
  #offset = 0;

  reading(seq: number, at: number, more: { received?: number; pump?: string; hub?: string; boot?: string } = {}) {
    const { received = at, pump = 'pump-1', hub = 'hub-1', boot = 'boot-a' } = more;
    const entry: ReadingEntry = {
      kind: 'reading',
      offset: ++this.#offset,
      hub,
      pump,
      boot,
      receivedAt: wallMs(received),
      reading: { seq, atMs: at, state: 'infusing', rateMlH: seq },
      wire: '{}',
    };
    this.fleet.apply(entry);
    return entry;
  }

  status(at: number, state: 'online' | 'offline', cause: StatusEntry['cause'] = 'said', pumps?: AttachedPump[]) {
    const status = { state, boot: 'boot-a', atMs: at, firmware: '1.2', ...(pumps ? { pumps } : {}) };
    this.fleet.apply({ kind: 'status', offset: ++this.#offset, hub: 'hub-1', receivedAt: wallMs(at), cause, status });
  }
}

describe('the fleet', () => {
  it('shows a hub and its pumps as last known', () => {
    const told = new Told();
    told.status(t0, 'online', 'said', [{ id: 'pump-1', model: 'crono-five', serial: 'S1' }, { id: 'pump-9' }]);
    told.reading(0, t0 + second, { received: t0 + second + 40 });
    expect(told.fleet.hubs(t0 + 2 * second)).toEqual([
      {
        id: 'hub-1',
        state: 'online',
        boot: 'boot-a',
        firmware: '1.2',
        lastSeen: t0 + second + 40,
        clockSkewMs: 0,
        pumps: ['pump-1', 'pump-9'],
      },
    ]);
    expect(told.fleet.pumps(t0 + 2 * second)).toEqual([
      {
        id: 'pump-1',
        hub: 'hub-1',
        model: 'crono-five',
        serial: 'S1',
        lastSeen: t0 + second + 40,
        stateUnknown: false,
        clockSkewMs: 0,
        latest: { seq: 0, atMs: t0 + second, state: 'infusing', rateMlH: 0 },
        boot: 'boot-a',
        gaps: [],
      },
    ]);
    expect(told.fleet.hub('hub-2', t0)).toBeUndefined();
    expect(told.fleet.pump('pump-9', t0)).toBeUndefined();
  });

  it('turns a hub offline by its word, its last will and its silence, and back at the next sign of life', () => {
    const told = new Told();
    const stateAt = (now: number) => told.fleet.hub('hub-1', now)?.state;
    told.reading(0, t0);
    told.status(t0 + second, 'offline', 'link-lost');
    expect([stateAt(t0 + second), told.fleet.pump('pump-1', t0 + second)?.stateUnknown]).toEqual(['offline', true]);
    told.reading(1, t0 + 2 * second);
    expect([stateAt(t0 + 2 * second), told.fleet.pump('pump-1', t0 + 2 * second)?.stateUnknown]).toEqual([
      'online',
      false,
    ]);
    told.status(t0 + 3 * second, 'offline');
    expect(stateAt(t0 + 3 * second)).toBe('offline');
    told.status(t0 + 4 * second, 'online');
    expect(stateAt(t0 + 94 * second)).toBe('online');
    expect(stateAt(t0 + 94 * second + 1)).toBe('offline');
  });

  it('keeps the latest reading by measuring, not by arrival', () => {
    const told = new Told();
    told.reading(5, t0 + 50 * second);
    told.reading(3, t0 + 30 * second, { received: t0 + 60 * second });
    expect(told.fleet.pump('pump-1', t0)?.latest.seq).toBe(5);
    told.reading(0, t0 + 70 * second, { boot: 'boot-b' });
    told.reading(6, t0 + 60 * second, { received: t0 + 80 * second });
    expect(told.fleet.pump('pump-1', t0)).toMatchObject({
      boot: 'boot-b',
      latest: { seq: 0 },
      lastSeen: t0 + 80 * second,
    });
  });

  it('measures the skew of a clock that is hours wrong', () => {
    const told = new Told();
    for (let i = 0; i < 4; i += 1) told.reading(i, t0 + i * 10 * second - 7 * hour, { received: t0 + i * 10 * second });
    expect(told.fleet.pump('pump-1', t0)?.clockSkewMs).toBe(-7 * hour);
  });

  it('goes on from its documents as if nothing had been, and stands an entry twice', () => {
    const told = new Told();
    told.status(t0, 'online', 'said', [{ id: 'pump-1', model: 'm' }]);
    const entries = [0, 1, 4, 2].map((seq) => told.reading(seq, t0 + seq * 10 * second, { received: t0 + hour }));
    const store = new MemoryStateStore();
    store.transact((tx) => {
      for (const { collection, key, value } of told.fleet.dirtyDocs()) tx.put(collection, key, value);
    });
    told.fleet.markStored();
    expect(told.fleet.dirtyDocs()).toEqual([]);
    const again = new Fleet({ silentAfterMs: 90 * second });
    again.restore(store);
    for (const entry of entries) again.apply(entry);
    expect(again.dirtyDocs()).toEqual([]);
    expect(again.pumps(t0 + hour)).toEqual(told.fleet.pumps(t0 + hour));
    expect(again.hubs(t0 + hour)).toEqual(told.fleet.hubs(t0 + hour));
    expect(again.pumps(t0)[0]?.gaps).toEqual([{ boot: 'boot-a', from: 3, to: 3 }]);
  });

  it('tells what changed, silence included, once', () => {
    const told = new Told();
    expect(told.fleet.takeChanges(t0)).toBeNull();
    told.reading(0, t0);
    told.reading(0, t0, { pump: 'pump-2' });
    expect(told.fleet.takeChanges(t0)).toEqual({ hubs: ['hub-1'], pumps: ['pump-1', 'pump-2'] });
    expect(told.fleet.takeChanges(t0 + second)).toBeNull();
    told.reading(1, t0 + 60 * second);
    expect(told.fleet.takeChanges(t0 + 60 * second)).toEqual({ hubs: ['hub-1'], pumps: ['pump-1'] });
    expect(told.fleet.takeChanges(t0 + 91 * second)).toEqual({ hubs: [], pumps: ['pump-2'] });
    expect(told.fleet.takeChanges(t0 + 151 * second)).toEqual({ hubs: ['hub-1'], pumps: ['pump-1'] });
  });
});

describe('sequence gaps', () => {
  it('are exactly the numbers that never arrived, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 80 }), (numbers) => {
        const ledger = newSequenceLedger();
        for (const seq of numbers) noteSequence(ledger, 'boot-a', seq);
        const missing = gapsOf(ledger).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        const seen = new Set(numbers);
        const expected = Array.from({ length: Math.max(...numbers) }, (_, i) => i).filter((seq) => !seen.has(seq));
        expect(missing).toEqual(expected);
      }),
    );
  });

  it('are bounded: the newest hundred of the newest boots', () => {
    const ledger = newSequenceLedger();
    for (const boot of ['a', 'b', 'c', 'd', 'e'])
      for (let seq = 0; seq < 500; seq += 2) noteSequence(ledger, boot, seq);
    expect(gapsOf(ledger)).toHaveLength(100);
    expect(gapsOf(ledger).at(-1)).toEqual({ boot: 'e', from: 497, to: 497 });
    expect(JSON.stringify(ledger).length).toBeLessThan(10_000);
  });
});
