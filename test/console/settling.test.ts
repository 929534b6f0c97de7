import { expect, test } from 'vitest';
import { justMovedIn, reordered, settled, settleMs } from '../../dashboards/nurse/src/state/settling.ts';

const at = (now: number, ...orders: (readonly [number, readonly string[]])[]) => {
  const end = orders.reduce((state, [when, order]) => reordered(state, order, when), settled);
  return (id: string) => justMovedIn(end, id, now);
};

test('a row that moves up or in where another stood is guarded, and only for a moment', () => {
  const steps = [
    [0, ['a', 'b']],
    [5_000, ['b', 'a']],
  ] as const;
  expect(at(5_100, ...steps)('b')).toBe(true);
  expect(at(5_000 + settleMs, ...steps)('b')).toBe(false);
  const pushed = at(5_100, [0, ['a']], [5_000, ['new', 'a']]);
  expect(pushed('new')).toBe(true);
  expect(pushed('a')).toBe(false);
});

test('the first rows of an empty list and a row below the last one can be tapped at once', () => {
  const first = at(10, [0, []], [10, ['a', 'b']]);
  expect([first('a'), first('b')]).toEqual([false, false]);
  const last = at(5_000, [0, ['a']], [5_000, ['a', 'b']]);
  expect([last('a'), last('b')]).toEqual([false, false]);
});

test('the place that a row has just left bare is no bare ground yet', () => {
  const left = [
    [0, ['a', 'b']],
    [5_000, ['a']],
  ] as const;
  expect(at(5_200, ...left, [5_200, ['a', 'c']])('c')).toBe(true);
  expect(at(6_000, ...left, [6_000, ['a', 'c']])('c')).toBe(false);
  // Other changes meanwhile do not make it newer.
  expect(at(5_800, ...left, [5_600, ['a']], [5_800, ['a', 'c']])('c')).toBe(false);
});

test('the same order again guards nothing', () => {
  expect(at(5_000, [0, ['a', 'b']], [5_000, ['a', 'b']])('b')).toBe(false);
});
