import { GatewayError } from '#kernel/errors.ts';
import type { PumpReading } from '#model/reading.ts';
import { type Trend, type TrendColumn, type TrendPoint, type TrendQuery, trendColumns } from '#model/trend.ts';

export const MAX_TREND_POINTS = 5_000;

/** How a query divides its time. Every bucket but the last is `bucketMs` wide; none begins at or after `to`. */
export interface BucketPlan {
  readonly bucketMs: number;
  readonly count: number;
}

/** What is known of one column in one bucket. */
export interface ColumnSummary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** What is known of one bucket that has readings. A column that was not measured in it is absent. */
export interface BucketSummary {
  readonly count: number;
  readonly columns: Readonly<Partial<Record<TrendColumn, ColumnSummary>>>;
}

/**
 * The narrowest whole number of ms that needs no more buckets than `points`.
 * @throws GatewayError `bad-request` when the query is not of the form TrendQuery states.
 */
export function planBuckets({ from, to, points }: TrendQuery): BucketPlan {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to <= from) {
    throw new GatewayError('bad-request', '`from` and `to` must be Unix ms with `from` before `to`.');
  }
  if (!Number.isInteger(points) || points < 1 || points > MAX_TREND_POINTS) {
    throw new GatewayError('bad-request', `\`points\` must be a whole number from 1 to ${MAX_TREND_POINTS}.`);
  }
  const bucketMs = Math.ceil((to - from) / points);
  return { bucketMs, count: Math.ceil((to - from) / bucketMs) };
}

/** The trend with every bucket of the query, those without a summary as gaps. `summaries` goes by bucket number. */
export function trendOf(
  query: TrendQuery,
  { bucketMs, count }: BucketPlan,
  summaries: ReadonlyMap<number, BucketSummary>,
): Trend {
  const { pump, from, to } = query;
  const points = Array.from({ length: count }, (_, i) => trendPoint(from + i * bucketMs, summaries.get(i)));
  return { pump, from, to, bucketMs, points };
}

function trendPoint(at: number, summary: BucketSummary | undefined): TrendPoint {
  const row = (pick: (column: ColumnSummary) => number): Record<TrendColumn, number | null> => {
    const value = (name: TrendColumn) => {
      const column = summary?.columns[name];
      return column === undefined ? null : pick(column);
    };
    return {
      rateMlH: value('rateMlH'),
      programmedRateMlH: value('programmedRateMlH'),
      pressureMmHg: value('pressureMmHg'),
      pressureLimitMmHg: value('pressureLimitMmHg'),
      reservoirMl: value('reservoirMl'),
    };
  };
  return {
    at,
    min: row((column) => column.min),
    max: row((column) => column.max),
    mean: row((column) => column.mean),
    count: summary?.count ?? 0,
  };
}

interface Sums {
  min: number;
  max: number;
  sum: number;
  measured: number;
}

/** Collects readings of one bucket. */
export class BucketSums {
  #count = 0;
  readonly #sums: Partial<Record<TrendColumn, Sums>> = {};

  add(reading: PumpReading): void {
    this.#count += 1;
    for (const column of trendColumns) {
      const value = reading[column];
      if (value === undefined) continue;
      const sums = this.#sums[column];
      if (sums === undefined) {
        this.#sums[column] = { min: value, max: value, sum: value, measured: 1 };
        continue;
      }
      if (value < sums.min) sums.min = value;
      if (value > sums.max) sums.max = value;
      sums.sum += value;
      sums.measured += 1;
    }
  }

  summary(): BucketSummary {
    const columns: Partial<Record<TrendColumn, ColumnSummary>> = {};
    for (const column of trendColumns) {
      const sums = this.#sums[column];
      if (sums) columns[column] = { min: sums.min, max: sums.max, mean: sums.sum / sums.measured };
    }
    return { count: this.#count, columns };
  }
}
