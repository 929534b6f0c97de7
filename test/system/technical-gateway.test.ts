import { writeFileSync } from 'node:fs';
import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Alert } from '#model/alert.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { alertsOf, timelineOf } from '#support/gateway-truth.ts';
import { Influxd } from '#support/influxd.ts';
import { SmallDisk } from '#support/small-disk.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();

/** The built-in policy with times that a test can wait for. */
function quickPolicy(path: string): string {
  const { technical, priorities, ...rest } = defaultAlertPolicy;
  const quick = Object.entries(technical).map(([code, rules]) => [code, { ...rules, holdSeconds: 1 }]);
  const policy = {
    ...rest,
    technical: Object.fromEntries(quick),
    priorities: { ...priorities, technical: { ...priorities.technical, clearHoldSeconds: 1 } },
  };
  writeFileSync(path, JSON.stringify(policy));
  return path;
}

const openAlert = async (gateway: GatewayProcess, token: string, code: string): Promise<Alert | undefined> =>
  (await alertsOf(gateway, token, 'open')).find((alert) => alert.code === code);

/** Waits until the condition of the alert has cleared. */
async function untilCleared(gateway: GatewayProcess, token: string, { id, code }: Alert): Promise<void> {
  await until(
    `${code} to clear`,
    async () => {
      const { condition } = await gateway.api<Alert>(token, `/alerts/${id}`);
      return condition === 'cleared';
    },
    30_000,
  );
}

it('an InfluxDB that is killed and lines that nobody hears become technical alerts, and clear when they are back', async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const influxd = await Influxd.start();
  cleanup.defer(() => influxd.close());
  const gateway = await GatewayProcess.start(dir.file('data'), {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: 'infusion',
    INFUSION_SERIAL_PATHS: '/dev/no-such-port',
    INFUSION_POLICY: quickPolicy(dir.file('policy.json')),
  });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  const line = await until('the alert of the line', () => openAlert(gateway, token, 'serial-line'));
  expect(line).toMatchObject({ priority: 'technical', hub: null, pump: null, condition: 'active' });

  const hub = await connectAsync(gateway.mqttUrl);
  cleanup.defer(() => hub.endAsync(true));
  let seq = 0;
  const report = async () => {
    const reading = { seq: seq++, at: clock.wall(), state: 'infusing', rate_ml_h: 5 };
    const body = JSON.stringify({ boot: 'b', readings: [reading] });
    await hub.publishAsync('infusion/v1/hub-1/pump-1/readings', body, { qos: 1 });
  };
  await report();
  expect(await openAlert(gateway, token, 'series-behind')).toBeUndefined();
  await influxd.kill();
  await report();
  const behind = await until('the alert of the series', () => openAlert(gateway, token, 'series-behind'), 30_000);
  expect(behind).toMatchObject({ priority: 'technical', hub: null, pump: null, condition: 'active' });
  await influxd.start();
  await untilCleared(gateway, token, behind);
  const [first] = await timelineOf(gateway, token, behind.id);
  expect(JSON.stringify(first)).toContain('Trends are delayed');
  // The line is still not there.
  expect(await openAlert(gateway, token, 'serial-line')).toMatchObject({ id: line.id, condition: 'active' });
}, 90_000);

it('a disk that is full becomes a technical alert though nothing can be written, and clears with room', async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const disk = cleanup.use(await SmallDisk.inMemory(64));
  const gateway = await GatewayProcess.start(disk.path, { INFUSION_POLICY: quickPolicy(dir.file('policy.json')) });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  disk.fill();
  const low = await until('the alert of the disk', () => openAlert(gateway, token, 'disk-low'), 30_000);
  expect(low).toMatchObject({ priority: 'technical', condition: 'active' });
  disk.free();
  await untilCleared(gateway, token, low);
}, 90_000);
