/** The columns a trend can hold, with their units in the name. */
export const trendColumns = [
  'rateMlH',
  'programmedRateMlH',
  'pressureMmHg',
  'pressureLimitMmHg',
  'reservoirMl',
] as const;
export type TrendColumn = (typeof trendColumns)[number];

/** One bucket of a trend. Absent values (nothing measured in the bucket) are null, never zero and never interpolated. */
export interface TrendPoint {
  /** Unix ms of the start of the bucket. */
  readonly at: number;
  readonly min: Readonly<Record<TrendColumn, number | null>>;
  readonly max: Readonly<Record<TrendColumn, number | null>>;
  readonly mean: Readonly<Record<TrendColumn, number | null>>;
  /** Readings in this bucket; 0 marks a gap. */
  readonly count: number;
}

export interface TrendQuery {
  readonly pump: string;
  /** Unix ms, included. */
  readonly from: number;
  /** Unix ms, excluded. */
  readonly to: number;
  /** Buckets asked for, 1 to 5000. */
  readonly points: number;
}

export interface Trend {
  readonly pump: string;
  readonly from: number;
  readonly to: number;
  /** Width of a bucket in ms. */
  readonly bucketMs: number;
  /** Every bucket from `from` to `to`, gaps included. */
  readonly points: readonly TrendPoint[];
}
