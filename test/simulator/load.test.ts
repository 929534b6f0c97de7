import { connectAsync } from 'mqtt';
import { type IPublishPacket, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { decodeHubMessage } from '#codec/hub-message.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, seconds } from '#kernel/time.ts';
import { AnswerReader } from '#simulator/load/answers.ts';
import { connectFrame, PublishTemplate } from '#simulator/load/frames.ts';
import { Latencies, RangeSet } from '#simulator/load/ledger.ts';
import { type AcknowledgedMessage, type LoadOptions, type ReadingRange, runLoad } from '#simulator/load.ts';
import { freePort } from '#support/free-port.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { PubackServer } from '#support/puback-server.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();

const options = (port: number, more: Partial<LoadOptions> = {}): LoadOptions => ({
  host: '127.0.0.1',
  port,
  clock,
  random: seededRandom(5),
  connections: 3,
  readingsPerMessage: 2,
  window: 20,
  ...more,
});

/** Each reading's identity, as a text. */
function identities(ranges: readonly ReadingRange[]): Set<string> {
  const all = new Set<string>();
  for (const { pump, boot, from, to } of ranges) for (let n = from; n <= to; n += 1) all.add(`${pump} ${boot} ${n}`);
  return all;
}

function identitiesIn(topic: string, payload: Uint8Array): string[] {
  const message = decodeHubMessage(topic, payload, clock.wall());
  if (message.kind !== 'readings') return [];
  expect(message.refused).toEqual([]);
  return message.accepted.map(({ seq }) => `${message.pump} ${message.boot} ${seq}`);
}

describe('a load', () => {
  it('sends valid readings to a real broker and knows which were acknowledged', async () => {
    const broker = await Mosquitto.start({ config: ['max_queued_messages 0', 'max_inflight_messages 0'] });
    const watcher = await connectAsync(broker.url, { protocolVersion: 4 });
    try {
      const arrived = new Set<string>();
      const statuses = new Set<string>();
      watcher.on('message', (topic, payload) => {
        if (topic.endsWith('/status')) statuses.add(decodeHubMessage(topic, payload, clock.wall()).kind);
        for (const identity of identitiesIn(topic, payload)) arrived.add(identity);
      });
      await watcher.subscribeAsync('infusion/v1/#', { qos: 1 });
      const report = await runLoad(options(broker.port, { messages: 900, pumpsPerConnection: 2 }));
      expect(report).toMatchObject({ sentMessages: 900, acknowledgedMessages: 900, acknowledgedReadings: 1_800 });
      expect(report.unacknowledged).toEqual([]);
      expect(report.latency.p50Ms).toBeGreaterThan(0);
      expect(report.latency.maxMs).toBeGreaterThanOrEqual(report.latency.p99Ms);
      const promised = identities(report.acknowledged);
      expect(promised.size).toBe(1_800);
      await until('every reading to arrive', () => arrived.size === 1_800);
      expect(arrived).toEqual(promised);
      expect([...statuses]).toEqual(['status']);
      // No pump has a hole in its numbers.
      expect(report.acknowledged).toHaveLength(6);
      expect(report.acknowledged.every(({ from }) => from === 0)).toBe(true);
    } finally {
      await watcher.endAsync(true);
      await broker.close();
    }
  });

  it('lives through a killed broker and sends again what was not acknowledged, same bytes', async () => {
    const chance = seededRandom(9);
    const bytes = new Map<string, string>();
    const answered = new Set<string>();
    let repeats = 0;
    const server = await PubackServer.start({
      admit: (packet: IPublishPacket) => {
        const payload = Buffer.from(packet.payload);
        if (packet.topic.endsWith('/status')) return true;
        const key = identitiesIn(packet.topic, payload).join();
        const before = bytes.get(key);
        if (before !== undefined) {
          repeats += 1;
          expect(payload.toString()).toBe(before);
        }
        bytes.set(key, payload.toString());
        if (chance() < 0.01) return false;
        for (const identity of key.split(',')) answered.add(identity);
        return true;
      },
    });
    try {
      const seen: AcknowledgedMessage[] = [];
      const report = await runLoad(
        options(server.port, {
          messages: 2_000,
          reconnect: true,
          alarms: { every: 100, code: 'air-in-line' },
          onAcknowledged: (message) => seen.push(message),
        }),
      );
      expect(report.breaks).toBeGreaterThan(5);
      expect(report.reconnects).toBe(report.breaks);
      expect(repeats).toBeGreaterThan(0);
      expect(report.resentMessages).toBeGreaterThanOrEqual(repeats);
      expect(report.acknowledgedMessages).toBe(2_000);
      const promised = identities(report.acknowledged);
      expect(promised.size).toBe(4_000);
      for (const identity of promised) expect(answered.has(identity)).toBe(true);
      expect(seen).toHaveLength(2_000);
      const alarmed = seen.filter(({ alarm }) => alarm);
      expect(alarmed).toHaveLength(20);
      expect([...bytes.values()].filter((text) => text.includes('"alarms":["air-in-line"]'))).toHaveLength(20);
    } finally {
      await server.close();
    }
  });

  it('keeps a pace', async () => {
    const server = await PubackServer.start();
    try {
      const report = await runLoad(options(server.port, { messagesPerSecond: 500, duration: seconds(1) }));
      expect(report.acknowledgedMessages).toBe(report.sentMessages);
      expect(report.sentMessages).toBeGreaterThan(400);
      expect(report.sentMessages).toBeLessThanOrEqual(520);
    } finally {
      await server.close();
    }
  });

  it('ends when told to, and names what was never acknowledged', async () => {
    let admitted = 0;
    const server = await PubackServer.start({
      admit: () => {
        admitted += 1;
        return admitted < 10;
      },
    });
    try {
      const stop = new AbortController();
      const run = runLoad(options(server.port, { connections: 1, reconnect: true, drain: millis(100) }), stop.signal);
      await until('the link to break', () => admitted > 12);
      stop.abort();
      const report = await run;
      expect(identities(report.unacknowledged).size).toBe(20 * 2);
      expect(report.acknowledgedMessages).toBeLessThan(10);
    } finally {
      await server.close();
    }
  });

  it('fails in words when it cannot connect', async () => {
    const port = await freePort();
    await expect(runLoad(options(port))).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('the parts of a load', () => {
  it('writes numbers of any length over a template', () => {
    const template = new PublishTemplate('infusion/v1/h/p/readings', 'b1', [
      { state: 'infusing', alarms: [] },
      { state: 'infusing', alarms: [] },
    ]);
    const packets = parser();
    const payloads: unknown[] = [];
    packets.on('packet', (packet) => {
      if (packet.cmd === 'publish')
        payloads.push([packet.messageId, packet.qos, JSON.parse(packet.payload.toString())]);
    });
    const at = Date.UTC(2026, 0, 5);
    for (const seq of [0, 9, 10, 123_456_789, 9_999_999_998]) {
      const bytes = Buffer.alloc(template.length + 3);
      template.write(bytes, 3, 258, seq, at);
      packets.parse(bytes.subarray(3));
    }
    expect(payloads).toEqual(
      [0, 9, 10, 123_456_789, 9_999_999_998].map((seq) => [
        258,
        1,
        {
          boot: 'b1',
          readings: [
            { seq, at: at - 1, state: 'infusing', alarms: [] },
            { seq: seq + 1, at, state: 'infusing', alarms: [] },
          ],
        },
      ]),
    );
  });

  it('opens with a CONNECT that a parser of others reads', () => {
    const packets = parser();
    const read: unknown[] = [];
    packets.on('packet', (packet) => read.push(packet));
    packets.parse(connectFrame('hub-1', 'name', 'word'));
    expect(read).toMatchObject([
      { cmd: 'connect', protocolVersion: 4, clean: true, clientId: 'hub-1', username: 'name', keepalive: 0 },
    ]);
  });

  it('reads answers however they are cut, and skips what is not for it', () => {
    const stream = Buffer.concat([
      Buffer.from([0x20, 2, 0, 0]),
      Buffer.from([0x40, 2, 1, 2]),
      Buffer.from([0x30, 0x81, 0x01, ...new Array<number>(129).fill(0x40)]),
      Buffer.from([0xd0, 0]),
      Buffer.from([0x40, 2, 0xff, 0xfe]),
    ]);
    const read = (cuts: readonly number[]) => {
      const seen: string[] = [];
      const reader = new AnswerReader({
        onConnack: (code) => seen.push(`connack ${code}`),
        onPuback: (id) => seen.push(`puback ${id}`),
      });
      let from = 0;
      for (const cut of [...cuts, stream.length]) {
        reader.read(stream.subarray(from, cut));
        from = cut;
      }
      return seen;
    };
    const whole = read([]);
    expect(whole).toEqual(['connack 0', 'puback 258', 'puback 65534']);
    for (let cut = 0; cut <= stream.length; cut += 1) expect(read([cut])).toEqual(whole);
    expect(read(Array.from({ length: stream.length }, (_, i) => i))).toEqual(whole);
  });

  it('refuses what is not MQTT', () => {
    const reader = new AnswerReader({ onConnack: () => {}, onPuback: () => {} });
    expect(() => reader.read(Buffer.alloc(10, 0xff))).toThrow(/not MQTT/);
  });

  it('joins ranges and ranks latencies', () => {
    const set = new RangeSet();
    for (const [from, to] of [
      [0, 4],
      [5, 9],
      [20, 24],
      [10, 14],
      [30, 31],
    ] as const)
      set.add(from, to);
    expect(set.ranges()).toEqual([
      { from: 0, to: 14 },
      { from: 20, to: 24 },
      { from: 30, to: 31 },
    ]);
    const latencies = new Latencies();
    for (let i = 100_000; i >= 1; i -= 1) latencies.add(i);
    expect(latencies.summary()).toEqual({
      count: 100_000,
      p50Ms: 50_000,
      p90Ms: 90_000,
      p99Ms: 99_000,
      p999Ms: 99_900,
      maxMs: 100_000,
    });
  });
});
