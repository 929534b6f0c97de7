import type { ReadingRange } from '#simulator/load.ts';
import { Influxd } from '#support/influxd.ts';
import { until } from '#support/until.ts';
import { type Bench, megabytes, milliseconds, type Row, whole } from './bench.ts';
import { BenchGateway } from './gateway.ts';
import { load } from './load-process.ts';

const HUBS = 1_000;
const OFFERED_PER_SECOND = 20_000;
const WARM_MS = 1_000;
const MEASURE_MS = 10_000;
const DATABASE = 'bench';

export const endToEnd: Bench = {
  name: 'end-to-end',
  how:
    `${whole(OFFERED_PER_SECOND)} messages/s of one reading offered by ${whole(HUBS)} hubs for ${MEASURE_MS / 1_000} s, through the ` +
    'journal into a real influxd on the same machine. Every acknowledged reading is then looked for by pump and sequence ' +
    'number in influxd. Catching up is the time from the last PUBACK until the series are no longer behind.',
  run: runEndToEnd,
};

async function runEndToEnd(): Promise<readonly Row[]> {
  const influxd = await Influxd.start();
  try {
    await influxd.query(`CREATE DATABASE ${DATABASE}`);
    await using gateway = await BenchGateway.start({
      INFUSION_INFLUX_URL: influxd.url,
      INFUSION_INFLUX_DATABASE: DATABASE,
    });
    const before = await gateway.residentBytes();
    const figures = await load({
      port: gateway.mqttPort,
      hubs: HUBS,
      readingsPerMessage: 1,
      window: 100,
      messagesPerSecond: OFFERED_PER_SECOND,
      warmMs: WARM_MS,
      measureMs: MEASURE_MS,
    });
    const ended = performance.now();
    await until(
      'the series to be written',
      async () => (await gateway.metric('infusion_series_lag_points')) === 0,
      60_000,
    );
    const catchUpMs = performance.now() - ended;
    const stored = await sequenceNumbers(influxd);
    const lost = figures.acknowledged.reduce((sum, range) => sum + missing(range, stored.get(range.pump)), 0);
    const after = await gateway.residentBytes();
    return [
      ['figure', 'value'],
      ['reached while measured', `${whole(figures.messagesPerSecond)} messages/s`],
      ['PUBACK p50 / p99', `${milliseconds(figures.p50Ms)} / ${milliseconds(figures.p99Ms)}`],
      ['sent', `${whole(figures.sentMessages)} messages`],
      ['acknowledged', `${whole(figures.acknowledgedMessages)} messages`],
      ['in influxd', `${whole(sizes(stored))} readings of ${whole(stored.size)} pumps`],
      ['acknowledged and not in influxd', whole(lost)],
      ['caught up after', `${(catchUpMs / 1_000).toFixed(1)} s`],
      ['resident before / after', `${megabytes(before)} / ${megabytes(after)}`],
    ];
  } finally {
    await influxd.close();
  }
}

/** Of each pump, the numbers of its readings in influxd. A pump of the load has one boot. */
async function sequenceNumbers(influxd: Influxd): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const rows = await influxd.query('SELECT seq FROM pump_reading GROUP BY pump', DATABASE);
  const byPump = new Map<string, Set<number>>();
  for (const row of rows) {
    const pump = String(row['pump']);
    const numbers = byPump.get(pump) ?? new Set<number>();
    byPump.set(pump, numbers.add(Number(row['seq'])));
  }
  return byPump;
}

function missing({ from, to }: ReadingRange, stored: ReadonlySet<number> | undefined): number {
  let count = 0;
  for (let seq = from; seq <= to; seq += 1) if (!stored?.has(seq)) count += 1;
  return count;
}

const sizes = (stored: ReadonlyMap<string, ReadonlySet<number>>): number =>
  [...stored.values()].reduce((sum, numbers) => sum + numbers.size, 0);
