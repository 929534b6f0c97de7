import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { days } from '#kernel/time.ts';
import type { ColumnRollup } from '#model/rollup.ts';
import { type Trend, type TrendColumn, type TrendQuery, trendColumns } from '#model/trend.ts';
import { fieldOfColumn, measurements } from './line-protocol.ts';
import { MINUTES_POLICY, type SeriesRetention } from './series-store.ts';
import { type BucketPlan, type BucketSummary, planBuckets, summaryOf, trendOf } from './trend-buckets.ts';

/**
 * The InfluxQL text of a trend, for 1.x and for the 1.x-compatible `/query` of 2.x; ask it with `epoch=ms`. Buckets
 * begin at `from`, hence the offset in GROUP BY. Bounds and buckets are whole ms, so the nanoseconds that keep readings of
 * one ms apart move none of them into another bucket. `seq` is in every reading, which makes its count theirs.
 * @throws GatewayError `bad-request` as `planBuckets`.
 */
export function trendText(query: TrendQuery, plan: BucketPlan = planBuckets(query)): string {
  const { from, to, bucketMs } = plan;
  const what = plan.level === 'raw' ? ofReadings : ofMinutes;
  return (
    `${what} WHERE "pump" = ${literal(query.pump)} AND time >= ${from}ms AND time < ${to}ms` +
    ` GROUP BY time(${bucketMs}ms, ${from % bucketMs}ms) fill(none)`
  );
}

/** Least, greatest, sum and number of each column. A sum and a number make the mean alike from readings and from minutes. */
const ofReadings = `SELECT count("seq") AS "count", ${trendColumns
  .map((column) => {
    const field = `"${fieldOfColumn[column]}"`;
    return `min(${field}) AS "min_${column}", max(${field}) AS "max_${column}", sum(${field}) AS "sum_${column}", count(${field}) AS "n_${column}"`;
  })
  .join(', ')} FROM "${measurements.reading}"`;

const ofMinutes = `SELECT sum("readings") AS "count", ${trendColumns
  .map((column) => {
    const field = (of: string) => `"${fieldOfColumn[column]}_${of}"`;
    return `min(${field('min')}) AS "min_${column}", max(${field('max')}) AS "max_${column}", sum(${field('sum')}) AS "sum_${column}", sum(${field('n')}) AS "n_${column}"`;
  })
  .join(', ')} FROM "${MINUTES_POLICY}"."${measurements.minute}"`;

/**
 * The trend in the JSON answer to `trendText`.
 * @throws GatewayError `peer-denied` when the database is missing, `peer-refused` for any other error in the answer,
 * `peer-unavailable` when it is no InfluxDB answer at all.
 */
export function trendFromAnswer(query: TrendQuery, answer: unknown, plan: BucketPlan = planBuckets(query)): Trend {
  const summaries = new Map<number, BucketSummary>();
  for (const series of seriesIn(answer)) {
    const place = new Map(series.columns.map((name, i) => [name, i]));
    const cell = (row: readonly unknown[], name: string) => row[place.get(name) ?? -1];
    for (const row of series.values) {
      const time = cell(row, 'time');
      const count = cell(row, 'count');
      if (typeof time !== 'number' || typeof count !== 'number' || count === 0) continue;
      const columns: Partial<Record<TrendColumn, ColumnRollup>> = {};
      for (const column of trendColumns) {
        const [min, max, sum, measured] = ['min', 'max', 'sum', 'n'].map((of) => cell(row, `${of}_${column}`));
        if (typeof measured !== 'number' || measured === 0) continue;
        if (typeof min === 'number' && typeof max === 'number' && typeof sum === 'number') {
          columns[column] = { min, max, sum, measured };
        }
      }
      summaries.set(Math.floor((time - plan.from) / plan.bucketMs), summaryOf({ count, columns }));
    }
  }
  return trendOf(query, plan, summaries);
}

interface Series {
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** The series of a one-statement answer. @throws as `trendFromAnswer`. */
export function seriesIn(answer: unknown): readonly Series[] {
  const error = memberOf(answer, 'error');
  const [result] = listOf(memberOf(answer, 'results'));
  const says = error ?? memberOf(result, 'error');
  if (typeof says === 'string') {
    throw new GatewayError(
      /database not found|retention policy not found/i.test(says) ? 'peer-denied' : 'peer-refused',
      `Query: ${says}`,
    );
  }
  if (typeof result !== 'object' || result === null) {
    throw new GatewayError('peer-unavailable', 'Query: the answer is not of the form InfluxDB gives.');
  }
  return listOf(memberOf(result, 'series')).map((series) => ({
    columns: listOf(memberOf(series, 'columns')).map(String),
    values: listOf(memberOf(series, 'values')).map(listOf),
  }));
}

/** The oldest raw reading that a store keeps; undefined while it is told of no retention, and so has no minutes. */
export const rawFromMs = (retention: SeriesRetention | undefined, clock: Pick<Clock, 'wall'>): number | undefined =>
  retention && clock.wall() - days(retention.rawDays);

/**
 * InfluxQL that makes a database of 1.x with both retention policies and leaves alone what is there already. The default
 * policy of a new database keeps `rawDays`; that of one that was there stays as it is.
 */
export function makingTexts(database: string, retention: SeriesRetention | undefined): readonly string[] {
  const name = identifier(database);
  const lasting = (days: number | undefined) => (days === undefined ? 'INF' : `${days}d`);
  return [
    `CREATE DATABASE ${name} WITH DURATION ${lasting(retention?.rawDays)} REPLICATION 1 NAME "readings"`,
    `CREATE RETENTION POLICY "${MINUTES_POLICY}" ON ${name} DURATION ${lasting(retention?.rollupDays)} REPLICATION 1`,
  ];
}

/** A name in InfluxQL's double quotes. */
export const identifier = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;

/** A string in InfluxQL's single quotes. */
export const literal = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
