import { setImmediate as otherWork } from 'node:timers/promises';
import type { PumpReading } from '#model/reading.ts';
import type { ColumnRollups } from '#model/rollup.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import type { SeriesStore, StoreCheck } from './series-store.ts';
import type { SetupPlan, SetupStep } from './store-setup.ts';
import { type BucketPlan, type BucketSummary, BucketSums, planBuckets, summaryOf, trendOf } from './trend-buckets.ts';

/** The part of the journal that trends are made from. */
export interface TrendReadings {
  /** Readings of a pump measured in [fromMs, toMs). Read to the end before anything else runs. */
  readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<{ readonly reading: PumpReading }>;
}

/** Where long trends come from. */
export interface TrendRollups {
  /** What is kept of a pump in [fromMs, toMs), in buckets of `bucketMs` that begin at `fromMs`. */
  buckets(
    level: 'minutes' | 'hours',
    pump: string,
    fromMs: number,
    toMs: number,
    bucketMs: number,
  ): Iterable<{ readonly bucket: number; readonly count: number; readonly columns: ColumnRollups }>;
  /** Unix ms of the oldest reading that the journal may still hold. */
  rawFromMs(): number;
}

/** Buckets read in one go. A day in 1,000 points at a reading a second is 5,500 readings in each. */
const STRETCH_BUCKETS = 64;

/** Trends from the journal itself, long ones from its roll-ups. Nothing is written: the journal already holds every reading. */
export class EmbeddedStore implements SeriesStore {
  readonly #readings: TrendReadings;
  readonly #rollups: TrendRollups | undefined;

  /** Without roll-ups every trend is made from readings, however long that takes. */
  constructor(readings: TrendReadings, rollups?: TrendRollups) {
    this.#readings = readings;
    this.#rollups = rollups;
  }

  async write(_lines: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
  }

  async writeMinutes(_lines: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
  }

  async holds(_line: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return true;
  }

  async holdsMinute(_line: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return true;
  }

  /** Goes through the time in stretches and lets other work run between them. */
  async trend(query: TrendQuery, signal: AbortSignal): Promise<Trend> {
    const plan = planBuckets(query, this.#rollups?.rawFromMs());
    const summaries = new Map<number, BucketSummary>();
    if (this.#rollups && plan.level !== 'raw') {
      signal.throwIfAborted();
      const { level, from, to, bucketMs } = plan;
      const buckets = this.#rollups.buckets(level, query.pump, from, to, bucketMs);
      for (const { bucket, ...rollup } of buckets) summaries.set(bucket, summaryOf(rollup));
      return trendOf(query, plan, summaries);
    }
    for (let first = 0; first < plan.count; first += STRETCH_BUCKETS) {
      signal.throwIfAborted();
      this.#readStretch(query, plan, first, summaries);
      await otherWork();
    }
    return trendOf(query, plan, summaries);
  }

  async check(signal: AbortSignal): Promise<StoreCheck> {
    signal.throwIfAborted();
    return { server: 'embedded' };
  }

  /** There is nothing to make. */
  async setUp(_plan: SetupPlan, signal: AbortSignal): Promise<readonly SetupStep[]> {
    signal.throwIfAborted();
    return [];
  }

  async close(): Promise<void> {}

  #readStretch(query: TrendQuery, plan: BucketPlan, first: number, into: Map<number, BucketSummary>): void {
    const { pump, from, to } = query;
    const start = from + first * plan.bucketMs;
    const end = Math.min(to, start + STRETCH_BUCKETS * plan.bucketMs);
    const sums = new Map<number, BucketSums>();
    for (const { reading } of this.#readings.readingsBetween(pump, start, end)) {
      const bucket = Math.floor((reading.atMs - from) / plan.bucketMs);
      let bucketSums = sums.get(bucket);
      if (bucketSums === undefined) {
        bucketSums = new BucketSums();
        sums.set(bucket, bucketSums);
      }
      bucketSums.add(reading);
    }
    for (const [bucket, bucketSums] of sums) into.set(bucket, bucketSums.summary());
  }
}
