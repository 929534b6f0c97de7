import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import { MqttLink } from '#intake/mqtt-link.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { reading } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const topic = (pump: number): string => `infusion/v1/hub-1/pump-${pump}/readings`;
const payload = (seq: number): string => JSON.stringify({ boot: 'boot-1', readings: [reading(seq)] });

let broker: Mosquitto;
let disk: HeldJournal;
let admission: Admission;
let links: MqttLink[];

beforeEach(async () => {
  broker = await Mosquitto.start({ config: ['max_inflight_messages 20', 'max_queued_messages 0'] });
  disk = new HeldJournal();
  admission = new Admission(disk, clock, () => {});
  links = [];
});
afterEach(async () => {
  disk.held = false;
  disk.release();
  await Promise.all(links.map((link) => link.close()));
  await broker.close();
});

async function open(protocolVersion: 4 | 5, shares = 1): Promise<void> {
  links = Array.from({ length: shares }, (_, i) => {
    const options = { url: broker.url, protocolVersion, clientId: `gateway-${i}` };
    return new MqttLink(admission, clock, seededRandom(i), silentLogger, {
      ...options,
      ...(shares > 1 && { shareGroup: 'gateway' }),
    });
  });
  for (const link of links) link.open();
  await until('the links', () => links.every((link) => link.connected));
}

const seqs = (): number[] =>
  disk.journal
    .page(null, 0, 1_000)
    .readings.map((entry) => entry.reading.seq)
    .sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe.each([
  [4, 1],
  [5, 1],
  [4, 3],
  [5, 3],
] as const)('an outside broker, MQTT version %i, %i connection(s)', (version, shares) => {
  it('is listened to, and everything it has is stored once', async () => {
    await open(version, shares);
    const hub = await connectAsync(broker.url);
    for (const seq of upTo(60)) await hub.publishAsync(topic(seq % 4), payload(seq), { qos: 1 });
    await until('all readings', () => seqs().length === 60);
    expect(seqs()).toEqual(upTo(60));
    await hub.endAsync();
  });

  it('keeps for us what came while we were away', async () => {
    await open(version, shares);
    await Promise.all(links.map((link) => link.close()));
    const hub = await connectAsync(broker.url);
    for (const seq of upTo(10)) await hub.publishAsync(topic(0), payload(seq), { qos: 1 });
    await open(version, shares);
    await until('all readings', () => seqs().length === 10);
    await hub.endAsync();
  });
});

it('acknowledges nothing that is not durable: what a failing disk refused is sent again', async () => {
  await open(4);
  const hub = await connectAsync(broker.url);
  disk.broken = true;
  for (const seq of upTo(5)) await hub.publishAsync(topic(0), payload(seq), { qos: 1 });
  await until('the refusal', () => admission.problem !== null);
  expect(seqs()).toEqual([]);
  disk.broken = false;
  await until('all readings', () => seqs().length === 5);
  await hub.endAsync();
});

it('comes back by itself when the broker was away', async () => {
  await open(4);
  await broker.stop();
  await until('the loss', () => links.every((link) => !link.connected));
  await broker.start();
  await until('the links', () => links.every((link) => link.connected));
  const hub = await connectAsync(broker.url);
  await hub.publishAsync(topic(0), payload(0), { qos: 1 });
  await until('the reading', () => seqs().length === 1);
  await hub.endAsync();
});

it('knows a retained status for what it is, and sends commands', async () => {
  const hub = await connectAsync(broker.url);
  const status = JSON.stringify({ state: 'online', boot: 'boot-1', at: clock.wall() });
  await hub.publishAsync('infusion/v1/hub-1/status', status, { qos: 1, retain: true });
  await open(4);
  await until('the retained status', () => disk.journal.lastOffset() === 1);
  await hub.publishAsync('infusion/v1/hub-1/status', status, { qos: 1, retain: true });
  await until('the second status', () => disk.journal.lastOffset() === 2);
  expect(disk.journal.readAfter(0, 10).map((entry) => entry.kind === 'status' && entry.cause)).toEqual([
    'retained',
    'said',
  ]);
  await hub.subscribeAsync('infusion/v1/hub-1/command');
  const heard = new Promise<string>((resolve) => hub.on('message', (_topic, bytes) => resolve(bytes.toString())));
  links[0]?.send('infusion/v1/hub-1/command', '{"type":"ping","id":"1"}');
  expect(await heard).toBe('{"type":"ping","id":"1"}');
  await hub.endAsync();
});
