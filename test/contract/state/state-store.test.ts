import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { TempDir } from '#support/temp-dir.ts';

const open = {
  SQLite: () => {
    const dir = new TempDir();
    const store = new SqliteStateStore(dir.file('state.db'));
    return { store, close: () => [store.close(), dir[Symbol.dispose]()] };
  },
  memory: () => {
    const store = new MemoryStateStore();
    return { store, close: () => [] };
  },
};

describe.each(['SQLite', 'memory'] as const)('a state store in %s', (name) => {
  let store: StateStore;
  let close: () => unknown;
  beforeEach(() => {
    ({ store, close } = open[name]());
  });
  afterEach(() => void close());

  it('keeps documents by collection and key', () => {
    store.transact((tx) => {
      tx.put('pumps', 'b', { rate: 1 });
      tx.put('pumps', 'a', [1, 'x', null, true]);
      tx.put('hubs', 'a', 'text');
    });
    expect(store.get('pumps', 'b')).toEqual({ rate: 1 });
    expect(store.get('pumps', 'c')).toBeUndefined();
    expect(store.get('nothing', 'a')).toBeUndefined();
    expect(store.list('pumps')).toEqual([
      { key: 'a', value: [1, 'x', null, true] },
      { key: 'b', value: { rate: 1 } },
    ]);
    store.transact((tx) => {
      tx.put('pumps', 'b', { rate: 2 });
      tx.delete('pumps', 'a');
      tx.delete('pumps', 'never there');
    });
    expect(store.list('pumps')).toEqual([{ key: 'b', value: { rate: 2 } }]);
  });

  it('lists by prefix, whatever stands in the keys', () => {
    store.transact((tx) => {
      for (const key of ['a', 'a/1', 'a/2', 'a%', 'a_', 'b/1']) tx.put('c', key, key);
    });
    expect(store.list('c', 'a/').map(({ key }) => key)).toEqual(['a/1', 'a/2']);
    expect(store.list('c', 'zz')).toEqual([]);
  });

  it('numbers the rows of each stream from 1', () => {
    expect(store.last('events')).toBe(0);
    const positions = store.transact((tx) => [
      tx.append('events', 'one'),
      tx.append('other', 'x'),
      tx.append('events', { two: 2 }),
    ]);
    expect(positions).toEqual([1, 1, 2]);
    expect(store.read('events', 0, 10)).toEqual([
      { position: 1, value: 'one' },
      { position: 2, value: { two: 2 } },
    ]);
    expect(store.read('events', 1, 10)).toEqual([{ position: 2, value: { two: 2 } }]);
    expect(store.read('events', 0, 1)).toHaveLength(1);
    expect(store.last('events')).toBe(2);
  });

  it('does all of a transaction or nothing', () => {
    store.transact((tx) => {
      tx.put('c', 'k', 1);
      tx.append('s', 'kept');
    });
    expect(() =>
      store.transact((tx) => {
        tx.put('c', 'k', 2);
        tx.put('c', 'new', 2);
        tx.append('s', 'lost');
        tx.delete('c', 'k');
        expect(tx.get('c', 'k')).toBeUndefined();
        expect(tx.last('s')).toBe(2);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.list('c')).toEqual([{ key: 'k', value: 1 }]);
    expect(store.read('s', 0, 10)).toEqual([{ position: 1, value: 'kept' }]);
    expect(store.transact((tx) => tx.append('s', 'next'))).toBe(2);
  });

  it('holds what a plain map would, for any sequence of transactions', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(fc.record({ steps: fc.array(step), fails: fc.boolean() })), (transactions) => {
        const fresh = open[name]();
        const model = new Map<string, number>();
        for (const { steps, fails } of transactions) {
          try {
            fresh.store.transact((tx) => {
              for (const { key, value } of steps) value === undefined ? tx.delete('c', key) : tx.put('c', key, value);
              if (fails) throw new Error('rolled back');
            });
          } catch {
            continue;
          }
          for (const { key, value } of steps) value === undefined ? model.delete(key) : model.set(key, value);
        }
        expect(new Map(fresh.store.list<number>('c').map(({ key, value }) => [key, value]))).toEqual(
          new Map([...model].sort()),
        );
        fresh.close();
      }),
      { numRuns: 20 },
    );
  });
});

it('two openers of one SQLite file see each other', () => {
  using dir = new TempDir();
  const one = new SqliteStateStore(dir.file('state.db'));
  const two = new SqliteStateStore(dir.file('state.db'));
  one.transact((tx) => tx.put('tokens', 't', 'made by one'));
  expect(two.get('tokens', 't')).toBe('made by one');
  two.transact((tx) => tx.delete('tokens', 't'));
  expect(one.get('tokens', 't')).toBeUndefined();
  one.close();
  two.close();
});
