import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import type { HubDirectory } from '#intake/link-identities.ts';
import { MqttServer } from '#intake/mqtt-server.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { findServer } from '#support/find-server.ts';
import { reading } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { until } from '#support/until.ts';

const run = promisify(execFile);
const noHubs: HubDirectory = {
  ofCertificate: () => null,
  ofPassword: async () => null,
  stillValid: () => true,
  mayCarry: () => true,
};

const clock = new SystemClock();
const READINGS = 'infusion/v1/hub-1/pump-1/readings';
const payload = (...seqs: number[]): string =>
  JSON.stringify({ boot: 'boot-1', readings: seqs.map((seq) => reading(seq)) });
const status = (state: string): string => JSON.stringify({ state, boot: 'boot-1', at: clock.wall() });

let disk: HeldJournal;
let admission: Admission;
let server: MqttServer;
let port: number;
let clients: RawMqtt[];

async function start(enrolment: 'open' | 'closed' = 'open'): Promise<void> {
  disk = new HeldJournal();
  admission = new Admission(disk, clock, () => {});
  server = new MqttServer(admission, clock, silentLogger, {
    host: '127.0.0.1',
    port: 0,
    enrolment,
    hubs: { ...noHubs, ofPassword: async (hub, password) => (password === 'right' ? { hub } : null) },
  });
  port = await server.listen();
}

beforeEach(async () => {
  clients = [];
  await start();
});
afterEach(async () => {
  for (const client of clients) client.cut();
  disk.held = false;
  disk.release();
  await server.close();
});

async function client(): Promise<RawMqtt> {
  const raw = await RawMqtt.open(port);
  clients.push(raw);
  return raw;
}

async function connected(id: string, will?: { topic: string; payload: string }): Promise<RawMqtt> {
  const raw = await client();
  raw.connect(id, will ? { will } : {});
  expect(await raw.next('connack')).toMatchObject({ returnCode: 0 });
  return raw;
}

const stored = (): string[] =>
  disk.journal
    .readAfter(0, 1_000)
    .map((entry) =>
      entry.kind === 'reading'
        ? `${entry.pump}/${entry.reading.seq}`
        : `${entry.hub} ${entry.status.state} ${entry.cause}`,
    );
const quarantined = (): string[] => disk.journal.quarantinePage(0, 1_000).quarantine.map(({ code }) => code);

describe('acknowledged means stored', () => {
  it('holds the PUBACK until the commit, and pipelines', async () => {
    const hub = await connected('hub-1');
    disk.held = true;
    hub.together(() => {
      for (let seq = 0; seq < 40; seq += 1) hub.publish(READINGS, payload(seq), { id: seq + 1 });
    });
    await until(
      'all to arrive',
      () => disk.batches.reduce((sum, size) => sum + size, 0) + admission.waitingMessages === 40,
    );
    expect(hub.received).toEqual([]);
    disk.held = false;
    disk.release();
    for (let seq = 0; seq < 40; seq += 1) await hub.next('puback');
    expect(stored()).toHaveLength(40);
    expect(disk.batches.length).toBeLessThan(10);
  });

  it('sends no PUBACK and closes the link when the disk refuses, and takes nobody in until it is well', async () => {
    const hub = await connected('hub-1');
    disk.broken = true;
    hub.publish(READINGS, payload(0));
    await hub.closed;
    expect(hub.received).toEqual([]);
    const again = await client();
    again.connect('hub-1');
    expect(await again.next('connack')).toMatchObject({ returnCode: 3 });
    disk.broken = false;
    await until('the disk to be well', () => admission.problem === null);
    const third = await connected('hub-1');
    third.publish(READINGS, payload(0), { dup: true });
    await third.next('puback');
    expect(stored()).toEqual(['pump-1/0']);
  });

  it('stores QoS 0 without an answer, and QoS 2 once, before its PUBREC', async () => {
    const hub = await connected('hub-1');
    hub.publish(READINGS, payload(0), { qos: 0 });
    await until('one entry', () => stored().length === 1);
    disk.held = true;
    hub.publish(READINGS, payload(1), { qos: 2, id: 9 });
    await until('the second batch', () => disk.batches.length === 2);
    expect(hub.received).toEqual([]);
    disk.held = false;
    disk.release();
    expect(await hub.next('pubrec')).toMatchObject({ messageId: 9 });
    hub.publish(READINGS, payload(1), { qos: 2, id: 9, dup: true });
    expect(await hub.next('pubrec')).toMatchObject({ messageId: 9 });
    hub.send({ cmd: 'pubrel', messageId: 9 });
    expect(await hub.next('pubcomp')).toMatchObject({ messageId: 9 });
    expect(stored()).toEqual(['pump-1/0', 'pump-1/1']);
  });

  it('acknowledges what it refused, once that is in quarantine, and shows it to nobody', async () => {
    const watcher = await connected('rig');
    watcher.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'infusion/v1/#', qos: 1 }] });
    await watcher.next('suback');
    const hub = await connected('hub-1');
    hub.publish(READINGS, 'rubbish', { id: 1 });
    hub.publish('infusion/v1/bad hub/status', status('online'), { id: 2, retain: true });
    hub.publish(READINGS, payload(0), { id: 3, retain: true });
    for (const messageId of [1, 2, 3]) expect(await hub.next('puback')).toMatchObject({ messageId });
    expect(await watcher.next('publish')).toMatchObject({ topic: READINGS, payload: Buffer.from(payload(0)) });
    expect(quarantined()).toEqual(['not-json', 'bad-hub-id']);
    const late = await connected('late rig');
    late.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'infusion/v1/#', qos: 1 }] });
    await late.next('suback');
    hub.publish('infusion/v1/hub-1/status', status('online'), { id: 4, retain: true });
    expect(await late.next('publish')).toMatchObject({ topic: 'infusion/v1/hub-1/status' });
  });
});

