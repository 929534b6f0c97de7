import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import type { UnseenMinutes } from '#model/gaps.ts';
import { MINUTE_MS } from '#model/rollup.ts';
import type { Trend } from '#model/trend.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const DAY_MS = 86_400_000;
const DATABASE = 'infusion';
const now = Math.floor(new SystemClock().wall() / MINUTE_MS) * MINUTE_MS;

let dir: TempDir;
let influxd: Influxd;
let gateway: GatewayProcess;
beforeEach(async () => {
  dir = new TempDir();
  influxd = await Influxd.start();
  gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: DATABASE,
  });
});
afterEach(async () => {
  await gateway.stop();
  await influxd.close();
  dir[Symbol.dispose]();
});

it('the gateway makes its database, keeps minutes for years, and tells what it has not seen', async () => {
  // A reading a minute for half an hour a hundred days ago, and for half an hour up to now with ten minutes lost.
  const minutes = [
    ...Array.from({ length: 30 }, (_, i) => now - 100 * DAY_MS + i * MINUTE_MS),
    ...Array.from({ length: 30 }, (_, i) => now - (60 - i) * MINUTE_MS),
  ];
  const readings = minutes
    .map((at, seq) => ({ seq, at, state: 'infusing', rate_ml_h: 5, pressure_mmhg: 40 + seq, pressure_limit_mmhg: 563 }))
    .filter(({ seq }) => seq < 40 || seq >= 50);
  const hub = await connectAsync(gateway.mqttUrl);
  await hub.publishAsync('infusion/v1/hub-1/pump-1/readings', JSON.stringify({ boot: 'b', readings }), { qos: 1 });
  await hub.endAsync();

  const count = async (what: string): Promise<unknown> => (await influxd.query(what, DATABASE))[0]?.['count'];
  // What is older than thirty days is in the minutes only.
  await until('the recent readings', async () => (await count('SELECT count(seq) FROM pump_reading')) === 20);
  await until(
    'all minutes',
    async () => (await count('SELECT count(readings) FROM minutes.pump_minute')) === 50,
    40_000,
  );
  expect(await count('SELECT count(pressure_share) FROM pump_occlusion')).toBe(20);

  const token = await gateway.token();
  const trend = await gateway.api<Trend>(token, `/pumps/pump-1/trend?from=${now - 200 * DAY_MS}&to=${now}&points=400`);
  expect(trend.points.reduce((sum, point) => sum + point.count, 0)).toBe(50);
  expect(Math.max(...trend.points.map((point) => point.max.pressureMmHg ?? 0))).toBe(40 + 59);

  const { gaps } = await gateway.api<{ gaps: UnseenMinutes[] }>(token, `/gaps?from=${now - 60 * MINUTE_MS}&to=${now}`);
  expect(gaps).toMatchObject([
    { pump: 'pump-1', from: now - 50 * MINUTE_MS, minutes: 10, cause: 'lost', missingReadings: 10 },
    { from: now - 30 * MINUTE_MS, minutes: 30, cause: 'not-delivered', missingReadings: null },
  ]);

  await influxd.query('CREATE DATABASE again');
  const { stdout } = await gateway.command('replay', '--into', 'influx', '--target', 'again', '--json');
  expect(JSON.parse(stdout)).toEqual({ lines: 100, minutes: 50 });
  const recent = `WHERE time > ${now - DAY_MS}ms`;
  for (const name of ['pump_reading', 'pump_occlusion', 'minutes"."pump_minute']) {
    expect(await influxd.query(`SELECT * FROM "${name}" ${recent}`, 'again')).toEqual(
      await influxd.query(`SELECT * FROM "${name}" ${recent}`, DATABASE),
    );
  }
}, 90_000);
