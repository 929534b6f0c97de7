import { RollupStore } from '#journal/rollup-store.ts';
import { wallMs } from '#kernel/time.ts';
import { MINUTE_MS, type MinuteRollup } from '#model/rollup.ts';
import { EmbeddedStore } from '#series/embedded.ts';
import { TempDir } from '#support/temp-dir.ts';
import { type Bench, median, milliseconds, type Row, whole } from './bench.ts';

const PUMPS = 4;
const DAY_MS = 86_400_000;
const DAYS = 365;
const POINTS = 500;
const READINGS_A_MINUTE = 6;
const T0 = 1_740_787_200_000;

export const yearTrend: Bench = {
  name: 'year-trend',
  how: `A year of minutes of ${PUMPS} pumps in the embedded roll-ups; ${POINTS} points of one pump, median of 20 after the first, and the processor time of one.`,
  run: runYearTrend,
};

async function runYearTrend(): Promise<readonly Row[]> {
  using dir = new TempDir();
  const rollups = new RollupStore(dir.file('rollup.db'));
  for (let day = 0; day < DAYS; day += 1) {
    const minutes = Array.from({ length: (PUMPS * DAY_MS) / MINUTE_MS }, (_, i) =>
      minuteOf(`pump-${i % PUMPS}`, T0 + day * DAY_MS + Math.floor(i / PUMPS) * MINUTE_MS),
    );
    rollups.save(minutes, day + 1, wallMs(T0));
  }
  const store = new EmbeddedStore(
    { readingsBetween: () => [] },
    { buckets: (...of) => rollups.buckets(...of), rawFromMs: () => T0 },
  );
  const { signal } = new AbortController();
  const head: Row = ['time shown', 'bucket', 'points with readings', 'first', 'then', 'processor'];
  const rows: Row[] = [head];
  for (const days of [365, 90, 7]) {
    const took: number[] = [];
    const worked: number[] = [];
    let filled = 0;
    let bucketMs = 0;
    for (let round = 0; round <= 20; round += 1) {
      const to = T0 + DAYS * DAY_MS;
      const began = performance.now();
      const cpu = process.cpuUsage();
      const trend = await store.trend(
        { pump: `pump-${round % PUMPS}`, from: to - days * DAY_MS, to, points: POINTS },
        signal,
      );
      took.push(performance.now() - began);
      const { user, system } = process.cpuUsage(cpu);
      worked.push((user + system) / 1_000);
      filled = trend.points.filter(({ count }) => count > 0).length;
      bucketMs = trend.bucketMs;
    }
    const [first, ...rest] = took;
    rows.push([
      `${days} days`,
      `${bucketMs / MINUTE_MS} min`,
      whole(filled),
      milliseconds(first ?? 0),
      milliseconds(median(rest)),
      milliseconds(median(worked)),
    ]);
  }
  rollups.close();
  return rows;
}

function minuteOf(pump: string, minuteMs: number): MinuteRollup {
  const column = (value: number) => ({
    min: value - 1,
    max: value + 1,
    sum: value * READINGS_A_MINUTE,
    measured: READINGS_A_MINUTE,
  });
  const columns = {
    rateMlH: column(7.9),
    programmedRateMlH: column(7.9),
    pressureMmHg: column(31 + ((minuteMs / MINUTE_MS) % 7)),
    pressureLimitMmHg: column(563),
    reservoirMl: column(87.5),
  };
  return { pump, minuteMs, count: READINGS_A_MINUTE, columns };
}
