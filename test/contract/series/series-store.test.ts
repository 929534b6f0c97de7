import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeReadings } from '#codec/hub-json.ts';
import { RollupStore } from '#journal/rollup-store.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom, systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { PumpReading } from '#model/reading.ts';
import { type Trend, type TrendQuery, trendColumns } from '#model/trend.ts';
import { EmbeddedStore } from '#series/embedded.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import { readingLine } from '#series/line-protocol.ts';
import { MinuteFeed } from '#series/minute-feed.ts';
import { RollupRunner } from '#series/rollup-runner.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import type { SeriesRetention, SeriesStore } from '#series/series-store.ts';
import { message, T0 } from '#support/hub-messages.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';

/** A store, and a way to bring readings into it that ends when they are there. */
interface Bench {
  readonly store: SeriesStore;
  put(pump: string, readings: readonly PumpReading[], boot?: string): Promise<void>;
  close(): Promise<void>;
}

const clock = new SystemClock();
const { signal } = new AbortController();
/** Long enough for every reading of these tests, and both levels are used. */
const retention: SeriesRetention = { rawDays: 3_650, rollupDays: 3_650 };

/** A journal that is rolled up as the gateway does it. */
class RolledJournal {
  readonly #dir = new TempDir();
  readonly writer = new SqliteJournalWriter(this.#dir.file('journal.db'));
  readonly reader = new SqliteJournalReader(this.#dir.file('journal.db'));
  readonly rollups = new RollupStore(this.#dir.file('rollup.db'));
  readonly #runner = new RollupRunner({
    journal: this.reader,
    keeper: this.rollups,
    clock,
    random: systemRandom,
    log: silentLogger,
  });

  async add(pump: string, readings: readonly PumpReading[], boot: string): Promise<void> {
    for (let i = 0; i < readings.length; i += 500) {
      const payload = encodeReadings(boot, readings.slice(i, i + 500));
      const result = this.writer.append([message(`infusion/v1/hub-1/${pump}/readings`, payload)]);
      expect(result.refused).toEqual({});
    }
    await this.#runner.catchUp(signal);
  }

  close(): void {
    this.rollups.close();
    this.reader.close();
    this.writer.close();
    this.#dir[Symbol.dispose]();
  }
}

async function embedded(): Promise<Bench> {
  const journal = new RolledJournal();
  const trends = {
    buckets: (...of: Parameters<RollupStore['buckets']>) => journal.rollups.buckets(...of),
    rawFromMs: () => 0,
  };
  return {
    store: new EmbeddedStore(journal.reader, trends),
    put: (pump, readings, boot = 'boot-1') => journal.add(pump, readings, boot),
    close: async () => journal.close(),
  };
}

/** Brings readings and the minutes that change with them into an InfluxDB. */
function benchOf(store: SeriesStore, close: () => Promise<void>): Bench {
  const journal = new RolledJournal();
  const minutes = new MinuteFeed(journal.rollups).open(cursorAtStart);
  return {
    store,
    put: async (pump, readings, boot = 'boot-1') => {
      const lines = readings.map((one) => readingLine({ hub: 'hub-1', pump, boot, reading: one }, 'infusomat-space'));
      await store.write(lines, signal);
      await journal.add(pump, readings, boot);
      for (let batch = minutes.next(1_000); batch; batch = minutes.next(1_000)) {
        await store.writeMinutes(batch.lines, signal);
      }
    },
    close: async () => {
      journal.close();
      await store.close();
      await close();
    },
  };
}

async function influx1(): Promise<Bench> {
  const server = await Influxd.start();
  const store = new Influx1Store({ url: server.url, database: 'infusion', retention }, clock);
  await store.setUp({ retention, changeRetention: false }, signal);
  return benchOf(store, () => server.close());
}

async function influx2(): Promise<Bench> {
  const server = await Influxd.start();
  await server.query('CREATE DATABASE "home infusion"');
  await server.query('CREATE RETENTION POLICY "minutes" ON "home infusion" DURATION INF REPLICATION 1');
  const target = { org: 'the org', bucket: 'home infusion', token: 'secret-token' };
  const front = await Influx2Front.start({ ...target, upstream: server.url });
  const store = new Influx2Store({ ...target, url: front.url, retention }, clock);
  await store.check(signal);
  return benchOf(store, async () => {
    await front.close();
    await server.close();
  });
}

const reading = (seq: number, atMs: number, more: Partial<PumpReading> = {}): PumpReading => ({
  seq,
  atMs,
  state: 'infusing',
  ...more,
});

describe.each([
  ['the journal', embedded],
  ['InfluxDB 1.x', influx1],
  ['InfluxDB 2.x', influx2],
])('series in %s', (_name, open) => {
  let bench: Bench;
  let pumps = 0;
  const newPump = () => `pump-${++pumps}`;
  const trendOf = (query: TrendQuery): Promise<Trend> => bench.store.trend(query, signal);

  beforeAll(async () => {
    bench = await open();
  });
  afterAll(async () => {
    await bench.close();
  });

  it('says what server it is', async () => {
    expect((await bench.store.check(signal)).server).toMatch(/embedded|InfluxDB/);
  });

  it('gives a pump it does not know as one long gap', async () => {
    const trend = await trendOf({ pump: "nobody's", from: T0, to: T0 + 100, points: 10 });
    expect(trend).toMatchObject({ pump: "nobody's", from: T0, to: T0 + 100, bucketMs: 10 });
    expect(trend.points).toHaveLength(10);
    expect(trend.points.every((point) => point.count === 0 && point.max.rateMlH === null)).toBe(true);
  });

  it('keeps a spike of one reading in a long calm', async () => {
    const pump = newPump();
    const calm = Array.from({ length: 1_000 }, (_, i) => reading(i, T0 + i * 1_000, { pressureMmHg: 40, rateMlH: 9 }));
    calm[777] = reading(777, T0 + 777_000, { pressureMmHg: 525, rateMlH: 0 });
    await bench.put(pump, calm);
    const trend = await trendOf({ pump, from: T0, to: T0 + 1_000_000, points: 10 });
    expect(trend.points.map((point) => point.max.pressureMmHg)).toEqual([40, 40, 40, 40, 40, 40, 40, 525, 40, 40]);
    expect(trend.points[7]).toMatchObject({
      at: T0 + 700_000,
      count: 100,
      min: { rateMlH: 0 },
      max: { rateMlH: 9 },
      mean: { rateMlH: 8.91, pressureMmHg: 44.85 },
    });
  });

  it('shows gaps, and columns that were not measured, as nulls', async () => {
    const pump = newPump();
    await bench.put(pump, [reading(0, T0, { rateMlH: 5 }), reading(1, T0 + 35_000, { reservoirMl: 0 })]);
    const { points } = await trendOf({ pump, from: T0, to: T0 + 40_000, points: 4 });
    expect(points.map((point) => point.count)).toEqual([1, 0, 0, 1]);
    expect(points.map((point) => point.mean.rateMlH)).toEqual([5, null, null, null]);
    expect(points.map((point) => point.min.reservoirMl)).toEqual([null, null, null, 0]);
  });

  it('keeps every reading of one millisecond, of several boots too, and on the right side of a bucket edge', async () => {
    const pump = newPump();
    const burst = Array.from({ length: 300 }, (_, i) => reading(i, T0 + 9, { rateMlH: i }));
    await bench.put(pump, burst);
    await bench.put(pump, burst, 'boot-2');
    await bench.put(pump, [reading(999_999, T0 + 10)], 'boot-3');
    const { points, bucketMs } = await trendOf({ pump, from: T0, to: T0 + 20, points: 2 });
    expect(bucketMs).toBe(10);
    expect(points.map((point) => point.count)).toEqual([600, 1]);
    expect(points[0]).toMatchObject({ min: { rateMlH: 0 }, max: { rateMlH: 299 }, mean: { rateMlH: 149.5 } });
  });

  it('takes `from` in and leaves `to` out', async () => {
    const pump = newPump();
    await bench.put(
      pump,
      [-1, 0, 9, 10].map((ms, seq) => reading(seq, T0 + ms)),
    );
    const { points } = await trendOf({ pump, from: T0, to: T0 + 10, points: 3 });
    expect(points.map((point) => [point.at - T0, point.count])).toEqual([
      [0, 1],
      [4, 0],
      [8, 1],
    ]);
  });

  it('changes nothing when the same readings are written again', async () => {
    const pump = newPump();
    const readings = [reading(0, T0, { rateMlH: 1 }), reading(1, T0, { rateMlH: 2 })];
    await bench.put(pump, readings);
    await bench.put(pump, readings);
    const { points } = await trendOf({ pump, from: T0, to: T0 + 1, points: 1 });
    expect(points[0]).toMatchObject({ count: 2, mean: { rateMlH: 1.5 } });
  });

  it('refuses a query that is not of the form', async () => {
    await expect(trendOf({ pump: 'p', from: T0, to: T0, points: 10 })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(trendOf({ pump: 'p', from: 0, to: T0, points: 5_001 })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('rejects with the reason of the caller who no longer waits', async () => {
    const gone = new Error('gone');
    const query = { pump: 'p', from: T0, to: T0 + 1, points: 1 };
    await expect(bench.store.trend(query, AbortSignal.abort(gone))).rejects.toBe(gone);
    await expect(bench.store.write(['m f=1'], AbortSignal.abort(gone))).rejects.toBe(gone);
  });

  it.each([
    { days: 365, at: 0, level: 'hours', stepMs: 3_600_000 },
    { days: 7, at: 1_234_567, level: 'minutes', stepMs: 60_000 },
  ])(
    'answers $days days in 500 points from $level, as arithmetic over all readings does',
    async ({ days, at, stepMs }) => {
      const pump = newPump();
      const random = seededRandom(days);
      const spread = days * 86_400_000;
      const readings = Array.from({ length: 3_000 }, (_, i) =>
        reading(i, T0 - 3_600_000 + Math.floor(random() * (spread + 7_200_000)), {
          ...(random() < 0.9 && { rateMlH: Math.round(random() * 1_000) }),
          ...(random() < 0.7 && { pressureMmHg: Math.round(random() * 900) - 50 }),
        }),
      );
      // Late readings fall into minutes that are rolled up already.
      await bench.put(pump, readings.slice(0, 1_500));
      await bench.put(pump, readings.slice(1_500));
      const trend = await trendOf({ pump, from: T0 + at, to: T0 + spread - at, points: 500 });
      expect([trend.bucketMs % stepMs, trend.from % stepMs, trend.to % stepMs]).toEqual([0, 0, 0]);
      expect(trend.from).toBeLessThanOrEqual(T0 + at);
      expect(trend.to).toBeGreaterThanOrEqual(T0 + spread - at);
      expect(trend.points.length).toBeLessThanOrEqual(500);
      let counted = 0;
      for (const point of trend.points) {
        const inside = readings.filter(
          ({ atMs }) => atMs >= point.at && atMs < Math.min(trend.to, point.at + trend.bucketMs),
        );
        counted += point.count;
        expect(point.count).toBe(inside.length);
        const rates = inside.flatMap((one) => one.rateMlH ?? []);
        expect(point.min.rateMlH).toBe(rates.length === 0 ? null : Math.min(...rates));
        expect(point.max.rateMlH).toBe(rates.length === 0 ? null : Math.max(...rates));
        if (rates.length > 0) expect(point.mean.rateMlH).toBeCloseTo(rates.reduce((a, b) => a + b) / rates.length, 9);
        const pressures = inside.flatMap((one) => one.pressureMmHg ?? []);
        expect(point.max.pressureMmHg).toBe(pressures.length === 0 ? null : Math.max(...pressures));
        expect(point.max.reservoirMl).toBeNull();
      }
      expect(counted).toBeGreaterThan(2_500);
    },
  );

  it('answers as plain arithmetic over the readings does', async () => {
    const sketch = fc.record(
      { at: fc.nat(5_000), rateMlH: fc.nat(1_000), pressureMmHg: fc.integer({ min: -50, max: 900 }) },
      { requiredKeys: ['at'] },
    );
    const window = fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(sketch, { maxLength: 60 }), window, async (sketches, [start, width, points]) => {
        const pump = newPump();
        const readings = sketches.map(({ at, ...more }, seq) => reading(seq, T0 + at, more));
        await bench.put(pump, readings);
        const query = { pump, from: T0 + start, to: T0 + start + width, points };
        const trend = await trendOf(query);
        for (const point of trend.points) {
          const end = Math.min(query.to, point.at + trend.bucketMs);
          const inside = readings.filter(({ atMs }) => atMs >= point.at && atMs < end);
          expect(point.count).toBe(inside.length);
          for (const column of trendColumns) {
            const values = inside.flatMap((one) => one[column] ?? []);
            const sum = values.reduce((a, b) => a + b, 0);
            expect(point.min[column]).toBe(values.length === 0 ? null : Math.min(...values));
            expect(point.max[column]).toBe(values.length === 0 ? null : Math.max(...values));
            if (values.length === 0) expect(point.mean[column]).toBeNull();
            else expect(point.mean[column]).toBeCloseTo(sum / values.length, 9);
          }
        }
        expect(trend.points.reduce((sum, point) => sum + point.count, 0)).toBe(
          readings.filter(({ atMs }) => atMs >= query.from && atMs < query.to).length,
        );
      }),
      { numRuns: 25 },
    );
  });
});
