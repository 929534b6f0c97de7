import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { Trend } from '#model/trend.ts';
import { lineOf } from '#support/chart-pixels.ts';
import { buildConsoleInPlace, launchChromium, openConsole } from '#support/console-browser.ts';
import { ConsoleFleet, limitMmHg, occlusionStory } from '#support/console-fleet.ts';
import { DemoProcess, isThere } from '#support/demo-process.ts';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const nurse = 'Nurse A';
const high = '.row[data-priority="high"]';
let browser: Browser;

beforeAll(async () => {
  await buildConsoleInPlace();
  browser = await launchChromium();
}, 60_000);

afterAll(() => browser.close());

/** The default policy, but a high condition counts as cleared after 3 s away. */
function quickPolicy(dir: TempDir): string {
  const { priorities } = defaultAlertPolicy;
  const quick = { ...priorities, high: { ...priorities.high, clearHoldSeconds: 3 } };
  const path = dir.file('policy.json');
  writeFileSync(path, JSON.stringify({ ...defaultAlertPolicy, version: 'quick-1', priorities: quick }));
  return path;
}

/** A real gateway, and the console of it in a real browser, signed in by a link of the command line. */
async function wardWith(prepare?: (page: Page) => Promise<void>) {
  const dir = new TempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  const gateway = await GatewayProcess.start(dir.file('data'), { INFUSION_POLICY: quickPolicy(dir) });
  onTestFinished(async () => {
    await gateway.stop();
  });
  const token = await gateway.token();
  const { stdout: link } = await gateway.command('user', 'link', '--name', nurse, '--role', 'nurse');
  const { page, faults } = await openConsole(browser, link.trim(), {}, prepare);
  onTestFinished(() => page.context().close());
  await page.locator('.live[data-live="live"]').waitFor();
  const ask = <T>(path: string, init?: RequestInit) => gateway.api<T>(token, path, init);
  return { gateway, page, faults, ask };
}

/** Counts the sounds that go round and round. */
const countSounds = `globalThis.sounding = 0;
  for (const [name, step] of [['start', 1], ['stop', -1]]) {
    const own = AudioBufferSourceNode.prototype[name];
    AudioBufferSourceNode.prototype[name] = function (...args) { if (this.loop) globalThis.sounding += step; return own.apply(this, args); };
  }`;

function fleetOf(gateway: GatewayProcess, ...story: Parameters<typeof occlusionStory>): ConsoleFleet {
  const fleet = new ConsoleFleet(occlusionStory(...story), gateway.mqttUrl, clock);
  onTestFinished(() => fleet.stop());
  return fleet;
}

test('an occlusion, from the pump to the nurse and back', { timeout: 90_000 }, async () => {
  const { gateway, page, faults, ask } = await wardWith((fresh) => fresh.addInitScript(countSounds).then(() => {}));
  await page.getByRole('button', { name: 'Start shift' }).click();
  await page.getByRole('button', { name: 'I heard it' }).click({ timeout: 15_000 });
  const fleet = fleetOf(gateway, 'pump-01', 'hub-01', 3, 13);
  fleet.start();

  await page.locator(high).getByText('Line blocked').waitFor({ timeout: 20_000 });
  expect(fleet.msSinceOcclusionSent()).toBeLessThan(2_000);
  await expect.poll(() => page.evaluate<number>('globalThis.sounding'), { timeout: 1_000 }).toBe(1);

  await page.locator(`${high} .row-open`).click();
  await page.locator('figure[aria-busy="false"] .u-over').first().waitFor();
  const curve = await lineOf(page, 'pressure', 'chart-pressure');
  const limit = (await lineOf(page, 'pressure', 'chart-reference')).filter((top) => top !== null).sort((a, b) => a - b);
  const drawn = curve.filter((top) => top !== null);
  const peak = drawn.indexOf(Math.min(...drawn));
  expect(drawn[0]).toBeGreaterThan(0.8);
  expect(drawn[peak]).toBeLessThan(limit[Math.floor(limit.length / 2)] ?? 0);
  // A curve to read, not a stroke: the rise from a tenth of the height to the peak is many pixels wide.
  expect(peak - drawn.findLastIndex((top, column) => column < peak && top > 0.9)).toBeGreaterThan(20);

  const [alert] = (await ask<{ alerts: Alert[] }>('/alerts?state=open&priority=high')).alerts;
  if (alert === undefined) throw new Error('The API has no open high alert.');
  const { points } = await ask<Trend>(
    `/pumps/pump-01/trend?from=${alert.since - 60_000}&to=${alert.since + 1_000}&points=61`,
  );
  const pressures = points.map((point) => point.max.pressureMmHg).filter((value) => value !== null);
  expect(pressures[0]).toBeLessThan(40);
  expect(Math.max(...pressures)).toBeGreaterThan(limitMmHg);

  await page.locator('.detail .take').click();
  await page.locator('.detail .holder').getByText('You have it').waitFor();
  await page.locator('.timeline').getByText(`Taken by ${nurse}`).waitFor();
  expect(await ask<Alert>(`/alerts/${alert.id}`)).toMatchObject({ acknowledgedBy: nurse, response: 'acknowledged' });

  await page.locator('.detail-kind').getByText('Clearing').waitFor();
  await page.locator('.detail-kind').getByText('Cleared').waitFor();
  await page.getByRole('button', { name: 'Kinked line' }).click();
  await page.locator('.detail').getByText('Closed as: kinked line').waitFor();
  expect(await page.locator(high).count()).toBe(0);
  expect(await ask<Alert>(`/alerts/${alert.id}`)).toMatchObject({ state: 'closed', outcome: 'kinked-line' });

  const { services } = await ask<{ services: ServiceRecord[] }>('/services');
  expect(services.filter((service) => service.alert === alert.id).map(({ action }) => action)).toEqual([
    'acknowledged',
    'closed',
  ]);
  const inside = { kind: 'remote-monitoring', covered: true, bundled: true, separatelyPayable: false };
  for (const service of services.filter((one) => one.alert === alert.id)) {
    expect(service).toMatchObject({ ...inside, alert: alert.id, pump: 'pump-01', performer: nurse });
  }
  expect(faults).toEqual([]);
});

