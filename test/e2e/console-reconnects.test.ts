import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Alert } from '#model/alert.ts';
import { buildConsoleInPlace, launchChromium, openConsole } from '#support/console-browser.ts';
import { ConsoleFleet, occlusionStory } from '#support/console-fleet.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

/** How often the line is cut; CONSOLE_RECONNECTS=200 for a longer run. */
const cuts = Number(process.env['CONSOLE_RECONNECTS'] ?? 12);
const killEvery = Math.max(6, Math.floor(cuts / 4));

/** Keeps the id of every alert event that the page's own stream is given. */
const listen = `globalThis.heardIds = [];
  const ask = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    const answer = await ask(...args);
    if (!String(args[0]).endsWith('/events') || !answer.ok) return answer;
    const [own, copy] = answer.body.tee();
    (async () => {
      let text = '';
      for await (const piece of copy.pipeThrough(new TextDecoderStream())) {
        text += piece;
        for (let end = text.indexOf('\\n\\n'); end >= 0; end = text.indexOf('\\n\\n')) {
          const message = text.slice(0, end);
          text = text.slice(end + 2);
          if (message.includes('event: alert')) globalThis.heardIds.push(Number(/id: (\\d+)/.exec(message)?.[1]));
        }
      }
    })().catch(() => {});
    return new Response(own, { status: answer.status, headers: answer.headers });
  };`;

let browser: Browser;

beforeAll(async () => {
  await buildConsoleInPlace();
  browser = await launchChromium();
}, 60_000);

afterAll(() => browser.close());

test('line cut again and again, gateway killed between: the page is told every event once', {
  timeout: 600_000,
}, async () => {
  const dir = new TempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  const gateway = await GatewayProcess.start(dir.file('data'));
  onTestFinished(() => gateway.stop().then(() => {}));
  const proxy = await TcpProxy.start(gateway.httpPort);
  onTestFinished(() => proxy.close());
  const token = await gateway.token();
  const ask = <T>(path: string, init?: RequestInit) => gateway.api<T>(token, path, init);
  const { stdout } = await gateway.command('user', 'link', '--name', 'Nurse A', '--role', 'nurse');
  const link = stdout.trim().replace(gateway.httpUrl, `http://127.0.0.1:${proxy.port}`);
  const { page } = await openConsole(browser, link, {}, async (fresh) => {
    await fresh.clock.install();
    await fresh.addInitScript(listen);
  });
  onTestFinished(() => page.context().close());
  const live = page.locator('.live[data-live="live"]');
  await live.waitFor();

  const fleet = new ConsoleFleet(occlusionStory('pump-1', 'hub-1', 0.5, null), gateway.mqttUrl, new SystemClock());
  onTestFinished(() => fleet.stop());
  fleet.start();
  const open = async () => (await ask<{ alerts: Alert[] }>('/alerts?state=open&priority=high')).alerts[0];
  const alert = await until('a high alert', open, 40_000);
  await page.locator(`.row[data-alert="${alert.id}"]`).waitFor();

  for (let cut = 1; cut <= cuts; cut += 1) {
    const kill = cut % killEvery === 0;
    if (kill) await gateway.kill();
    proxy.cut();
    await page.locator('.live[data-live="reconnecting"]').waitFor();
    if (kill) await gateway.start();
    // While the page is not there.
    const { version } = await ask<Alert>(`/alerts/${alert.id}`);
    const noted = await ask<Alert>(`/alerts/${alert.id}/note`, {
      method: 'POST',
      body: JSON.stringify({ version, note: `cut ${cut}` }),
    });
    await until(
      'the line to be back',
      async () => {
        await page.clock.fastForward(1_000);
        return (await live.count()) === 1;
      },
      30_000,
    );
    expect(noted.version).toBe(version + 1);
  }
  const { timeline } = await ask<{ timeline: { note: string | null }[] }>(`/alerts/${alert.id}`);
  expect(timeline.filter(({ note }) => note?.startsWith('cut'))).toHaveLength(cuts);
  const heard = () => page.evaluate<number[]>('globalThis.heardIds');
  await expect.poll(async () => new Set(await heard()).size, { timeout: 10_000 }).toBeGreaterThan(cuts);
  const ids = await heard();
  expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => (ids[0] ?? 0) + index));
  await page.goto(`${link.split('/#')[0]}/#/alerts/${alert.id}`);
  await expect.poll(() => page.locator('.timeline-note').count()).toBe(cuts);
});
