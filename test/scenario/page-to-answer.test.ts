import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { readingsTopic } from '#codec/topics.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Alert } from '#model/alert.ts';
import type { Delivery } from '#model/paging.ts';
import { Access } from '#registry/access.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { linkIn, SmtpSink } from '#support/smtp-sink.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const tokenIn = (link: string): string => new URLSearchParams(new URL(link).hash.slice(1)).get('t') ?? '';

it('a mail arrives, its link takes the alert by one tap, and the escalation stops', async () => {
  const dir = new TempDir();
  undo.push(() => dir[Symbol.dispose]());
  const smtp = await SmtpSink.start();
  undo.push(() => smtp.stop());
  const gateway = await GatewayProcess.start(dir.path, (httpUrl) => ({
    INFUSION_PUBLIC_URL: httpUrl,
    INFUSION_AGENCY: 'Elm',
    INFUSION_SMTP_URL: smtp.url,
    INFUSION_SMTP_FROM: 'pages@elm.example',
  }));
  const publicUrl = gateway.httpUrl;
  undo.push(() => gateway.kill());
  const post = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`${publicUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return JSON.parse(await response.text());
  };

  // A supervisor sets up who is on call; Ana confirms that mail reaches her.
  const admin = await gateway.token('admin');
  const store = new SqliteStateStore(dir.file('access.db'));
  await new Access(store, new SystemClock()).addUser('Ana', 'nurse', null);
  store.close();
  const rotation = {
    id: 'all',
    agency: null,
    role: 'primary',
    zone: 'America/New_York',
    from: '2026-01-01',
    at: '07:00',
    until: null,
    turnDays: 1,
    people: ['Ana'],
  };
  await gateway.api(admin, '/on-call/rotations/all', { method: 'PUT', body: JSON.stringify(rotation) });
  const point = await gateway.api<{ id: string }>(admin, '/staff/Ana/contacts', {
    method: 'POST',
    body: JSON.stringify({ channel: 'email', address: 'ana@elm.example' }),
  });
  expect(await gateway.api(admin, `/staff/Ana/contacts/${point.id}/test`, { method: 'POST', body: '{}' })).toEqual({
    sent: true,
    problem: null,
  });
  const test = await until('the test page', () => smtp.mails[0]);
  expect(await post('/replies', { token: tokenIn(linkIn(test)), answer: 'confirm' })).toEqual({ result: 'done' });

  // A pump alarm comes in.
  const hub = await connectAsync(gateway.mqttUrl, { clientId: 'home-7' });
  undo.push(() => hub.endAsync(true));
  const boards: string[] = [];
  hub.on('message', (topic, payload) => void boards.push(`${topic} ${payload.toString()}`));
  await hub.subscribeAsync('infusion/v1/home-7/alert', { qos: 1 });
  const clock = new SystemClock();
  const reading = { seq: 0, at: clock.wall(), state: 'infusing', rate_ml_h: 9, alarms: ['occlusion-downstream'] };
  await hub.publishAsync(readingsTopic('home-7', 'pump-a'), JSON.stringify({ boot: 'b1', readings: [reading] }), {
    qos: 1,
  });

  const mail = await until('the page', () => smtp.mails[1]);
  expect(mail.to).toEqual(['ana@elm.example']);
  expect(mail.text).toMatch(/Subject: HIGH alert [0-9A-Z]{4} \d\d:\d\d Elm/);
  expect(mail.text).not.toMatch(/home-7|pump-a|occlusion/i);

  // A scanner follows the link first: nothing happens.
  const link = linkIn(mail);
  expect((await fetch(link)).status).toBe(200);
  const token = tokenIn(link);
  const view = await post<{ kind: string; state: string; version: number; usable: boolean }>('/replies/view', {
    token,
  });
  expect(view).toMatchObject({ kind: 'answer', state: 'waiting', usable: true });

  // One tap.
  expect(await post('/replies', { token, answer: 'take', version: view.version })).toEqual({ result: 'done' });
  expect(await post('/replies', { token, answer: 'take', version: view.version })).toEqual({ result: 'too-old' });
  const { alerts } = await gateway.api<{ alerts: Alert[] }>(admin, '/alerts?state=open');
  expect(alerts[0]).toMatchObject({ response: 'acknowledged', acknowledgedBy: 'Ana', nextStepAt: null });
  const detail = await until('the reply on record', async () => {
    const found = await gateway.api<Alert & { deliveries: Delivery[] }>(admin, `/alerts/${alerts[0]?.id}`);
    return found.deliveries.some(({ state }) => state === 'replied') && found;
  });
  expect(detail.deliveries.filter(({ recipient, kind }) => recipient === 'Ana' && kind === 'page')).toEqual([
    expect.objectContaining({ channel: 'email', state: 'replied', tries: 1 }),
  ]);
  await until('the home hub to be told', () => boards.some((line) => line.includes('nurse-has-it')));
}, 90_000);
