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
    'journal into a real influxd on the same machine. Every acknowledged reading is then looked for, pump by pump, in influxd. ' +
    'Catching up is the time from the last PUBACK until influxd holds all.',
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
    const inInflux = await until('the readings in influxd', () => count(influxd, figures.acknowledgedMessages), 60_000);
    const catchUpMs = performance.now() - ended;
    const after = await gateway.residentBytes();
    return [
      ['figure', 'value'],
      ['reached while measured', `${whole(figures.messagesPerSecond)} messages/s`],
      ['PUBACK p50 / p99', `${milliseconds(figures.p50Ms)} / ${milliseconds(figures.p99Ms)}`],
      ['sent', `${whole(figures.sentMessages)} messages`],
      ['acknowledged', `${whole(figures.acknowledgedMessages)} messages`],
      ['in influxd', `${whole(inInflux.readings)} readings of ${whole(inInflux.pumps)} pumps`],
      ['lost after PUBACK', whole(figures.acknowledgedMessages - inInflux.readings)],
      ['caught up after', `${(catchUpMs / 1_000).toFixed(1)} s`],
      ['resident before / after', `${megabytes(before)} / ${megabytes(after)}`],
    ];
  } finally {
    await influxd.close();
  }
}

/** Readings in influxd, counted by pump; undefined while there are fewer than were acknowledged. */
async function count(influxd: Influxd, wanted: number): Promise<{ pumps: number; readings: number } | undefined> {
  const rows = await influxd.query('SELECT count(seq) AS readings FROM pump_reading GROUP BY pump', DATABASE);
  const readings = rows.reduce((sum, row) => sum + Number(row['readings']), 0);
  return readings < wanted ? undefined : { pumps: rows.length, readings };
}
