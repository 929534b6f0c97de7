import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeReadings } from '#codec/hub-json.ts';
import { readingsTopic } from '#codec/topics.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { type LoadReport, runLoad } from '#simulator/load.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { PromisedReadings } from '#support/promised-readings.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const PATIENCE = 30_000;
const CONNECTIONS = 5;

let dir: TempDir;
let gateway: GatewayProcess;
let token: string;
beforeEach(async () => {
  dir = new TempDir();
  gateway = await GatewayProcess.start(dir.path);
  token = await gateway.token();
});
afterEach(async () => {
  await gateway.kill();
  dir[Symbol.dispose]();
});

/** Well-behaved hubs, which must not notice what `trouble` does: no link of theirs breaks, and PUBACKs go on. */
async function whileOthersSend(trouble: (morePromises: () => Promise<unknown>) => Promise<void>): Promise<LoadReport> {
  const promised = new PromisedReadings();
  const over = new AbortController();
  const loading = runLoad(
    {
      host: '127.0.0.1',
      port: gateway.mqttPort,
      clock,
      random: seededRandom(15),
      connections: CONNECTIONS,
      readingsPerMessage: 5,
      window: 8,
      messagesPerSecond: 100,
      onAcknowledged: promised.note,
    },
    over.signal,
  );
  const morePromises = () => {
    const before = promised.messages;
    return until('others to be acknowledged', () => promised.messages > before + 50, PATIENCE);
  };
  try {
    await morePromises();
    await trouble(morePromises);
    await morePromises();
  } finally {
    over.abort();
    await loading.catch(() => {});
  }
  const report = await loading;
  expect(report.breaks).toBe(0);
  expect(report.unacknowledged).toEqual([]);
  const ledger = new JournalLedger(dir.file('journal.db'));
  expect(promised.allBrokenIn(ledger)).toEqual([]);
  expect(ledger.faults).toEqual([]);
  expect(gateway.running).toBe(true);
  return report;
}

const times = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

async function openSocket(): Promise<Socket> {
  const socket = connect(gateway.mqttPort, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Connections the gateway counts now. */
async function connections(): Promise<number> {
  const { storage } = await gateway.api<{ storage: { connections: number } }>(token, '/system');
  return storage.connections;
}

const bulky = (seq: number) =>
  encodeReadings('boot-x', [{ seq, atMs: clock.wall(), state: 'infusing', rateMlH: 9, infusion: 'x'.repeat(64) }]);

it('links that freeze, as watchers or in the middle of a message, hold nobody up', { timeout: 180_000 }, async () => {
  await whileOthersSend(async (morePromises) => {
    const watchers = await times(20, async (i) => {
      const link = await RawMqtt.open(gateway.mqttPort);
      link.connect(`watcher-${i}`);
      await link.next('connack');
      link.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'infusion/v1/#', qos: 1 }] });
      await link.next('suback');
      link.freeze();
      return link;
    });
    const halves = await times(50, async (i) => {
      const link = await RawMqtt.open(gateway.mqttPort);
      link.connect(`half-${i}`);
      await link.next('connack');
      const whole = generate({
        cmd: 'publish',
        topic: readingsTopic(`half-${i}`, `half-pump-${i}`),
        payload: bulky(0),
        qos: 1,
        messageId: 1,
        retain: false,
        dup: false,
      });
      link.write(whole.subarray(0, 1 + Math.floor((whole.length - 1) * (i / 50))));
      return link;
    });
    for (let i = 0; i < 4; i += 1) await morePromises();
    for (const link of [...watchers, ...halves]) link.cut();
    await morePromises();
    // What never came whole was never stored; sent again, it is.
    const ledger = new JournalLedger(dir.file('journal.db'));
    ledger.readOn();
    expect(ledger.perPump.get('half-pump-7')).toBeUndefined();
    const again = await RawMqtt.open(gateway.mqttPort);
    again.connect('half-7');
    again.publish(readingsTopic('half-7', 'half-pump-7'), bulky(0));
    await again.next('puback');
    ledger.readOn();
    expect(ledger.perPump.get('half-pump-7')).toBe(1);
    again.end();
  });
  await until('the dead links to be gone', async () => (await connections()) === 0, PATIENCE);
});

it('a flood of 2,000 connects, silent, cut off or half said, holds nobody up and leaves nothing behind', {
  timeout: 180_000,
}, async () => {
  await whileOthersSend(async (morePromises) => {
    const hello = generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'flood',
      clean: true,
      keepalive: 0,
    });
    const sockets = await times(2_000, async (i) => {
      const socket = await openSocket();
      // A third says nothing, a third says half, a third says all under one name and so throws out the one before.
      if (i % 3 === 1) socket.write(hello.subarray(0, 5));
      if (i % 3 === 2) socket.write(hello);
      return socket;
    });
    await morePromises();
    for (const [i, socket] of sockets.entries()) {
      if (i % 2 === 0) socket.resetAndDestroy();
      else socket.end();
    }
    await until('the flood to be over', async () => (await connections()) === CONNECTIONS, PATIENCE);
  });
});

it('links that send garbage are closed, and nobody else is', { timeout: 180_000 }, async () => {
  await whileOthersSend(async (morePromises) => {
    await times(100, async (i) => {
      const socket = await openSocket();
      const closed = once(socket, 'close');
      socket.resume();
      // A client that speaks another protocol, bytes without sense, and a packet type that does not exist.
      const said = [
        Buffer.from('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n'),
        randomBytes(2_000),
        Buffer.from([0xf0, 0x02, 0, 0]),
      ];
      socket.write(said[i % said.length] ?? '');
      // Random bytes may begin a packet that is long in coming: the sender gives up then.
      if (i % said.length === 1) clock.after(millis(500), 'give up', () => socket.end());
      await closed;
    });
    await morePromises();
  });
});

it('a hub whose link freezes and thaws loses nothing and sends nothing twice', { timeout: 180_000 }, async () => {
  const proxy = await TcpProxy.start(gateway.mqttPort);
  const promised = new PromisedReadings();
  const over = new AbortController();
  const frozen = runLoad(
    {
      host: '127.0.0.1',
      port: proxy.port,
      clock,
      random: seededRandom(16),
      connections: 2,
      readingsPerMessage: 5,
      window: 32,
      messagesPerSecond: 100,
      reconnect: true,
      prefix: 'frozen-',
      onAcknowledged: promised.note,
    },
    over.signal,
  );
  try {
    await whileOthersSend(async (morePromises) => {
      for (let i = 0; i < 3; i += 1) {
        proxy.freeze();
        await morePromises();
        if (i === 1) proxy.cut();
        proxy.mend();
        await morePromises();
      }
    });
    over.abort();
    expect((await frozen).unacknowledged).toEqual([]);
    const ledger = new JournalLedger(dir.file('journal.db'));
    expect(promised.allBrokenIn(ledger)).toEqual([]);
    expect(ledger.faults).toEqual([]);
  } finally {
    over.abort();
    await frozen;
    await proxy.close();
  }
});
