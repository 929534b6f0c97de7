import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { literal, trendFromAnswer, trendText } from '#series/influxql.ts';
import { BucketSums, planBuckets, trendOf } from '#series/trend-buckets.ts';
import { T0 } from './list-journal.ts';

const query = { pump: 'pump-1', from: T0, to: T0 + 10_000, points: 4 };

describe('buckets', () => {
  it('cover the whole time, are never more than asked for, and are as narrow as whole ms allow', () => {
    fc.assert(
      fc.property(
        fc.nat(4e12),
        fc.integer({ min: 1, max: 1e11 }),
        fc.integer({ min: 1, max: 5_000 }),
        (from, width, points) => {
          const { bucketMs, count } = planBuckets({ pump: 'p', from, to: from + width, points });
          expect(count).toBeLessThanOrEqual(points);
          expect(bucketMs * count).toBeGreaterThanOrEqual(width);
          expect(bucketMs * (count - 1)).toBeLessThan(width);
          if (bucketMs > 1) expect(Math.ceil(width / (bucketMs - 1))).toBeGreaterThan(points);
        },
      ),
    );
  });

  it.each([
    { ...query, points: 0 },
    { ...query, points: 5_001 },
    { ...query, points: 1.5 },
    { ...query, to: T0 },
    { ...query, from: Number.NaN },
    { ...query, from: -1 },
  ])('refuses %j', (bad) => {
    expect(() => planBuckets(bad)).toThrow(GatewayError);
  });

  it('keeps extremes, and shows what was not measured as null, never as zero', () => {
    const sums = new BucketSums();
    sums.add({ seq: 0, atMs: T0, state: 'infusing', rateMlH: 10, pressureMmHg: -5 });
    sums.add({ seq: 1, atMs: T0, state: 'infusing', rateMlH: 40 });
    sums.add({ seq: 2, atMs: T0, state: 'infusing' });
    const trend = trendOf(query, planBuckets(query), new Map([[2, sums.summary()]]));
    expect(trend.points.map((point) => point.count)).toEqual([0, 0, 3, 0]);
    expect(trend.points.map((point) => point.at - T0)).toEqual([0, 2_500, 5_000, 7_500]);
    expect(trend.points[2]).toMatchObject({
      min: { rateMlH: 10, pressureMmHg: -5, reservoirMl: null },
      max: { rateMlH: 40, pressureMmHg: -5, reservoirMl: null },
      mean: { rateMlH: 25, pressureMmHg: -5, reservoirMl: null },
    });
    expect(trend.points[0]?.mean.rateMlH).toBeNull();
  });
});

describe('the InfluxQL of a trend', () => {
  it('begins its buckets at `from`', () => {
    expect(trendText({ ...query, from: T0 + 7 })).toContain(`GROUP BY time(2499ms, ${(T0 + 7) % 2499}ms) fill(none)`);
  });

  it('does not let a pump id out of its quotes', () => {
    expect(literal("o'\\'; DROP DATABASE x\n")).toBe("'o\\'\\\\\\'; DROP DATABASE x\\n'");
  });

  it.each([
    [{ error: 'database not found: x' }, 'peer-denied'],
    [{ results: [{ statement_id: 0, error: 'error parsing query' }] }, 'peer-refused'],
    ['<html>', 'peer-unavailable'],
    [{}, 'peer-unavailable'],
  ])('tells from the answer %j that it failed', (answer, code) => {
    expect(() => trendFromAnswer(query, answer)).toThrow(expect.objectContaining({ code }));
  });
});
