import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollupStore } from '#journal/rollup-store.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom } from '#kernel/random.ts';
import { wallMs } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { HOUR_MS, MINUTE_MS, type MinuteRollup } from '#model/rollup.ts';
import { MinuteFeed } from '#series/minute-feed.ts';
import { MinuteRollups } from '#series/minute-rollups.ts';
import { RollupRunner } from '#series/rollup-runner.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import { TempDir } from '#support/temp-dir.ts';
import { ListJournal, T0 } from './list-journal.ts';

let dir: TempDir;
let store: RollupStore;
const clock = new VirtualClock(T0);
const { signal } = new AbortController();
beforeEach(() => {
  dir = new TempDir();
  store = new RollupStore(dir.file('rollups.db'));
});
afterEach(() => {
  store.close();
  dir[Symbol.dispose]();
});

const runnerOn = (journal: ListJournal) =>
  new RollupRunner({ journal, keeper: store, clock, random: seededRandom(1), log: silentLogger });

/** What the store holds, by pump and minute. */
function kept(): Map<string, MinuteRollup> {
  const rows = store.changedAfter(0, 100_000).map(({ rollup }) => rollup);
  return new Map(rows.map((rollup) => [`${rollup.pump} ${rollup.minuteMs}`, rollup]));
}

/** The minutes of the whole journal, taken in one go from its start. */
function inOneGo(journal: ListJournal): Map<string, MinuteRollup> {
  const rollups = new MinuteRollups(journal, true);
  for (const entry of journal.entries) if (entry.kind === 'reading') rollups.add(entry);
  return new Map(rollups.take().map((rollup) => [`${rollup.pump} ${rollup.minuteMs}`, rollup]));
}

const minute = (minuteMs: number, count: number, pump = 'pump-1'): MinuteRollup => ({
  pump,
  minuteMs,
  count,
  columns: { rateMlH: { min: 1, max: count, sum: 2 * count, measured: count } },
});

describe('roll-ups of a journal', () => {
  it('are the same to the last digit wherever the program was stopped, late readings included', async () => {
    const sketch = fc.record({
      pump: fc.constantFrom('pump-1', 'pump-2'),
      at: fc.nat(600_000),
      rateMlH: fc.double({ min: 0, max: 500, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(sketch, { maxLength: 60 }), fc.array(fc.nat(60)), async (sketches, stops) => {
        const journal = new ListJournal();
        store.close();
        dir[Symbol.dispose]();
        dir = new TempDir();
        store = new RollupStore(dir.file('rollups.db'));
        for (const [i, { pump, at, rateMlH }] of sketches.entries()) {
          journal.add({ pump, atMs: T0 + at, rateMlH });
          if (stops.includes(i)) await runnerOn(journal).catchUp(signal);
        }
        await runnerOn(journal).catchUp(signal);
        expect(kept()).toEqual(inOneGo(journal));
        expect(store.offset()).toBe(journal.lastOffset());
      }),
      { numRuns: 30 },
    );
  });

  it('reach a follower once for each change, each as it is then', async () => {
    const journal = new ListJournal();
    const runner = runnerOn(journal);
    const follower = new MinuteFeed(store).open(cursorAtStart);
    journal.add({ atMs: T0, rateMlH: 5 });
    journal.add({ atMs: T0 + MINUTE_MS, rateMlH: 7 });
    await runner.catchUp(signal);
    expect(follower.next(10)?.lines).toHaveLength(2);
    expect(follower.next(10)).toBeUndefined();
    journal.add({ atMs: T0 + 1, rateMlH: 10 });
    await runner.catchUp(signal);
    expect(follower.next(10)?.lines).toEqual([
      `pump_minute,pump=pump-1 readings=2i,rate_ml_h_min=5,rate_ml_h_mean=7.5,rate_ml_h_max=10,rate_ml_h_sum=15,rate_ml_h_n=2i ${T0}000000`,
    ]);
  });
});

describe('the store of roll-ups', () => {
  it('adds minutes up to hours, and again when one of them changes', () => {
    store.save([minute(T0, 2), minute(T0 + MINUTE_MS, 4), minute(T0 + HOUR_MS, 1)], 7, wallMs(T0));
    store.save([minute(T0, 3)], 8, wallMs(T0));
    const hours = store.buckets('hours', 'pump-1', T0, T0 + 3 * HOUR_MS, HOUR_MS);
    expect(hours).toEqual([
      { bucket: 0, count: 7, columns: { rateMlH: { min: 1, max: 4, sum: 14, measured: 7 } } },
      { bucket: 1, count: 1, columns: { rateMlH: { min: 1, max: 1, sum: 2, measured: 1 } } },
    ]);
    expect(store.buckets('hours', 'nobody', T0, T0 + HOUR_MS, HOUR_MS)).toEqual([]);
    expect(store.offset()).toBe(8);
  });

  it('keeps a whole minute when the journal holds only a part of it any more', () => {
    store.save([minute(T0, 6)], 7, wallMs(T0));
    store.save([minute(T0, 1)], 8, wallMs(T0));
    expect(kept().get(`pump-1 ${T0}`)?.count).toBe(6);
  });

  it('lets go of what is old, of every pump, in steps', () => {
    const pumps = ['pump-1', 'pump-2', 'pump-3'];
    store.save(
      pumps.flatMap((pump) => [minute(T0, 1, pump), minute(T0 + 2 * HOUR_MS, 1, pump)]),
      1,
      wallMs(T0),
    );
    let removed = 0;
    for (let step = -1; step !== 0; removed += step) step = store.retain(T0 + HOUR_MS, 2);
    expect(removed).toBe(6);
    expect([...kept().values()].map(({ minuteMs }) => minuteMs)).toEqual(pumps.map(() => T0 + 2 * HOUR_MS));
    expect(store.buckets('hours', 'pump-2', T0, T0 + 3 * HOUR_MS, HOUR_MS)).toHaveLength(1);
  });
});