test('a gateway killed under an open page: the loss shows, and nothing is missed', { timeout: 90_000 }, async () => {
  const { gateway, page, faults, ask } = await wardWith((fresh) => fresh.clock.install());
  const fleet = fleetOf(gateway, 'pump-01', 'hub-01', 0.5, null);
  fleet.start();
  await page.locator('.pump').getByText('Infusing').waitFor();

  await gateway.kill();
  await page.locator('.live[data-live="reconnecting"]').waitFor();
  await page.clock.fastForward(21_000);
  await page.locator('.stale-bar').getByText('This screen is not live.').waitFor();
  expect(await page.locator('.live').textContent()).toContain('Not live');
  await fleet.alarmed;
  expect(await page.locator('.row').count()).toBe(0);

  await gateway.start();
  const openHigh = async () => (await ask<{ alerts: Alert[] }>('/alerts?state=open&priority=high')).alerts[0];
  // The hub waits longer after each vain try to connect: up to 16 s by now.
  const alert = await until('the alert of the time without a gateway', openHigh, 30_000);
  const taken = { method: 'POST', body: JSON.stringify({ version: alert.version }) };
  await ask<Alert>(`/alerts/${alert.id}/ack`, taken);

  await page.clock.fastForward(9_000);
  await page.locator('.live[data-live="live"]').waitFor();
  expect(await page.locator('.stale-bar').count()).toBe(0);
  await page.locator(high).getByText('test admin has it').waitFor();
  await page.locator(`${high} .row-open`).click();
  await page.locator('.timeline').getByText('Taken by test admin').waitFor();
  const { timeline } = await ask<{ timeline: AlertEvent[] }>(`/alerts/${alert.id}`);
  const kinds = timeline.map(({ kind }) => kind);
  expect([kinds[0], kinds.at(-1)]).toEqual(['opened', 'acknowledged']);
  expect(await page.locator('.timeline li').count()).toBe(timeline.length);
  expect(faults).toEqual([]);
});

test('npm run demo: the link signs in, and Ctrl-C leaves nothing behind', { timeout: 60_000 }, async () => {
  using dir = new TempDir();
  const httpPort = await freePort();
  await using demo = new DemoProcess({ httpPort, mqttPort: await freePort(), tempDir: dir.path });
  const { page, faults } = await openConsole(browser, await demo.link());
  await expect.poll(() => page.locator('.pump').count(), { timeout: 20_000 }).toBe(6);
  expect(await page.locator('.who').textContent()).toContain('Demo nurse');
  expect(page.url()).not.toContain('link=');
  expect(faults).toEqual([]);
  await page.context().close();

  const children = demo.children();
  expect(children).toHaveLength(2);
  expect(await demo.interrupt()).toBe(0);
  expect(children.filter(isThere)).toEqual([]);
  expect(readdirSync(dir.path)).toEqual([]);
});

test.each(['httpPort', 'mqttPort'] as const)('npm run demo says plainly that its %s is in use', async (taken) => {
  using dir = new TempDir();
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const free = { httpPort: await freePort(), mqttPort: await freePort() };
  await using demo = new DemoProcess({ ...free, [taken]: address.port, tempDir: dir.path });
  expect(await demo.ended()).not.toBe(0);
  expect(demo.said).toContain(`127.0.0.1:${address.port}`);
  expect(demo.said).toContain('is taken by another program');
  expect(demo.said).not.toMatch(/^ +at /m);
  expect(demo.said).not.toContain('What happens');
  expect(readdirSync(dir.path)).toEqual([]);
});
