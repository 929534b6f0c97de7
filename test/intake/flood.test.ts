import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Admission } from '#intake/admission.ts';
import { LinkLoad } from '#intake/link-load.ts';
import { MqttServer } from '#intake/mqtt-server.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { reading } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
/** About 75 kB. */
const bulk = (n: number) =>
  JSON.stringify({ boot: 'b', readings: Array.from({ length: 500 }, (_, i) => reading(500 * n + i)) });
const MESSAGES = 200;

let disk: HeldJournal;
let admission: Admission;
let server: MqttServer;
let links: RawMqtt[];

async function start(enrolment: 'open' | 'closed'): Promise<(hub: string, id: string) => Promise<RawMqtt>> {
  server = new MqttServer(admission, clock, silentLogger, {
    host: '127.0.0.1',
    port: 0,
    enrolment,
    hubs: {
      ofCertificate: () => null,
      ofPassword: async (hub) => ({ hub }),
      stillValid: () => true,
      mayCarry: (_hub, pump) => pump !== 'foreign',
    },
  });
  const port = await server.listen();
  return async (hub, id) => {
    const link = await RawMqtt.open(port);
    links.push(link);
    link.connect(id, { username: hub, password: 'right' });
    expect(await link.next('connack')).toMatchObject({ returnCode: 0 });
    return link;
  };
}

beforeEach(() => {
  links = [];
  disk = new HeldJournal();
  admission = new Admission(disk, clock, () => {});
});
afterEach(async () => {
  disk.held = false;
  disk.release();
  for (const link of links) link.cut();
  await server.close();
});

function pour(link: RawMqtt, hub: string, pump = 'pump'): void {
  for (let n = 0; n < MESSAGES; n += 1) link.publish(`infusion/v1/${hub}/${pump}/readings`, bulk(n), { id: n + 1 });
}

describe('a hub that floods while the disk is slow', () => {
  it('has little waiting, and another hub is in the next commit', async () => {
    const comeIn = await start('open');
    const [flooding, calm] = [await comeIn('', 'flooding'), await comeIn('', 'calm')];
    disk.held = true;
    pour(flooding, 'flooding');
    await until('the flood to be held up', () => admission.waitingBytes > 256 * 1024);
    calm.publish('infusion/v1/calm/pump/readings', JSON.stringify({ boot: 'c', readings: [reading(0)] }));
    await until('the calm one to wait', () => admission.waitingMessages > 0);
    expect(admission.waitingBytes).toBeLessThan(1024 * 1024);
    // One commit is under way, the next one has the calm hub's reading in it.
    disk.release();
    await until('the next commit', () => disk.batches.length === 2);
    disk.release();
    await calm.next('puback');
    disk.held = false;
    disk.release();
    for (let n = 0; n < MESSAGES; n += 1) await flooding.next('puback');
    expect(disk.journal.lastOffset()).toBeGreaterThan(MESSAGES * 500);
  });

  it('gains nothing by more links, once it is known who it is', async () => {
    const comeIn = await start('closed');
    disk.held = true;
    pour(await comeIn('hub-a', 'first'), 'hub-a');
    await until('the flood to be held up', () => admission.waitingBytes > 256 * 1024);
    const before = admission.waitingBytes;
    for (let i = 0; i < 10; i += 1) pour(await comeIn('hub-a', `link-${i}`), 'hub-a');
    const other = await comeIn('hub-b', 'other');
    other.publish('infusion/v1/hub-b/pump/readings', JSON.stringify({ boot: 'c', readings: [reading(0)] }));
    await until('the other hub to wait', () => admission.waitingBytes > before);
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect(admission.waitingBytes).toBeLessThan(before + 2_000);
  });

  it('is held up also with what is refused', async () => {
    const comeIn = await start('closed');
    const link = await comeIn('hub-a', 'link');
    pour(link, 'hub-a', 'foreign');
    for (let n = 0; n < MESSAGES; n += 1) await link.next('puback');
    expect(disk.journal.quarantinePage(0, 1_000).quarantine).toHaveLength(MESSAGES);
  });
});

it('whoever waits for room is called once there is some', () => {
  const load = new LinkLoad(100);
  const [first, second] = [load.add(60), load.add(60)];
  const called: number[] = [];
  load.onceRoom(() => called.push(1));
  expect(load.hasRoom()).toBe(false);
  first();
  second();
  expect([load.hasRoom(), called]).toEqual([true, [1]]);
});
