import type { TrendColumn } from './trend.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** What the readings of a stretch of time say of one column together. The mean is `sum / measured`. */
export interface ColumnRollup {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** Readings that measured this column, at least 1. */
  readonly measured: number;
}

/** A column that nothing measured is absent. */
export type ColumnRollups = Readonly<Partial<Record<TrendColumn, ColumnRollup>>>;

/** All readings of a pump measured within one minute, as far as they are known. */
export interface MinuteRollup {
  readonly pump: string;
  /** Unix ms at which the minute begins. */
  readonly minuteMs: number;
  /** Readings in it, at least 1. */
  readonly count: number;
  readonly columns: ColumnRollups;
}
