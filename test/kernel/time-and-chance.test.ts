import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from '#kernel/backoff.ts';
import { isWireId, ulidMaker } from '#kernel/ids.ts';
import { seededRandom } from '#kernel/random.ts';
import { hours, isoUtc, millis, minutes, monoBetween, seconds, wallBetween, wallMs, wallPlus } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { T0 } from '#support/hub-messages.ts';

describe('the virtual clock', () => {
  it('runs what is due in order of due time, then of creation', async () => {
    const clock = new VirtualClock(T0);
    const ran: string[] = [];
    clock.after(seconds(2), 'b', () => ran.push(`b ${clock.wall() - T0}`));
    clock.after(seconds(1), 'a', () => {
      ran.push(`a ${clock.wall() - T0}`);
      clock.after(seconds(1), 'c', () => ran.push(`c ${clock.wall() - T0}`));
    });
    const every = clock.every(seconds(2), 'e', () => ran.push(`e ${clock.wall() - T0}`));
    clock.after(seconds(3), 'never', () => ran.push('never')).cancel();
    await clock.advance(seconds(4));
    every.cancel();
    await clock.advance(hours(1));
    expect(ran).toEqual(['a 1000', 'b 2000', 'e 2000', 'c 2000', 'e 4000']);
    expect(clock.pending()).toEqual([]);
  });

  it('steps the calendar without moving monotonic time or timers', async () => {
    const clock = new VirtualClock(T0);
    const before = clock.monotonic();
    let ran = 0;
    clock.after(seconds(5), 'timer', () => {
      ran += 1;
    });
    clock.stepWall(hours(-2));
    expect(wallBetween(wallMs(T0), clock.wall())).toBe(hours(-2));
    expect(monoBetween(before, clock.monotonic())).toBe(0);
    await clock.advance(seconds(5));
    expect(ran).toBe(1);
  });

  it('sleeps, and stops sleeping when called off', async () => {
    const clock = new VirtualClock(T0);
    const abort = new AbortController();
    const slept = clock.sleep(minutes(1)).then(() => 'slept');
    const called = clock.sleep(minutes(1), abort.signal).catch((reason: unknown) => reason);
    abort.abort('called off');
    expect(await called).toBe('called off');
    expect(await clock.sleep(minutes(1), abort.signal).catch((reason: unknown) => reason)).toBe('called off');
    await clock.advance(minutes(1));
    expect(await slept).toBe('slept');
    expect(clock.pending()).toEqual([]);
  });
});

it('backoff grows to its limit, loses at most its jitter, and starts anew after a success', () => {
  const plan = { first: millis(100), factor: 2, max: seconds(1), jitter: 0.2 };
  const steady = new Backoff(plan, () => 0);
  expect([1, 2, 3, 4, 5, 6].map(() => steady.next())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  steady.reset();
  expect(steady.next()).toBe(100);
  fc.assert(
    fc.property(fc.integer(), fc.nat(40), (seed, tries) => {
      const backoff = new Backoff(plan, seededRandom(seed));
      for (let i = 0; i <= tries; i += 1) {
        const full = Math.min(1_000, 100 * 2 ** i);
        const wait = backoff.next();
        expect(wait >= Math.floor(full * 0.8) && wait <= full).toBe(true);
      }
    }),
  );
});

it('a seed gives the same numbers, in [0, 1), and other seeds give others', () => {
  const take = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => random());
  };
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
  fc.assert(fc.property(fc.integer(), (seed) => take(seed).every((n) => n >= 0 && n < 1)));
  const mean = take(3).reduce((sum, n) => sum + n, 0) / 50;
  expect(mean).toBeGreaterThan(0.3);
  expect(mean).toBeLessThan(0.7);
});

it('ids follow the contract and sort by time', async () => {
  const clock = new VirtualClock(T0);
  const newId = ulidMaker(clock, seededRandom(1));
  const first = newId();
  await clock.advance(millis(1));
  expect(newId() > first).toBe(true);
  expect(isWireId(first)).toBe(true);
  for (const id of ['a', 'A1', 'hub-1.home_2', 'x'.repeat(64)]) expect(isWireId(id)).toBe(true);
  for (const id of ['', '-a', '.a', '_a', 'a b', 'a/b', 'a+', 'a#', 'ä', 'x'.repeat(65), 'a\n']) {
    expect(isWireId(id)).toBe(false);
  }
});

it('instants read as UTC', () => {
  expect(isoUtc(wallPlus(wallMs(T0), hours(1)))).toBe('2026-03-01T01:00:00.000Z');
});
