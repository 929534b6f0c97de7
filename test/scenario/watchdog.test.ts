import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { SmtpSink } from '#support/smtp-sink.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { WatchdogProcess } from '#support/watchdog-process.ts';
import defaultPolicy from '../../gateway/alerts/default-policy.json' with { type: 'json' };

/** A real gateway, a real watchdog beside it, and the mail server of the watchdog. */

const HUB = 'dog';
const secret = 'a secret that is long enough for both of them';
let dir: TempDir;
let sink: SmtpSink;
let port: number;
let undo: (() => Promise<unknown>)[];
beforeEach(async () => {
  dir = new TempDir();
  sink = await SmtpSink.start();
  port = await freePort();
  undo = [() => sink.stop()];
});
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  dir[Symbol.dispose]();
});

async function startGateway(variables: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(dir.file('data'), {
    INFUSION_WATCHDOG_URL: `http://127.0.0.1:${port}`,
    INFUSION_WATCHDOG_SECRET: secret,
    INFUSION_WATCHDOG_CANARY_HUB: HUB,
    INFUSION_LOG_LEVEL: 'silent',
    ...variables,
  });
  undo.push(() => gateway.stop());
  return gateway;
}

async function startWatchdog(variables: Readonly<Record<string, string>>): Promise<void> {
  const watchdog = await WatchdogProcess.start({
    INFUSION_WATCHDOG_PORT: String(port),
    INFUSION_WATCHDOG_SECRET: secret,
    INFUSION_WATCHDOG_TO: 'email:ops@example.org',
    INFUSION_SMTP_URL: sink.url,
    INFUSION_SMTP_FROM: 'watchdog@example.org',
    ...variables,
  });
  undo.push(() => watchdog.stop());
}

const mailThat = (says: string) =>
  until(`the mail ${says}`, () => sink.mails.some(({ text }) => text.includes(says)), 60_000);
const canary = (mqttUrl: string) => ({
  INFUSION_WATCHDOG_CANARY_HUB: HUB,
  INFUSION_WATCHDOG_CANARY_MQTT_URL: mqttUrl,
  INFUSION_WATCHDOG_CANARY_SECONDS: '6',
});

it('a synthetic alarm goes all the way round and comes to no person', async () => {
  const gateway = await startGateway();
  await startWatchdog(canary(gateway.mqttUrl));
  const token = await gateway.token();
  type Told = { readonly pump: string; readonly state: string };
  const told = () => gateway.api<{ readonly readings: readonly Told[] }>(token, '/readings');
  // The watchdog lets a pump rest at once when its alarm has come back, else with the next.
  await until(
    'two alarms to have come back',
    async () => {
      const { readings } = await told();
      const rested = readings.filter(({ state }) => state === 'off').map(({ pump }) => pump);
      return ['dog-1', 'dog-2'].every((pump) => rested.includes(pump));
    },
    60_000,
  );
  expect(await gateway.api(token, '/alerts')).toMatchObject({ alerts: [] });
  expect(await gateway.api(token, '/hubs')).toEqual({ hubs: [] });
  expect(await gateway.api(token, '/pumps')).toEqual({ pumps: [] });
  expect(await gateway.api(token, '/services')).toMatchObject({ services: [] });
  expect(await gateway.api(token, `/alarm-load?from=0&to=${2 ** 42}`)).toMatchObject({ alerts: 0 });
  expect(sink.mails).toEqual([]);
}, 90_000);

it('a gateway that takes alarms and tells nobody is paged for', async () => {
  const { steps, ...rest } = defaultPolicy.escalation.high;
  const late = { ...rest, steps: steps.map((step) => ({ ...step, afterSeconds: step.afterSeconds + 3_600 })) };
  const policy = { ...defaultPolicy, escalation: { ...defaultPolicy.escalation, high: late } };
  writeFileSync(dir.file('policy.json'), JSON.stringify(policy));
  const gateway = await startGateway({ INFUSION_POLICY: dir.file('policy.json') });
  await startWatchdog(canary(gateway.mqttUrl));
  await mailThat('GATEWAY-LOST');
}, 90_000);

it('so is one whose broker takes no alarms', async () => {
  await startGateway();
  await startWatchdog(canary(`mqtt://127.0.0.1:${await freePort()}`));
  await mailThat('GATEWAY-LOST');
}, 90_000);

it('so is one that is stopped, and the end of it is told', async () => {
  const gateway = await startGateway();
  await startWatchdog({ INFUSION_WATCHDOG_SILENCE_SECONDS: '35' });
  expect(sink.mails).toEqual([]);
  process.kill(gateway.pid ?? 0, 'SIGSTOP');
  try {
    await mailThat('GATEWAY-DOWN');
  } finally {
    process.kill(gateway.pid ?? 0, 'SIGCONT');
  }
  await until('the mail that it is over', () => sink.mails.length > 1, 60_000);
}, 150_000);
