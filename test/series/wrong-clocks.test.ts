import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollupStore } from '#journal/rollup-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { days, hours, millis, seconds, wallMs } from '#kernel/time.ts';
import { MINUTE_MS } from '#model/rollup.ts';
import type { Trend } from '#model/trend.ts';
import { EmbeddedStore } from '#series/embedded.ts';
import type { SeriesTarget } from '#series/held-check.ts';
import { Influx1Store } from '#series/influx1.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { MinuteFeed } from '#series/minute-feed.ts';
import { RollupRunner } from '#series/rollup-runner.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { ListJournal } from './list-journal.ts';

const DATABASE = 'infusion';
const READINGS = 120;
const EVERY_MS = 30_000;
const retention = { rawDays: 30, rollupDays: 730 };
const real = new SystemClock();

/** The gateway's clock, which shows another time than influxd's. What lasts, lasts as long on both. */
const clockOffBy = (offMs: number): Clock => ({
  wall: () => wallMs(real.wall() + offMs),
  monotonic: () => real.monotonic(),
  after: (...of) => real.after(...of),
  every: (...of) => real.every(...of),
  sleep: (...of) => real.sleep(...of),
});

describe.each([
  ['right', 0],
  ['three hours ahead of influxd', hours(3)],
  ['three hours behind influxd', -hours(3)],
])('the clock of the gateway is %s', (_name, offMs) => {
  const clock = clockOffBy(offMs);
  let dir: TempDir;
  let influxd: Influxd;
  let store: Influx1Store;
  let rollups: RollupStore;
  beforeEach(async () => {
    dir = new TempDir();
    influxd = await Influxd.start();
    store = new Influx1Store({ url: influxd.url, database: DATABASE, retention }, clock);
    rollups = new RollupStore(dir.file('rollups.db'));
  });
  afterEach(async () => {
    rollups.close();
    await store.close();
    await influxd.close();
    dir[Symbol.dispose]();
  });

  it('readings are where their hub dated them, in InfluxDB as in the journal, and nothing waits for nothing', async () => {
    const now = Math.floor(real.wall() / MINUTE_MS) * MINUTE_MS;
    /** By pump, when its hub believed that the last hour began. */
    const began: Readonly<Record<string, number>> = {
      right: now - hours(1),
      'three-hours-behind': now - hours(4),
      'three-hours-ahead': now + hours(2),
      // A clock without a battery, as after a power cut. InfluxDB keeps nothing that old.
      'in-the-year-2001': Date.UTC(2001, 0, 1),
      'eleven-months-ahead': now + days(335),
      // In the minutes still, in the readings no more.
      'hundred-days-behind': now - days(100),
    };
    const journal = new ListJournal();
    for (let seq = 0; seq < READINGS; seq += 1) {
      for (const [pump, fromMs] of Object.entries(began)) {
        journal.add({ pump, seq, atMs: fromMs + seq * EVERY_MS, rateMlH: 5, pressureMmHg: 40 + seq });
      }
    }
    const stop = new AbortController();
    const quarantined: unknown[] = [];
    const runnerOf = (feed: JournalFeed | MinuteFeed, target: SeriesTarget) =>
      new SeriesRunner({
        feed,
        store: target,
        cursor: new StateCursor(new MemoryStateStore()),
        quarantine: (line) => void quarantined.push(line),
        clock,
        random: systemRandom,
        log: silentLogger,
        linger: millis(1),
      });
    const readings = runnerOf(new JournalFeed(journal, new JournalAlarmHistory(journal)), store);
    const minutes = runnerOf(new MinuteFeed(rollups), {
      write: (...of) => store.writeMinutes(...of),
      holds: (...of) => store.holdsMinute(...of),
    });
    const rolling = new RollupRunner({
      journal,
      keeper: rollups,
      clock,
      random: systemRandom,
      log: silentLogger,
      gather: seconds(1),
      onSaved: () => minutes.notify(),
    });
    await rolling.catchUp(stop.signal);
    const runs = [readings.run(stop.signal), minutes.run(stop.signal)];
    await until('everything to be written', () => readings.lag().entries === 0 && minutes.lag().entries === 0);
    stop.abort(new Error('done'));
    await Promise.all(runs);
    expect(quarantined).toEqual([]);
    expect(readings.counters()).toMatchObject({ failures: 0, problem: null });
    expect(readings.lag().seconds).toBe(0);

    const embedded = new EmbeddedStore(journal, { buckets: (...of) => rollups.buckets(...of), rawFromMs: () => 0 });
    const { signal } = new AbortController();
    const trendsOf = async (pump: string): Promise<{ influx: Trend; journal: Trend }> => {
      const from = began[pump] ?? 0;
      const query = { pump, from, to: from + hours(1), points: 60 };
      return { influx: await store.trend(query, signal), journal: await embedded.trend(query, signal) };
    };
    const countOf = ({ points }: Trend) => points.reduce((sum, { count }) => sum + count, 0);
    for (const pump of Object.keys(began)) {
      const { influx, journal: own } = await trendsOf(pump);
      expect([pump, countOf(own)]).toEqual([pump, READINGS]);
      expect([pump, countOf(influx)]).toEqual([pump, pump === 'in-the-year-2001' ? 0 : READINGS]);
      if (countOf(influx) > 0) expect(influx.points).toEqual(own.points);
    }
    const rows = await influxd.query('SELECT count(seq) FROM pump_reading GROUP BY pump', DATABASE);
    expect(Object.fromEntries(rows.map((row) => [row['pump'], row['count']]))).toEqual({
      right: READINGS,
      'three-hours-behind': READINGS,
      'three-hours-ahead': READINGS,
      'eleven-months-ahead': READINGS,
    });
  }, 40_000);
});
