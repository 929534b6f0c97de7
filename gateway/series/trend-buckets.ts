import { GatewayError } from '#kernel/errors.ts';
import type { PumpReading } from '#model/reading.ts';
import { type ColumnRollups, HOUR_MS, MINUTE_MS, type MinuteRollup } from '#model/rollup.ts';
import { type Trend, type TrendColumn, type TrendPoint, type TrendQuery, trendColumns } from '#model/trend.ts';

export const MAX_TREND_POINTS = 5_000;

/** From which kept figures a trend is made. */
export type TrendLevel = 'raw' | 'minutes' | 'hours';

/** How a query divides its time. Every bucket but the last is `bucketMs` wide; none begins at or after `to`. */
export interface BucketPlan {
  readonly level: TrendLevel;
  /** The time of the query, widened to whole minutes or hours where the level has no finer ones. */
  readonly from: number;
  readonly to: number;
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

/** Buckets this wide are made from minutes: 500 points of half a week are as wide. */
const MINUTES_FROM_MS = 10 * MINUTE_MS;
/** And these from hours: 500 points of six weeks are as wide. */
const HOURS_FROM_MS = 2 * HOUR_MS;
const stepOf = { raw: 1, minutes: MINUTE_MS, hours: HOUR_MS } as const satisfies Record<TrendLevel, number>;

/**
 * The narrowest buckets that are no more than `points`: whole ms from raw readings, whole minutes or hours where roll-ups
 * will do. `rawFromMs`: the oldest raw reading there may be; what is older comes from minutes. Without it there are only
 * raw readings.
 * @throws GatewayError `bad-request` when the query is not of the form TrendQuery states.
 */
export function planBuckets({ from, to, points }: TrendQuery, rawFromMs?: number): BucketPlan {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to <= from) {
    throw new GatewayError('bad-request', '`from` and `to` must be Unix ms with `from` before `to`.');
  }
  if (!Number.isInteger(points) || points < 1 || points > MAX_TREND_POINTS) {
    throw new GatewayError('bad-request', `\`points\` must be a whole number from 1 to ${MAX_TREND_POINTS}.`);
  }
  const level = levelOf((to - from) / points, from, rawFromMs);
  const step = stepOf[level];
  const first = Math.floor(from / step) * step;
  const end = Math.ceil(to / step) * step;
  const bucketMs = Math.ceil((end - first) / points / step) * step;
  return { level, from: first, to: end, bucketMs, count: Math.ceil((end - first) / bucketMs) };
}

function levelOf(bucketMs: number, from: number, rawFromMs: number | undefined): TrendLevel {
  if (rawFromMs === undefined) return 'raw';
  if (bucketMs >= HOURS_FROM_MS) return 'hours';
  return bucketMs >= MINUTES_FROM_MS || from < rawFromMs ? 'minutes' : 'raw';
}

/** The trend with every bucket of the plan, those without a summary as gaps. `summaries` goes by bucket number. */
export function trendOf(
  query: TrendQuery,
  { from, to, bucketMs, count }: BucketPlan,
  summaries: ReadonlyMap<number, BucketSummary>,
): Trend {
  const points = Array.from({ length: count }, (_, i) => trendPoint(from + i * bucketMs, summaries.get(i)));
  return { pump: query.pump, from, to, bucketMs, points };
}

/** The mean takes the place of the sum. */
export function summaryOf({ count, columns }: Pick<MinuteRollup, 'count' | 'columns'>): BucketSummary {
  const summaries: Partial<Record<TrendColumn, ColumnSummary>> = {};
  for (const name of trendColumns) {
    const column = columns[name];
    if (column) summaries[name] = { min: column.min, max: column.max, mean: column.sum / column.measured };
  }
  return { count, columns: summaries };
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

  get count(): number {
    return this.#count;
  }

  /** A copy of what was collected. */
  columns(): ColumnRollups {
    return structuredClone(this.#sums);
  }

  summary(): BucketSummary {
    return summaryOf({ count: this.#count, columns: this.#sums });
  }
}
