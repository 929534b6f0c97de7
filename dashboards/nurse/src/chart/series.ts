import type { Trend, TrendColumn, TrendPoint } from '../../../../gateway/model/trend.ts';

/** A stretch of time without a reading, Unix ms. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

type Column = readonly (number | null)[];

/** A trend in the columns a chart draws. All columns are as long as `at`; a null breaks the line. */
export interface ChartData {
  readonly at: readonly number[];
  readonly rateMax: Column;
  readonly rateMin: Column;
  readonly rateMean: Column;
  readonly programmed: Column;
  readonly pressureMax: Column;
  readonly pressureMin: Column;
  readonly pressureMean: Column;
  readonly limit: Column;
  readonly gaps: readonly Gap[];
}

/**
 * Silence up to this long is the ordinary beat of a pump (10 s while infusing, 30 s otherwise, with room for a lost
 * message); past it the pump counts as unheard, and the chart says so.
 */
export const gapAfterMs = 90_000;

/** Runs of empty buckets longer than `longerThanMs`, cut to the trend's own span. */
export function gapsOf(trend: Trend, longerThanMs = gapAfterMs): readonly Gap[] {
  const gaps: Gap[] = [];
  let from: number | null = null;
  const close = (to: number) => {
    if (from !== null && to - from > longerThanMs) gaps.push({ from, to });
    from = null;
  };
  for (const point of trend.points) {
    if (point.count > 0) close(point.at);
    else from ??= Math.max(point.at, trend.from);
  }
  close(trend.to);
  return gaps;
}

/**
 * Buckets finer than the pump's beat are empty between two readings: those are left out, so that the line joins two
 * readings in a row. Buckets inside a gap stay, as nulls, so that no line can cross it.
 */
export function chartData(trend: Trend, longerThanMs = gapAfterMs): ChartData {
  const gaps = gapsOf(trend, longerThanMs);
  const inGap = (at: number) => gaps.some((gap) => at >= gap.from - trend.bucketMs && at < gap.to);
  const kept = trend.points.filter((point) => point.count > 0 || inGap(point.at));
  const column = (kind: 'min' | 'max' | 'mean', name: TrendColumn): Column =>
    kept.map((point: TrendPoint) => (point.count > 0 ? point[kind][name] : null));
  return {
    at: kept.map((point) => point.at + trend.bucketMs / 2),
    rateMax: column('max', 'rateMlH'),
    rateMin: column('min', 'rateMlH'),
    rateMean: column('mean', 'rateMlH'),
    programmed: column('mean', 'programmedRateMlH'),
    pressureMax: column('max', 'pressureMmHg'),
    pressureMin: column('min', 'pressureMmHg'),
    pressureMean: column('mean', 'pressureMmHg'),
    limit: column('mean', 'pressureLimitMmHg'),
    gaps,
  };
}

/** A hub's clock that is off by less than this is left as it is: on a chart nobody could see it. */
const visibleSkewMs = 60_000;

/** How far to move a pump's readings in time so that they stand on the gateway's clock. `skewMs`: hub minus gateway. */
export const shiftFor = (skewMs: number | null | undefined): number =>
  skewMs === null || skewMs === undefined || Math.abs(skewMs) < visibleSkewMs ? 0 : -skewMs;

/** The same trend on a clock that is `byMs` ahead. */
export const shifted = (trend: Trend, byMs: number): Trend => ({
  ...trend,
  from: trend.from + byMs,
  to: trend.to + byMs,
  points: trend.points.map((point) => ({ ...point, at: point.at + byMs })),
});
