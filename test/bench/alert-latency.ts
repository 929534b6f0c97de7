import { setTimeout as sleep } from 'node:timers/promises';
import { encodeReadings } from '#codec/hub-json.ts';
import { readingsTopic } from '#codec/topics.ts';
import type { PumpReading } from '#model/reading.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { SseClient } from '#support/sse-client.ts';
import { until } from '#support/until.ts';
import { type Bench, milliseconds, percentile, type Row, whole } from './bench.ts';
import { BenchGateway } from './gateway.ts';
import { startLoad } from './load-process.ts';

const ALARMS = 200;
const EVERY_MS = 50;
const LOAD_PER_SECOND = 1_000;

export const alertLatency: Bench = {
  name: 'alert-latency',
  how:
    `From writing the PUBLISH of a reading with a new alarm to its alert event on /api/v1/events, both in one process; ` +
    `${ALARMS} alarms of as many pumps, one each ${EVERY_MS} ms. On the way lie the fsync of the journal, that of the alert log ` +
    'and three threads.',
  run: runAlertLatency,
};

async function runAlertLatency(): Promise<readonly Row[]> {
  await using gateway = await BenchGateway.start();
  const token = await gateway.process.token();
  using events = await SseClient.open(`${gateway.process.httpUrl}/api/v1/events?topics=alert`, {
    authorization: `Bearer ${token}`,
  });
  const hub = await RawMqtt.open(gateway.mqttPort);
  hub.connect('alarms');
  await hub.next('connack');
  await raiseAlarms(hub, events, 'warm-up');
  const idle = await raiseAlarms(hub, events, 'idle');
  const load = startLoad({
    port: gateway.mqttPort,
    hubs: 100,
    readingsPerMessage: 1,
    window: 1_000,
    messagesPerSecond: LOAD_PER_SECOND,
    warmMs: 1_000,
    measureMs: ALARMS * EVERY_MS,
  });
  await sleep(1_000);
  const busy = await raiseAlarms(hub, events, 'busy');
  await load.figures;
  await load.end();
  hub.end();
  return [
    ['while', 'alarms', 'p50', 'p99', 'max'],
    latencyRow('idle', idle),
    latencyRow(`${whole(LOAD_PER_SECOND)} messages/s`, busy),
  ];
}

/** Milliseconds from each PUBLISH to its event. Each pump has spoken before, so that only its alarm is new. */
export async function raiseAlarms(hub: RawMqtt, events: SseClient, name: string): Promise<readonly number[]> {
  const pumps = Array.from({ length: ALARMS }, (_, i) => `${name}-${i}`);
  // What is left of the round before.
  hub.received.splice(0);
  hub.together(() => {
    for (const [i, pump] of pumps.entries()) publish(hub, name, pump, 0, [], i + 1);
  });
  await until('the PUBACKs of the quiet readings', () => hub.received.length >= ALARMS);
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  const began = performance.now();
  const listening = events.until('every alarm became an event', () => {
    const now = performance.now();
    for (const { event, data } of events.events.splice(0)) {
      const pump = event === 'alert' ? pumpOpened(data) : undefined;
      const sentAt = pump === undefined ? undefined : sent.get(pump);
      if (sentAt !== undefined) latencies.push(now - sentAt);
    }
    return latencies.length === ALARMS;
  });
  for (const [i, pump] of pumps.entries()) {
    await sleep(Math.max(0, began + i * EVERY_MS - performance.now()));
    sent.set(pump, performance.now());
    publish(hub, name, pump, 1, [{ code: 'occlusion-downstream' }], i + 1);
  }
  await listening;
  return latencies;
}

function publish(
  hub: RawMqtt,
  boot: string,
  pump: string,
  seq: number,
  alarms: PumpReading['alarms'],
  id: number,
): void {
  const reading: PumpReading = { seq, atMs: Date.now(), state: 'infusing', rateMlH: 5, ...(alarms && { alarms }) };
  hub.publish(readingsTopic('alarms', pump), encodeReadings(boot, [reading]), { id });
}

function pumpOpened(data: string): string | undefined {
  const { event }: { event: { kind: string; after: { pump: string | null } } } = JSON.parse(data);
  return event.kind === 'opened' ? (event.after.pump ?? undefined) : undefined;
}

export const latencyRow = (name: string, latencies: readonly number[]): Row => [
  name,
  whole(latencies.length),
  ...[0.5, 0.99, 1].map((share) => milliseconds(percentile(latencies, share))),
];
