import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Trend, TrendPoint } from '#model/trend.ts';
import { trendOf } from '#support/console-story.ts';
import { chartData, gapAfterMs, gapsOf, shifted, shiftFor } from '../../dashboards/nurse/src/chart/series.ts';
import { rateText, tableRows, tableStepMs, trendSummary } from '../../dashboards/nurse/src/chart/summary.ts';
import { bucketsOf, fromFirst, longest, rangeFor, ranges, windowOf } from '../../dashboards/nurse/src/chart/window.ts';

const nothing = {
  rateMlH: null,
  programmedRateMlH: null,
  pressureMmHg: null,
  pressureLimitMmHg: null,
  reservoirMl: null,
};

/** A trend of buckets as wide as given: a number is a rate measured in it, null an empty bucket. */
function trend(bucketMs: number, rates: readonly (number | null)[]): Trend {
  const points = rates.map((rate, index): TrendPoint => {
    const values = { ...nothing, rateMlH: rate };
    return { at: index * bucketMs, min: values, max: values, mean: values, count: rate === null ? 0 : 1 };
  });
  return { pump: 'p', from: 0, to: rates.length * bucketMs, bucketMs, points };
}

test('buckets finer than the beat of the pump do not break the line', () => {
  const data = chartData(trend(10_000, [1, null, null, 2, null, null, 3]));
  expect(data.rateMean).toEqual([1, 2, 3]);
  expect(data.at).toEqual([5_000, 35_000, 65_000]);
  expect(data.gaps).toEqual([]);
});

test('silence past the limit breaks the line and is a gap from the last reading to the next', () => {
  const data = chartData(trend(60_000, [1, null, null, 2]));
  expect(data.rateMean).toEqual([1, null, null, 2]);
  expect(data.gaps).toEqual([{ from: 60_000, to: 180_000 }]);
});

test('nothing at the beginning or the end of the window is a gap too', () => {
  expect(gapsOf(trend(60_000, [null, null, 1, null, null]))).toEqual([
    { from: 0, to: 120_000 },
    { from: 180_000, to: 300_000 },
  ]);
});

test('a value the pump did not measure is a hole, never a zero', () => {
  const data = chartData(trend(60_000, [1, 2]));
  expect(data.pressureMean).toEqual([null, null]);
});

test('no line ever joins two readings across a gap, and no reading is lost', () => {
  const cell = fc.option(fc.integer({ min: 1, max: 9 }), { freq: 2 });
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(10_000, 30_000, 60_000, 180_000),
      (rates, width) => {
        const data = chartData(trend(width, rates));
        expect(data.rateMean.filter((value) => value !== null)).toEqual(rates.filter((rate) => rate !== null));
        for (const [index, at] of data.at.entries()) {
          const before = data.at[index - 1];
          if (before === undefined || data.rateMean[index] === null || data.rateMean[index - 1] === null) continue;
          expect(at - before).toBeLessThanOrEqual(gapAfterMs + width);
          expect(data.gaps.some((gap) => gap.from >= before && gap.to <= at)).toBe(false);
        }
      },
    ),
  );
});

test('extremes survive down-sampling into the band', () => {
  const values = (rate: number) => ({ ...nothing, rateMlH: rate });
  const point: TrendPoint = { at: 0, min: values(0), max: values(40), mean: values(5), count: 60 };
  const data = chartData({ pump: 'p', from: 0, to: 600_000, bucketMs: 600_000, points: [point] });
  expect([data.rateMin, data.rateMean, data.rateMax]).toEqual([[0], [5], [40]]);
});

const told = Date.UTC(2026, 2, 10, 12);
const hour = 3_600_000;

test('the summary says in words what the curves show', () => {
  const day = trendOf('pump-03', told - 24 * hour, told, 480, told);
  if (day === null) throw new Error('the story has no pump-03');
  const text = trendSummary(day, told, 'UTC');
  expect(text).toContain('From 9 Mar 12:00 to 12:00.');
  expect(text).toMatch(/Rate 0 to 5\.\d\d mL\/h, last 0 of 5\.00 programmed\./);
  expect(text).toMatch(/last 53\d, 10[12] % of the limit\./);
  expect(text).toMatch(/No data 02:(48|51) to 04:24\./);
  expect(trendSummary(trend(60_000, [null, null]), told, 'UTC')).toContain('Rate not measured.');
});