describe('refused', () => {
  it('an MQTT 5 client, in a form it can read', async () => {
    const raw = await client();
    raw.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'v5', clean: true, keepalive: 0 });
    await raw.closed;
    expect(raw.bytes).toEqual(Buffer.of(0x20, 0x03, 0x00, 0x84, 0x00));
    const { stderr, code } = await run(findServer('mosquitto_pub'), [
      ...['-h', '127.0.0.1', '-p', String(port), '-V', '5', '-t', READINGS, '-m', payload(0), '-q', '1'],
    ]).then(
      () => ({ stderr: '', code: 0 }),
      (error: { stderr: string; code: number }) => error,
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/protocol version/i);
  });

  it.each(['infusion/v1/hub-1/command', 'infusion/v1/hub-1/pump-1/other', 'elsewhere', '$SYS/x'])(
    'publishing to %s closes the link and is on record',
    async (topic) => {
      const hub = await connected('hub-1');
      hub.publish(topic, payload(0));
      await hub.closed;
      expect(hub.received).toEqual([]);
      expect(quarantined()).toEqual(['forbidden-topic']);
    },
  );

  it('a packet over the limit, by its announcement', async () => {
    const hub = await connected('hub-1');
    hub.publish(READINGS, 'x'.repeat(300 * 1024));
    await hub.closed;
    await until('the refusal', () => quarantined().length === 1);
    expect(disk.journal.quarantinePage(0, 1).quarantine[0]).toMatchObject({
      code: 'message-too-large',
      hub: 'hub-1',
      topic: READINGS,
    });
  });

  it('subscriptions outside our prefix, while others on the link go on', async () => {
    const rig = await connected('rig');
    rig.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: ['#', '$SYS/#', '+/v1/#', 'infusion/v1/#'].map((topic) => ({ topic, qos: 0 as const })),
    });
    expect(await rig.next('suback')).toMatchObject({ granted: [128, 128, 128, 0] });
  });

  it('a will that is not a status of a hub', async () => {
    const raw = await client();
    raw.connect('hub-1', { will: { topic: READINGS, payload: payload(0) } });
    expect(await raw.next('connack')).toMatchObject({ returnCode: 5 });
    await until('the refusal', () => quarantined().includes('forbidden-topic'));
  });

  it('under closed enrolment: no credentials, wrong ones, another hub’s topics, will and commands', async () => {
    await server.close();
    await start('closed');
    const none = await client();
    none.connect('x');
    expect(await none.next('connack')).toMatchObject({ returnCode: 5 });
    const connectAs = async (will?: string): Promise<RawMqtt> => {
      const raw = await client();
      raw.send({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: 'c',
        clean: true,
        keepalive: 0,
        username: 'hub-a',
        password: Buffer.from('right'),
        ...(will !== undefined && { will: { topic: will, payload: Buffer.from('{}'), qos: 1, retain: true } }),
      });
      return raw;
    };
    const foreignWill = await connectAs('infusion/v1/hub-b/status');
    expect(await foreignWill.next('connack')).toMatchObject({ returnCode: 5 });
    const hub = await connectAs('infusion/v1/hub-a/status');
    expect(await hub.next('connack')).toMatchObject({ returnCode: 0 });
    hub.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: ['infusion/v1/hub-a/command', 'infusion/v1/hub-b/command', 'infusion/v1/#'].map((topic) => ({
        topic,
        qos: 1 as const,
      })),
    });
    expect(await hub.next('suback')).toMatchObject({ granted: [1, 128, 128] });
    hub.publish('infusion/v1/hub-b/pump-1/readings', payload(0));
    await hub.closed;
    expect(stored()).toEqual([]);
    expect(quarantined().filter((code) => code === 'forbidden-topic')).toHaveLength(2);
  });
});

