import { GatewayError } from '#kernel/errors.ts';
import { type Trend, type TrendColumn, type TrendQuery, trendColumns } from '#model/trend.ts';
import { measurements } from './line-protocol.ts';
import { type BucketSummary, type ColumnSummary, planBuckets, trendOf } from './trend-buckets.ts';

/** Field of `pump_reading` behind each column of a trend. */
const fieldOf = {
  rateMlH: 'rate_ml_h',
  programmedRateMlH: 'programmed_rate_ml_h',
  pressureMmHg: 'pressure_mmhg',
  pressureLimitMmHg: 'pressure_limit_mmhg',
  reservoirMl: 'reservoir_ml',
} as const satisfies Record<TrendColumn, string>;

/**
 * The InfluxQL text of a trend, for 1.x and for the 1.x-compatible `/query` of 2.x; ask it with `epoch=ms`. Buckets
 * begin at `from`, hence the offset in GROUP BY. Bounds and buckets are whole ms, so the nanoseconds that keep readings of
 * one ms apart move none of them into another bucket. `seq` is in every reading, which makes its count theirs.
 * @throws GatewayError `bad-request` as `planBuckets`.
 */
export function trendText(query: TrendQuery): string {
  const { bucketMs } = planBuckets(query);
  const columns = trendColumns.flatMap((column) =>
    ['min', 'max', 'mean'].map((of) => `${of}("${fieldOf[column]}") AS "${of}_${column}"`),
  );
  return (
    `SELECT count("seq") AS "count", ${columns.join(', ')} FROM "${measurements.reading}"` +
    ` WHERE "pump" = ${literal(query.pump)} AND time >= ${query.from}ms AND time < ${query.to}ms` +
    ` GROUP BY time(${bucketMs}ms, ${query.from % bucketMs}ms) fill(none)`
  );
}

/**
 * The trend in the JSON answer to `trendText`.
 * @throws GatewayError `peer-denied` when the database is missing, `peer-refused` for any other error in the answer,
 * `peer-unavailable` when it is no InfluxDB answer at all.
 */
export function trendFromAnswer(query: TrendQuery, answer: unknown): Trend {
  const plan = planBuckets(query);
  const summaries = new Map<number, BucketSummary>();
  for (const series of seriesIn(answer)) {
    const place = new Map(series.columns.map((name, i) => [name, i]));
    const cell = (row: readonly unknown[], name: string) => row[place.get(name) ?? -1];
    for (const row of series.values) {
      const time = cell(row, 'time');
      const count = cell(row, 'count');
      if (typeof time !== 'number' || typeof count !== 'number' || count === 0) continue;
      const columns: Partial<Record<TrendColumn, ColumnSummary>> = {};
      for (const column of trendColumns) {
        const min = cell(row, `min_${column}`);
        const max = cell(row, `max_${column}`);
        const mean = cell(row, `mean_${column}`);
        if (typeof min === 'number' && typeof max === 'number' && typeof mean === 'number') {
          columns[column] = { min, max, mean };
        }
      }
      summaries.set(Math.floor((time - query.from) / plan.bucketMs), { count, columns });
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
    throw new GatewayError(/database not found/i.test(says) ? 'peer-denied' : 'peer-refused', `Query: ${says}`);
  }
  if (typeof result !== 'object' || result === null) {
    throw new GatewayError('peer-unavailable', 'Query: the answer is not of the form InfluxDB gives.');
  }
  return listOf(memberOf(result, 'series')).map((series) => ({
    columns: listOf(memberOf(series, 'columns')).map(String),
    values: listOf(memberOf(series, 'values')).map(listOf),
  }));
}

/** A string in InfluxQL's single quotes. */
export const literal = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