test('the table holds every reading once, newest first, and says where there was none', () => {
  const day = trendOf('pump-03', told - 24 * hour, told, 480, told);
  if (day === null) throw new Error('the story has no pump-03');
  const rows = tableRows(day, tableStepMs(day));
  expect(rows).toHaveLength(24);
  expect(rows[0]?.to).toBe(told);
  expect(rows.reduce((sum, row) => sum + row.readings, 0)).toBe(
    day.points.reduce((sum, point) => sum + point.count, 0),
  );
  expect(rows.filter((row) => row.readings === 0).every((row) => row.rate === null)).toBe(true);
});

test('rates show the digits of a pump', () => {
  expect([0, 0.842, 4.987, 24.06, 125.4].map(rateText)).toEqual(['0', '0.84', '4.99', '24.1', '125']);
});

test('a hub whose clock is visibly off has its curve moved onto the clock of the gateway', () => {
  expect([null, undefined, 0, 59_999, -59_999].map(shiftFor)).toEqual([0, 0, 0, 0, 0]);
  // The hub is ten minutes behind: what it dates 12:00 was measured at 12:10.
  expect(shiftFor(-600_000)).toBe(600_000);
  const moved = shifted(trend(60_000, [1, null, null, 2]), 600_000);
  expect(moved.points.map((point) => point.at)).toEqual([600_000, 660_000, 720_000, 780_000]);
  expect(gapsOf(moved)).toEqual([{ from: 660_000, to: 780_000 }]);
  expect(moved.to - moved.from).toBe(240_000);
});

test('the table of a short span has steps of seconds, and none holds more than two dozen', () => {
  const rows = tableRows(
    trend(
      1_000,
      Array.from({ length: 45 }, () => 1),
    ),
    10_000,
  );
  expect(rows.map(({ from, to }) => [from, to])[4]).toEqual([0, 5_000]);
  expect(rows.map((row) => row.readings)).toEqual([10, 10, 10, 10, 5]);
  const steps = [45_000, 15 * 60_000, hour, 6 * hour, 24 * hour].map((to) => tableStepMs({ ...trend(1_000, []), to }));
  expect(steps).toEqual([10_000, 60_000, 300_000, 900_000, hour]);
});

const minute = 60_000;
const [quarter, oneHour, sixHours] = ranges;

test('the window reaches past an alert but never past the present', () => {
  expect(windowOf(longest, null, told)).toEqual({ from: told - 24 * hour, to: told });
  const about = (since: number) => ({ since, until: null });
  expect(windowOf(sixHours, about(told - hour), told)).toEqual({ from: told - 6 * hour, to: told });
  expect(windowOf(sixHours, about(told - 10 * hour), told)).toEqual({ from: told - 12 * hour, to: told - 6 * hour });
});

test('an alert begins with the shortest range that shows it until now, or its end, and what led to it', () => {
  const rangeOf = (ago: number, endedAgo: number | null = null) =>
    rangeFor({ since: told - ago, until: endedAgo === null ? null : told - endedAgo }, null, told).minutes;
  expect([0, 10 * minute, 11 * minute, 40 * minute, 4 * hour, 5 * hour, 90 * hour].map((ago) => rangeOf(ago))).toEqual([
    15, 15, 60, 60, 360, 1_440, 1_440,
  ]);
  expect(rangeOf(90 * hour, 90 * hour - 5 * minute)).toBe(15);
});

test('a pump begins with the shortest range that holds its data', () => {
  const rangeOf = (firstAgo: number | null) => rangeFor(null, firstAgo === null ? null : told - firstAgo, told).minutes;
  expect([null, 0, 15 * minute, 16 * minute, 2 * hour, 7 * hour, 90 * hour].map(rangeOf)).toEqual([
    1_440, 15, 15, 60, 360, 1_440, 1_440,
  ]);
});

test('the head of a window is cut only where no data was before it, and a minute stays', () => {
  const window = { from: told - 15 * minute, to: told };
  expect(fromFirst(window, null)).toEqual(window);
  expect(fromFirst(window, told - hour)).toEqual(window);
  expect(fromFirst(window, told + 1)).toEqual(window);
  expect(fromFirst(window, told - 25_000)).toEqual({ from: told - minute, to: told });
  expect(fromFirst(window, told - 10 * minute)).toEqual({ from: told - 10.3 * minute, to: told });
  expect(fromFirst(window, window.from + 1)).toEqual(window);
});

test('every reading of a pump that reports each two seconds has a bucket of its own', () => {
  for (const length of [minute, 5 * minute, 15 * minute]) {
    const buckets = bucketsOf(quarter, { from: told - length, to: told });
    expect(length / buckets).toBeLessThanOrEqual(2_000);
  }
  expect(bucketsOf(oneHour, { from: told - hour, to: told })).toBe(480);
});
