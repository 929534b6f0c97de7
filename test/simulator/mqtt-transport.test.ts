import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom, systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Hub } from '#simulator/hub.ts';
import type { HubEvent } from '#simulator/hub-options.ts';
import { seededUuid } from '#simulator/seeds.ts';
import { findServer } from '#support/find-server.ts';
import { freePort } from '#support/free-port.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { until } from '#support/until.ts';
import { MqttTransport, type MqttTransportOptions } from '#uplink/mqtt-transport.ts';

interface Seen {
  readonly topic: string;
  readonly body: { state?: string; boot: string; readings?: { seq: number }[] };
}

describe('a hub on a real broker', () => {
  let broker: Mosquitto;
  let watcher: MqttClient;
  let seen: Seen[];
  const open: Hub[] = [];

  beforeEach(async () => {
    broker = await Mosquitto.start();
    seen = [];
    await watch();
  });

  afterEach(async () => {
    for (const hub of open.splice(0)) hub.cut();
    await watcher.endAsync(true);
    await broker.close();
  });

  const watch = async () => {
    watcher = await connectAsync(broker.url, { protocolVersion: 4 });
    watcher.on('message', (topic, payload) => seen.push({ topic, body: JSON.parse(payload.toString()) }));
    await watcher.subscribeAsync('infusion/v1/#', { qos: 1 });
  };

  const twin = (options: Partial<MqttTransportOptions> = {}) => {
    const events: HubEvent[] = [];
    const random = seededRandom(1);
    const hub = new Hub({
      id: 'h1',
      firmware: 'twin',
      pumps: [{ id: 'p1' }],
      transport: new MqttTransport({ url: broker.url, ...options }),
      clock: new SystemClock(),
      random: systemRandom,
      newBoot: () => seededUuid(random),
      ackTimeout: millis(1_000),
      onEvent: (event) => events.push(event),
    });
    open.push(hub);
    return { hub, events };
  };
  const states = () => seen.filter(({ topic }) => topic === 'infusion/v1/h1/status').map(({ body }) => body.state);
  const seqs = () => [...new Set(seen.flatMap(({ body }) => body.readings ?? []).map(({ seq }) => seq))];

  it('comes online, reports, answers, and leaves politely', async () => {
    const { hub } = twin();
    hub.start();
    for (let i = 0; i < 1_100; i += 1) hub.record('p1', { state: 'infusing', rateMlH: 5, alarms: [] });
    await until('all readings to be acknowledged', () => hub.waiting === 0 && seqs().length === 1_100);
    expect(seqs()).toEqual(Array.from({ length: 1_100 }, (_, i) => i));
    const count = seen.length;
    const command = { type: 'resend', pump: 'p1', boot: hub.boot, from: 10, to: 12 };
    await watcher.publishAsync('infusion/v1/h1/command', JSON.stringify(command), { qos: 1 });
    await watcher.publishAsync('infusion/v1/h1/command', JSON.stringify({ type: 'ping', id: 'a' }), { qos: 1 });
    await until('the answers', () => seen.slice(count).filter(({ topic }) => !topic.endsWith('command')).length === 2);
    const again = seen.slice(count).find(({ body }) => body.readings);
    expect(again?.body.readings?.map(({ seq }) => seq)).toEqual([10, 11, 12]);
    await hub.stop();
    await until('the farewell', () => states().at(-1) === 'offline');
    expect(states()).toEqual(['online', 'online', 'offline']);
  });

  it('is buried by its will when cut, and comes back with what it kept', async () => {
    const { hub } = twin();
    hub.start();
    await until('online', () => hub.online);
    hub.cut();
    await until('the will', () => states().at(-1) === 'offline');
    for (let i = 0; i < 30; i += 1) hub.record('p1', { state: 'infusing' });
    hub.start();
    await until('the backlog', () => seqs().length === 30 && hub.waiting === 0);
    expect(states()).toEqual(['online', 'offline', 'online']);
  });

  it('survives a broker that is killed and started again, and loses nothing', async () => {
    const { hub } = twin();
    hub.start();
    await until('online', () => hub.online);
    for (let i = 0; i < 10; i += 1) hub.record('p1', { state: 'infusing' });
    await until('acknowledged', () => hub.waiting === 0);
    await watcher.endAsync(true);
    await broker.kill();
    await until('the loss to be noticed', () => !hub.online);
    for (let i = 0; i < 10; i += 1) hub.record('p1', { state: 'infusing' });
    await broker.start();
    await watch();
    await until('acknowledged again', () => hub.online && hub.waiting === 0);
    await until('all of the second ten', () => seqs().filter((seq) => seq >= 10).length === 10);
  });

  it('gives up a link that is open but silent', async () => {
    const proxy = await TcpProxy.start(broker.port);
    try {
      const { hub, events } = twin({ url: `mqtt://127.0.0.1:${proxy.port}` });
      hub.start();
      await until('online', () => hub.online);
      proxy.freeze();
      hub.record('p1', { state: 'infusing' });
      await until('the link to be given up', () => !hub.online);
      expect(events.at(-1)).toMatchObject({ kind: 'offline', reason: 'no acknowledgement in time' });
      proxy.mend();
      await until('the reading to arrive', () => hub.waiting === 0 && seqs().length === 1);
    } finally {
      await proxy.close();
    }
  });

  it('tells why it cannot connect', async () => {
    const { hub, events } = twin({ url: `mqtt://127.0.0.1:${await freePort()}` });
    hub.start();
    await until('two tries', () => events.length >= 2);
    expect(events[0]).toMatchObject({ kind: 'cannot-connect', reason: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('a broker that asks for a password', () => {
  it('lets the right one in and not the wrong one', async () => {
    const broker = await Mosquitto.start();
    await broker.stop();
    const file = broker.dir.file('passwords');
    writeFileSync(file, '');
    const made = spawn(findServer('mosquitto_passwd'), ['-b', file, 'h1', 'right'], { stdio: 'ignore' });
    await once(made, 'exit');
    const closed = await Mosquitto.start({ anonymous: false, config: [`password_file ${file}`] });
    try {
      const request = {
        clientId: 'h1',
        will: { topic: 'infusion/v1/h1/status', payload: '{}' },
        subscribe: 'infusion/v1/h1/command',
        onMessage: () => {},
        onLost: () => {},
      };
      const as = (password: string) => new MqttTransport({ url: closed.url, username: 'h1', password }).open(request);
      await expect(as('wrong')).rejects.toThrow(/Not authorized/);
      const link = await as('right');
      await link.publish('infusion/v1/h1/status', '{}', true);
      await link.close();
    } finally {
      await closed.close();
      await broker.close();
    }
  });
});
