import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DeviceBench } from '#support/device-bench.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { alertsOf } from '#support/gateway-truth.ts';
import { HubProcess } from '#support/hub-process.ts';
import { readingsIn } from '#support/journal-readings.ts';
import { PtyCable } from '#support/pty-cable.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

/** Of the story: blocked at 3 s, the alarm at 9 s. */
const SPEED = 10;

it('a hub on a serial line to the gateway: cable pulled, hub and gateway killed, and nothing is lost or doubled', {
  timeout: 120_000,
}, async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const cable = new PtyCable(dir.file('hub-end'), dir.file('gateway-end'));
  cleanup.defer(() => cable.pull());
  await cable.plug();
  const gateway = await GatewayProcess.start(dir.file('gateway'), { INFUSION_SERIAL_PATHS: cable.ends[1] });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  const pump = new DeviceBench('alaris-asena', SPEED);
  cleanup.defer(() => pump.unplug());
  const config = dir.file('hub.json');
  writeFileSync(
    config,
    JSON.stringify({
      hub: 'home-8',
      dataDir: dir.file('hub'),
      uplink: { url: `serial:${cable.ends[0]}?baud=115200` },
      pumps: [{ id: 'pump-a', protocol: 'alaris-asena', port: `tcp://127.0.0.1:${await pump.onTcp()}` }],
    }),
  );
  const hub = new HubProcess(config);
  cleanup.defer(() => hub.kill());
  const firstBoot = await hub.start();
  const kept = () => readingsIn(dir.file('hub/journal.db'));
  const got = () => readingsIn(dir.file('gateway/journal.db'));
  await until('the first readings over the line', () => got().size > 0, 30_000);

  // Nobody answers at the far end: what the hub writes into the line must not count as sent when its power goes.
  await gateway.kill();
  const before = kept().size;
  await until('readings without an answer', () => kept().size > before, 30_000);
  await hub.kill();
  await cable.pull();
  await gateway.start();
  await cable.plug();
  const secondBoot = await hub.start();

  await until(
    'the occlusion to become an alert',
    async () => (await alertsOf(gateway, token, 'open')).some(({ code }) => code === 'occlusion-downstream'),
    40_000,
  );
  await pump.unplug();
  await until('all that was kept to arrive', () => got().size === kept().size, 40_000);
  await hub.stop();
  expect(got()).toEqual(kept());
  const boots = new Set([...kept().keys()].map((identity) => identity.split(' ')[1]));
  expect(boots).toEqual(new Set([firstBoot, secondBoot]));
  const { quarantine } = await gateway.api<{ quarantine: unknown[] }>(token, '/quarantine');
  expect(quarantine).toEqual([]);
});
