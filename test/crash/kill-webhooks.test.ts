import { createServer } from 'node:http';
import { connectAsync } from 'mqtt';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { readingsTopic } from '#codec/topics.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import type { Alert } from '#model/alert.ts';
import { freePort } from '#support/free-port.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

it('kills lose no event of a webhook', async () => {
  using dir = new TempDir();
  const clock = new SystemClock();
  let secret = '';
  const got: { id: string; type: string; alert: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(request.headers['webhook-timestamp']),
        'webhook-signature': String(request.headers['webhook-signature']),
      };
      new Webhook(secret).verify(body, headers);
      const told = JSON.parse(body);
      // Slow, so that a kill finds messages on their way.
      setTimeout(() => {
        got.push({ id, type: told.type, alert: told.data.alert });
        response.writeHead(204).end();
      }, 25);
    });
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const gateway = await GatewayProcess.start(dir.path, { INFUSION_NOTIFY_ALLOW_HOSTS: '127.0.0.1' });
  try {
    const token = await gateway.token();
    const made = await fetch(`${gateway.httpUrl}/api/v1/webhooks/ehr`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-none-match': '*' },
      body: JSON.stringify({ url: `http://127.0.0.1:${port}/`, events: ['opened'] }),
    });
    expect(made.status).toBe(200);
    const webhook: { readonly secret: string } = JSON.parse(await made.text());
    secret = webhook.secret;
    for (let life = 0; life < 3; life += 1) {
      const hub = await connectAsync(gateway.mqttUrl, { clientId: `home-${life}`, reconnectPeriod: 0 });
      hub.on('error', () => {});
      for (let i = 0; i < 8; i += 1) {
        const reading = { seq: 0, at: clock.wall(), state: 'stopped', alarms: ['occlusion-downstream'] };
        hub.publish(
          readingsTopic('home-1', `pump-${life}-${i}`),
          JSON.stringify({ boot: `b${life}`, readings: [reading] }),
          { qos: 1 },
        );
      }
      await clock.sleep(millis(150 + life * 100));
      await gateway.kill();
      hub.end(true);
      await gateway.start();
    }
    const { alerts } = await gateway.api<{ alerts: Alert[] }>(token, '/alerts?state=open');
    expect(alerts.length).toBeGreaterThan(0);
    await until('every alert', () => alerts.every(({ id }) => got.some(({ alert }) => alert === id)), 30_000);
  } finally {
    await gateway.kill();
    server.close();
  }
}, 120_000);
