import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { noTroubles } from '#simulator/device/device-troubles.ts';
import { makeCertificates } from '#support/certificates.ts';
import { DeviceBench } from '#support/device-bench.ts';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { seriesCaughtUp } from '#support/gateway-truth.ts';
import { HubProcess } from '#support/hub-process.ts';
import { pointsPerPump } from '#support/influx-counts.ts';
import { Influxd } from '#support/influxd.ts';
import { readingsIn } from '#support/journal-readings.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { PtyCable } from '#support/pty-cable.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const DATABASE = 'infusion';
const HUB = 'home-7';
/** Of the story: blocked at 3 s, the alarm at 9 s, freed and going on at 15.5 s. */
const SPEED = 10;
const clock = new SystemClock();

interface Alert {
  readonly pump: string;
  readonly code: string;
  readonly condition: string;
}

it('pumps on serial lines, a hub, TLS, a broker, the gateway, InfluxDB and an alert: cable pulled, hub killed, uplink cut, and nothing is lost or doubled', {
  timeout: 150_000,
}, async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const pem = makeCertificates(dir, HUB);
  const tlsPort = await freePort();
  const broker = await Mosquitto.start({
    config: [
      `listener ${tlsPort} 127.0.0.1`,
      ...[`cafile ${pem.ca}`, `certfile ${pem.server.cert}`, `keyfile ${pem.server.key}`],
      ...['require_certificate true', 'use_identity_as_username true'],
    ],
  });
  cleanup.defer(() => broker.close());
  const uplink = await TcpProxy.start(tlsPort);
  cleanup.defer(() => uplink.close());
  const influxd = await Influxd.start();
  cleanup.defer(() => influxd.close());
  const gateway = await GatewayProcess.start(dir.file('gateway'), {
    INFUSION_MQTT_URL: broker.url,
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: DATABASE,
  });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  const alerts = async (state: 'open' | 'closed'): Promise<Alert[]> =>
    (await gateway.api<{ alerts: Alert[] }>(token, `/alerts?state=${state}`)).alerts;

  const cable = new PtyCable(dir.file('pump'), dir.file('line'));
  cleanup.defer(() => cable.pull());
  await cable.plug();
  const alaris = new DeviceBench('alaris-asena', SPEED);
  cleanup.defer(() => alaris.unplug());
  await alaris.onTerminal(cable.ends[0]);
  // Three more, on lines that are worse.
  const troubled = {
    ...noTroubles,
    silentPct: 5,
    tornPct: 5,
    noisePct: 10,
    flippedPct: 5,
    slowPct: 5,
    slow: millis(700),
  };
  const others = [
    { id: 'pump-b', protocol: 'ne1000', device: new DeviceBench('ne1000', SPEED, troubled) },
    { id: 'pump-c', protocol: 'terumo-te', device: new DeviceBench('terumo-te', SPEED, troubled) },
    { id: 'pump-d', protocol: 'ne1000-safe', device: new DeviceBench('ne1000-safe', SPEED, troubled) },
  ] as const;
  for (const { device } of others) cleanup.defer(() => device.unplug());
  const config = dir.file('hub.json');
  writeFileSync(
    config,
    JSON.stringify({
      hub: HUB,
      dataDir: dir.file('hub'),
      uplink: {
        url: `mqtts://127.0.0.1:${uplink.port}`,
        ...{ caFile: pem.ca, certFile: pem.client.cert, keyFile: pem.client.key },
      },
      pumps: [
        { id: 'pump-a', protocol: 'alaris-asena', port: cable.ends[1] },
        ...(await Promise.all(
          others.map(async ({ id, protocol, device }) => ({
            ...{ id, protocol, port: `tcp://127.0.0.1:${await device.onTcp()}` },
            ...(protocol === 'ne1000-safe' && { askInSafeMode: true }),
          })),
        )),
      ],
    }),
  );
  const hub = new HubProcess(config);
  expect(hub.check()).toContain('pump-a, pump-b, pump-c, pump-d');
  const firstBoot = await hub.start();
  cleanup.defer(() => hub.kill());

  const alert = await until(
    'the occlusion to become an alert',
    async () => (await alerts('open')).find(({ pump, code }) => pump === 'pump-a' && code === 'occlusion-downstream'),
    40_000,
  );
  expect(alert.condition).toBe('active');
  expect(hub.memory().now).toBeLessThan(100e6);

  // The uplink is gone, then the power: what this boot could not send goes out after it, under its name.
  uplink.refuse();
  await clock.sleep(millis(2_500));
  await hub.kill();
  const secondBoot = await hub.start();
  await clock.sleep(millis(2_500));
  uplink.mend();
  const seenBoots = async (pump: string): Promise<Set<string>> => {
    const { readings } = await gateway.api<{ readings: { boot: string }[] }>(
      token,
      `/readings?pump=${pump}&limit=1000`,
    );
    return new Set(readings.map(({ boot }) => boot));
  };
  await until('readings of the second boot', async () => (await seenBoots('pump-a')).has(secondBoot), 40_000);
  expect(await seenBoots('pump-a')).toEqual(new Set([firstBoot, secondBoot]));

  // The cable is pulled, and put back.
  const readings = () =>
    [...readingsIn(dir.file('hub/journal.db')).keys()].filter((key) => key.startsWith('pump-a')).length;
  await alaris.unplug();
  await cable.pull();
  await until('the hub to notice', () => /"pump":"pump-a","state":"(?:down|silent)"/.test(hub.errors), 20_000);
  const before = readings();
  await cable.plug();
  await alaris.onTerminal(cable.ends[0]);
  await until('readings to go on', () => readings() > before, 40_000);

  // The line of the pump was freed long ago: the alarm is over.
  await until(
    'the alarm to be over',
    async () =>
      [...(await alerts('open')), ...(await alerts('closed'))].some(
        ({ pump, code, condition }) => pump === 'pump-a' && code === 'occlusion-downstream' && condition !== 'active',
      ),
    40_000,
  );
  for (const device of [alaris, ...others.map((other) => other.device)]) await device.unplug();
  const journals = () => [readingsIn(dir.file('hub/journal.db')), readingsIn(dir.file('gateway/journal.db'))] as const;
  await until(
    'all that was kept to arrive',
    () => {
      const [kept, got] = journals();
      return got.size === kept.size;
    },
    40_000,
  );
  await hub.stop();

  // What the hub kept is what the gateway has, to the letter.
  const [kept, got] = journals();
  expect(got).toEqual(kept);
  expect(kept.size).toBeGreaterThan(12);
  const { quarantine } = await gateway.api<{ quarantine: unknown[] }>(token, '/quarantine');
  expect(quarantine).toEqual([]);
  await seriesCaughtUp(gateway, token, 60_000);
  const points = await pointsPerPump(influxd, DATABASE, 'pump_reading', 'seq');
  expect([...points.values()].reduce((sum, count) => sum + count, 0)).toBe(kept.size);
  // Every figure of the troubled lines is one that the pump showed: rates of the story, and nothing from a broken answer.
  for (const wire of kept.values()) expect([0, 60, undefined]).toContain(JSON.parse(wire).rate_ml_h);

  for (const { heard } of [alaris, ...others.map(({ device }) => device)]) {
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.filter((each) => each.kind === 'frame' && each.acts)).toEqual([]);
  }
});
