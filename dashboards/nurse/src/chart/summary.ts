import type { Trend, TrendColumn, TrendPoint } from '../../../../gateway/model/trend.ts';
import { words } from '../text/language.ts';
import { clockTime, clockTimeSeconds } from '../text/time.ts';
import { gapsOf } from './series.ts';

/** Lowest and highest of a column over some buckets; null when nothing was measured. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

export function extentOf(points: readonly TrendPoint[], column: TrendColumn): Extent | null {
  const lows = points.map((point) => point.min[column]).filter((value) => value !== null);
  const highs = points.map((point) => point.max[column]).filter((value) => value !== null);
  return lows.length === 0 || highs.length === 0 ? null : { min: Math.min(...lows), max: Math.max(...highs) };
}

/** mL/h with the digits a pump shows: two below 10, one below 100, none above. */
export const rateText = (rateMlH: number): string =>
  rateMlH === 0 ? '0' : rateMlH.toFixed(rateMlH < 10 ? 2 : rateMlH < 100 ? 1 : 0);

export const wholeText = (value: number): string => String(Math.round(value));

/** "4.93 to 5.07", or one figure when both ends read the same. */
export const extentText = (
  extent: Extent | null,
  text: (value: number) => string,
  between = words.value.chart.to,
): string => {
  if (extent === null) return words.value.figures.notMeasured;
  const [low, high] = [text(extent.min), text(extent.max)];
  return low === high ? low : `${low}${between}${high}`;
};

const lastOf = (trend: Trend, column: TrendColumn): number | null =>
  trend.points.findLast((point) => point.mean[column] !== null)?.mean[column] ?? null;

/** In a span shorter than this the seconds tell something. */
const shortMs = 15 * 60_000;

/** What the curves show, for a person who cannot see them. */
export function trendSummary(trend: Trend, now: number, zone?: string): string {
  const seconds = trend.to - trend.from < shortMs;
  const time = (at: number) => (seconds ? clockTimeSeconds(at, zone) : clockTime(at, now, zone));
  const t = words.value.chart;
  const lines = [t.fromTo(time(trend.from), time(trend.to))];
  const rate = extentOf(trend.points, 'rateMlH');
  const rateLast = lastOf(trend, 'rateMlH');
  if (rate === null || rateLast === null) lines.push(t.noRate);
  else {
    const programmed = lastOf(trend, 'programmedRateMlH');
    const of = programmed === null ? null : rateText(programmed);
    lines.push(t.rate(extentText(rate, rateText), rateText(rateLast), of));
  }
  const pressure = extentOf(trend.points, 'pressureMmHg');
  const pressureLast = lastOf(trend, 'pressureMmHg');
  if (pressure === null || pressureLast === null) lines.push(t.noPressure);
  else {
    const limit = lastOf(trend, 'pressureLimitMmHg');
    const share = limit === null || limit === 0 ? null : wholeText((pressureLast / limit) * 100);
    lines.push(t.pressure(extentText(pressure, wholeText), wholeText(pressureLast), share));
  }
  const gaps = gapsOf(trend);
  const named = gaps.slice(0, 3).map((gap) => time(gap.from) + t.to + time(gap.to));
  if (gaps.length > 0) {
    lines.push(t.noData(named.join(', '), gaps.length - named.length));
  }
  return lines.join(' ');
}

export interface TableRow {
  readonly from: number;
  readonly to: number;
  readonly readings: number;
  readonly rate: Extent | null;
  readonly programmed: Extent | null;
  readonly pressure: Extent | null;
}

const tableSteps = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 86_400, 604_800, 1_382_400].map(
  (seconds) => seconds * 1_000,
);
const mostRows = 24;

/** The finest step, ms, in which the table of a trend has no more than two dozen rows. */
export const tableStepMs = ({ from, to }: Trend): number =>
  tableSteps.find((step) => to - from <= step * mostRows) ?? (to - from) / mostRows;

/** The trend in steps back from its end, newest first. A step without a reading has `readings` 0 and no values. */
export function tableRows(trend: Trend, stepMs: number): readonly TableRow[] {
  return Array.from({ length: Math.ceil((trend.to - trend.from) / stepMs) }, (_, index) => {
    const to = trend.to - index * stepMs;
    const from = Math.max(trend.from, to - stepMs);
    const points = trend.points.filter((point) => point.at >= from && point.at < to);
    return {
      from,
      to,
      readings: points.reduce((sum, point) => sum + point.count, 0),
      rate: extentOf(points, 'rateMlH'),
      programmed: extentOf(points, 'programmedRateMlH'),
      pressure: extentOf(points, 'pressureMmHg'),
    };
  });
}
