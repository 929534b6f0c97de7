import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { readingsTopic } from '#codec/topics.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import type { Alert } from '#model/alert.ts';
import type { Delivery } from '#model/paging.ts';
import { messageId } from '#notify/message-maker.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { putNurseOnCall } from '#support/nurse-on-call.ts';
import { ProviderServer } from '#support/provider-server.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const KILLS = Number(process.env['NOTIFY_KILLS'] ?? 3);
const ALERTS_PER_LIFE = 8;
const SEED = Number(process.env['NOTIFY_SEED'] ?? 1);

it(
  `${KILLS} kills at random moments lose no page, and repeat each message once a kill at most`,
  async () => {
    using dir = new TempDir();
    const clock = new SystemClock();
    const random = seededRandom(SEED);
    const provider = await ProviderServer.start();
    provider.body = '{}';
    putNurseOnCall(dir.file('on-call.db'), 'Ana', `${provider.url}/ana`, clock);
    // How often each message was taken in each life of the gateway.
    let life = 0;
    const taken = new Map<string, number[]>();
    provider.onTake = ({ headers }) => {
      const id = String(headers['webhook-id']).replace('msg_', '');
      const lives = taken.get(id) ?? [];
      lives[life] = (lives[life] ?? 0) + 1;
      taken.set(id, lives);
    };
    const gateway = await GatewayProcess.start(dir.path, { INFUSION_NOTIFY_ALLOW_HOSTS: '127.0.0.1' });
    try {
      const token = await gateway.token();
      for (; life < KILLS; life += 1) {
        // A provider that is unwell now and then.
        provider.answer = random() < 0.3 ? 'later' : 'take';
        const hub = await connectAsync(gateway.mqttUrl, { clientId: `home-${life}`, reconnectPeriod: 0 });
        hub.on('error', () => {});
        const killAfter = millis(Math.floor(random() * 400));
        for (let i = 0; i < ALERTS_PER_LIFE; i += 1) {
          const reading = { seq: 0, at: clock.wall(), state: 'stopped', alarms: ['occlusion-downstream'] };
          const payload = JSON.stringify({ boot: `b${life}`, readings: [reading] });
          hub.publish(readingsTopic('home-1', `pump-${life}-${i}`), payload, { qos: 1 });
        }
        await clock.sleep(killAfter);
        await gateway.kill();
        hub.end(true);
        await gateway.start();
      }
      provider.answer = 'take';
      const { alerts } = await until('the alerts', () => gateway.api<{ alerts: Alert[] }>(token, '/alerts?state=open'));
      expect(alerts.length).toBeGreaterThan(0);
      // Asked one by one and each until it is done: a caller may make only so many calls in a time.
      const pages: Delivery[] = [];
      const waiting = alerts.map(({ id }) => id);
      await until(
        'every page to be taken',
        async () => {
          for (let id = waiting[0]; id !== undefined; id = waiting[0]) {
            const { deliveries } = await gateway.api<{ deliveries: Delivery[] }>(token, `/alerts/${id}`);
            const own = deliveries.filter(({ kind, channel }) => kind === 'page' && channel === 'webhook');
            const delivered = own.filter(({ state }) => state === 'delivered');
            // A page that could not be delivered before its next step was due gives way to the page of that step.
            const ended = own.every(({ state }) => state === 'delivered' || state === 'expired');
            if (delivered.length === 0 || !ended) return false;
            pages.push(...delivered);
            waiting.shift();
          }
          return true;
        },
        90_000 + KILLS * 1_000,
      );
      for (const { key } of pages) {
        const lives = taken.get(messageId(key)) ?? [];
        expect(
          lives.reduce((sum, n) => sum + (n ?? 0), 0),
          key,
        ).toBeGreaterThan(0);
        for (const times of lives) expect(times ?? 0, key).toBeLessThanOrEqual(1);
      }
      const repeats = [...taken.values()].filter((lives) => lives.reduce((sum, n) => sum + (n ?? 0), 0) > 1).length;
      expect(repeats).toBeLessThanOrEqual(KILLS * ALERTS_PER_LIFE);
    } finally {
      await gateway.kill();
      await provider.stop();
    }
  },
  60_000 + KILLS * 30_000,
);