describe('last wills', () => {
  const will = { topic: 'infusion/v1/hub-1/status', payload: status('offline') };

  it('darken the hub when its link breaks, and not after a polite goodbye', async () => {
    const hub = await connected('hub-1', will);
    hub.cut();
    await until('one entry', () => stored().length === 1);
    expect(stored()).toEqual(['hub-1 offline link-lost']);
    const polite = await connected('hub-1', will);
    polite.send({ cmd: 'disconnect' });
    await polite.closed;
    const probe = await connected('probe');
    probe.publish(READINGS, payload(0));
    await probe.next('puback');
    expect(stored()).toEqual(['hub-1 offline link-lost', 'pump-1/0']);
  });

  it('do not darken a hub that another live link carries', async () => {
    const first = await connected('hub-1 old link', will);
    await connected('hub-1 new link', will);
    first.cut();
    await until('one connection', () => server.stats.connections === 1);
    const taken = await connected('third', will);
    await connected('third', will);
    await taken.closed;
    const probe = await connected('probe');
    probe.publish(READINGS, payload(0));
    await probe.next('puback');
    expect(stored()).toEqual(['pump-1/0']);
  });
});

describe('nobody harms the others', () => {
  it('a frozen subscriber is cut, and pumps go on being acknowledged meanwhile', async () => {
    const frozen = await connected('frozen rig');
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'infusion/v1/#', qos: 1 }] });
    await frozen.next('suback');
    frozen.freeze();
    const hub = await connected('hub-1');
    const filler = 'x'.repeat(100_000);
    for (let seq = 0; seq < 120; seq += 1) {
      const body = JSON.stringify({ boot: 'boot-1', readings: [reading(seq, { filler })] });
      hub.publish(READINGS, body, { id: seq + 1 });
      await hub.next('puback');
    }
    await until('the frozen one to be cut', () => server.stats.connections === 1);
    expect(stored()).toHaveLength(120);
  });

  it('a client that sends half a packet and stops holds up nobody', async () => {
    const half = await client();
    half.write(Buffer.of(0x10, 0x20, 0x00));
    const hub = await connected('hub-1');
    hub.publish(READINGS, payload(0));
    await hub.next('puback');
  });
});

it('mosquitto_pub and mosquitto_sub work as they are', async () => {
  const at = ['-h', '127.0.0.1', '-p', String(port), '-q', '1'];
  let heard: string | undefined;
  const watching = run(findServer('mosquitto_sub'), [...at, '-t', 'infusion/v1/#', '-C', '1', '-W', '10']).then(
    ({ stdout }) => {
      heard = stdout;
    },
  );
  let sent = 0;
  while (heard === undefined) {
    await run(findServer('mosquitto_pub'), [...at, '-t', READINGS, '-m', payload(sent)]);
    sent += 1;
  }
  await watching;
  expect(heard).toContain('"seq"');
  expect(stored()).toEqual(Array.from({ length: sent }, (_, seq) => `pump-1/${seq}`));
});

it('acknowledges what it has read before it closes, and reads no more', async () => {
  const hub = await connected('hub-1');
  const silent = await client();
  disk.held = true;
  hub.publish(READINGS, payload(0), { id: 1 });
  await until('the message', () => disk.batches.length === 1);
  const closing = server.close();
  hub.publish(READINGS, payload(1), { id: 2 });
  disk.held = false;
  disk.release();
  await closing;
  await Promise.all([hub.closed, silent.closed]);
  expect(hub.received).toMatchObject([{ cmd: 'puback', messageId: 1 }]);
  expect(stored()).toEqual(['pump-1/0']);
});

it('says plainly that the port is taken', async () => {
  const second = new MqttServer(admission, clock, silentLogger, {
    host: '127.0.0.1',
    port,
    enrolment: 'open',
    hubs: noHubs,
  });
  await expect(second.listen()).rejects.toMatchObject({ code: 'port-in-use' });
  await second.close();
});
