import { setTimeout as sleep } from 'node:timers/promises';
import { encodeReadings } from '#codec/hub-json.ts';
import { readingsTopic } from '#codec/topics.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Plain } from '#kernel/state-store.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import type { PumpReading } from '#model/reading.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { latencyRow } from './alert-latency.ts';
import { type Bench, type Row, whole } from './bench.ts';
import { startLoad } from './load-process.ts';

const ALARMS = 400;
const EVERY_MS = 50;
const LOAD_PER_SECOND = 1_000;
const LOOK_MS = 1;

export const outbox: Bench = {
  name: 'outbox',
  how:
    `From writing the PUBLISH of a reading with a new high alarm to its page in the outbox of state.db, seen by another reader ` +
    `of that file who looks every ${LOOK_MS} ms; ${ALARMS} alarms of as many pumps, one each ${EVERY_MS} ms, beside hubs that send ` +
    `${whole(LOAD_PER_SECOND)} messages/s. On the way lie the fsync of the journal, that of the alert log and three threads.`,
  run: runOutbox,
};

async function runOutbox(): Promise<readonly Row[]> {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const gateway = await GatewayProcess.start(dir.path);
  cleanup.defer(() => gateway.kill());
  const state = new SqliteStateStore(dir.file('state.db'));
  cleanup.defer(() => state.close());
  const hub = await RawMqtt.open(gateway.mqttPort);
  cleanup.defer(() => hub.end());
  hub.connect('alarms');
  await hub.next('connack');
  await pageEach(hub, state, 'warm-up');
  const idle = await pageEach(hub, state, 'idle');
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
  const busy = await pageEach(hub, state, 'busy');
  await load.figures;
  await load.end();
  return [
    ['while', 'alarms', 'p50', 'p99', 'max'],
    latencyRow('idle', idle),
    latencyRow(`${whole(LOAD_PER_SECOND)} messages/s`, busy),
  ];
}

/** Milliseconds from each PUBLISH to its row. Each pump has spoken before, so that only its alarm is new. */
async function pageEach(hub: RawMqtt, state: SqliteStateStore, name: string): Promise<readonly number[]> {
  const pumps = Array.from({ length: ALARMS }, (_, i) => `${name}-${i}`);
  hub.received.splice(0);
  hub.together(() => {
    for (const [i, pump] of pumps.entries()) publish(hub, name, pump, 0, false, i + 1);
  });
  await until('the PUBACKs of the quiet readings', () => hub.received.length >= ALARMS);
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  let position = state.last(outboxStream);
  const watching = (async () => {
    while (latencies.length < ALARMS) {
      await sleep(LOOK_MS);
      const rows = state.read<Plain<Page>>(outboxStream, position, 1_000);
      const now = performance.now();
      for (const { value } of rows) {
        const sent = value.round === 0 && value.step === 0 ? sentAt.get(value.pump ?? '') : undefined;
        if (sent !== undefined && sentAt.delete(value.pump ?? '')) latencies.push(now - sent);
      }
      position = rows.at(-1)?.position ?? position;
    }
  })();
  const began = performance.now();
  for (const [i, pump] of pumps.entries()) {
    await sleep(Math.max(0, began + i * EVERY_MS - performance.now()));
    sentAt.set(pump, performance.now());
    publish(hub, name, pump, 1, true, i + 1);
  }
  await watching;
  return latencies;
}

function publish(hub: RawMqtt, boot: string, pump: string, seq: number, isAlarmed: boolean, id: number): void {
  const reading: PumpReading = {
    seq,
    atMs: Date.now(),
    state: isAlarmed ? 'stopped' : 'infusing',
    drug: 'J2260',
    rateMlH: isAlarmed ? 0 : 5,
    alarms: isAlarmed ? [{ code: 'occlusion-downstream' }] : [],
  };
  hub.publish(readingsTopic('alarms', pump), encodeReadings(boot, [reading]), { id });
}
