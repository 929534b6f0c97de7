import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { silentLogger } from '#kernel/log.ts';
import { days, minutes, seconds, wallMs } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { AlertEvent } from '#model/alert.ts';
import { GuardedRequests } from '#notify/channels/guarded-request.ts';
import { WebhookDeliverer } from '#notify/webhooks/deliverer.ts';
import { WebhookSubscriptions } from '#notify/webhooks/subscriptions.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const cipher = { seal: (text: string) => text, open: (text: string) => text };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

interface Receiver {
  readonly url: string;
  readonly ids: string[];
  readonly bodies: string[];
  secret: string;
  /** What it answers; null for nothing at all. */
  status: number | null;
  /** Whether what was signed at another time is refused; not where days of virtual time pass. */
  checksTime: boolean;
}

async function receiver(): Promise<Receiver> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      const headers = Object.fromEntries(
        ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(request.headers[name])]),
      );
      const webhook = new Webhook(one.secret);
      if (one.checksTime) webhook.verify(body, headers);
      else {
        const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
        expect(headers['webhook-signature']).toBe(webhook.sign(headers['webhook-id'] ?? '', at, body));
      }
      one.ids.push(headers['webhook-id'] ?? '');
      one.bodies.push(body);
      if (one.status !== null) response.writeHead(one.status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const one: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    ids: [],
    bodies: [],
    secret: '',
    status: 200,
    checksTime: true,
  };
  return one;
}

function room(allowHosts = ['127.0.0.1']) {
  const clock = new VirtualClock(wallMs(Date.now()));
  const folder = new TempDir();
  undo.push(() => folder[Symbol.dispose]());
  const path = join(folder.path, 'state.db');
  const events: { position: number; event: AlertEvent }[] = [];
  const open = () => {
    const store = new SqliteStateStore(path);
    const subscriptions = new WebhookSubscriptions(store, clock, cipher);
    const requests = new GuardedRequests({ allowHosts });
    const deliverer = new WebhookDeliverer({
      subscriptions,
      eventsAfter: async (position, limit) => events.filter((row) => row.position > position).slice(0, limit),
      sees: (agency, alert) => alert.hub === agency,
      requests,
      clock,
      random: () => 0,
      log: silentLogger,
    });
    undo.push(() => {
      deliverer.stop();
      requests.close();
      store.close();
    });
    return { subscriptions, deliverer };
  };
  const happen = (kind: AlertEvent['kind'], hub = 'hub-1') => {
    const after = { ...sampleAlert, hub };
    const event = { alert: after.id, kind, at: clock.wall(), by: null, reason: '', cause: null, note: null, after };
    events.push({ position: events.length + 1, event });
  };
  return { clock, open, happen };
}

const input = (url: string, agency: string | null = null) => ({ url, agency, events: ['opened', 'closed'] as const });
const first = { person: 'boss', version: 0, position: 0 };

test('a receiver verifies what it asked for, and learns of no patient and no pump', async () => {
  const { open, happen } = room();
  const { subscriptions, deliverer } = open();
  const to = await receiver();
  to.secret = subscriptions.put('a', input(to.url, 'hub-1'), first).secret ?? '';
  happen('opened');
  happen('paged');
  happen('opened', 'hub-2');
  happen('closed');
  deliverer.wake();
  await until('the webhook', () => subscriptions.progress('a')?.position === 4);
  expect(to.ids).toEqual(['msg_a_1', 'msg_a_4']);
  expect(Object.keys(JSON.parse(to.bodies[0] ?? '').data)).toEqual(
    expect.arrayContaining(['alert', 'priority', 'state', 'version']),
  );
  expect(to.bodies.join()).not.toMatch(new RegExp([sampleAlert.patient, sampleAlert.pump].join('|')));
});

test.each([500, 302, 404, null])(
  'an answer of %s is tried again under the same id, and no other waits for it',
  async (status) => {
    const { clock, open, happen } = room();
    const { subscriptions, deliverer } = open();
    const [bad, good] = [await receiver(), await receiver()];
    bad.status = status;
    bad.secret = subscriptions.put('bad', input(bad.url), first).secret ?? '';
    good.secret = subscriptions.put('good', input(good.url), first).secret ?? '';
    happen('opened');
    happen('closed');
    deliverer.wake();
    await until('the webhook', () => good.ids.length === 2 && bad.ids.length === 1);
    if (status === null) await clock.advance(seconds(15));
    await until('the webhook', () => subscriptions.get('bad')?.state === 'retrying');
    bad.status = 200;
    await clock.advance(seconds(5));
    await until('the webhook', () => subscriptions.get('bad')?.state === 'active' && bad.ids.length === 3);
    expect(bad.ids).toEqual(['msg_bad_1', 'msg_bad_1', 'msg_bad_2']);
  },
);

test('what a gateway that died had not been told has arrived is sent again by the next', async () => {
  const { open, happen } = room();
  const dead = open();
  const to = await receiver();
  to.status = null;
  to.secret = dead.subscriptions.put('a', input(to.url), first).secret ?? '';
  happen('opened');
  happen('closed');
  dead.deliverer.wake();
  await until('the webhook', () => to.ids.length === 1);
  to.status = 200;
  dead.deliverer.stop();
  open().deliverer.wake();
  await until('the webhook', () => to.ids.length === 3);
  expect(to.ids).toEqual(['msg_a_1', 'msg_a_1', 'msg_a_2']);
});

test('after long failure it rests, then is disabled; writing it again goes on where it stopped', async () => {
  const { clock, open, happen } = room();
  const { subscriptions, deliverer } = open();
  const to = await receiver();
  to.checksTime = false;
  to.status = 503;
  to.secret = subscriptions.put('a', input(to.url), first).secret ?? '';
  happen('opened');
  deliverer.wake();
  const states = new Set<string>();
  const isWaiting = () => clock.pending().some((timer) => timer.name === 'webhook-retry');
  const end = clock.wall() + days(4);
  while (clock.wall() < end && !states.has('disabled')) {
    await until('the next try', () => isWaiting() || subscriptions.get('a')?.state === 'disabled');
    states.add(subscriptions.get('a')?.state ?? '');
    await clock.advance(minutes(60));
  }
  expect([...states]).toEqual(['retrying', 'resting', 'disabled']);
  to.status = 200;
  subscriptions.put('a', input(to.url), { ...first, version: 1 });
  deliverer.changed('a');
  await until(
    'the webhook',
    () => subscriptions.get('a')?.state === 'active' && subscriptions.progress('a')?.position === 1,
  );
});

test('410 disables at once, and an address inside our network is never called', async () => {
  const { open, happen } = room();
  const { subscriptions, deliverer } = open();
  const to = await receiver();
  to.status = 410;
  to.secret = subscriptions.put('a', input(to.url), first).secret ?? '';
  happen('opened');
  deliverer.wake();
  await until('the webhook', () => subscriptions.get('a')?.state === 'disabled');
  const closed = room([]);
  const guarded = closed.open();
  guarded.subscriptions.put('b', input(to.url), first);
  closed.happen('opened');
  guarded.deliverer.wake();
  await until('the webhook', () => guarded.subscriptions.get('b')?.state === 'retrying');
  expect(to.ids).toEqual(['msg_a_1']);
});
