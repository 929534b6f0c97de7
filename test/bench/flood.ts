import { setTimeout as sleep } from 'node:timers/promises';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { SseClient } from '#support/sse-client.ts';
import { latencyRow, raiseAlarms } from './alert-latency.ts';
import { type Bench, type Row, whole } from './bench.ts';
import { BenchGateway } from './gateway.ts';
import { startLoad } from './load-process.ts';

const MEASURED_MS = 12_000;

export const flood: Bench = {
  name: 'flood',
  how:
    'From writing the PUBLISH of a new alarm of high priority to its event on /api/v1/events, as alert-latency, while one other ' +
    'hub sends as fast as its link takes it, 1,000 messages unanswered at a time. The p99 has to stay under one second.',
  run: runFlood,
};

async function runFlood(): Promise<readonly Row[]> {
  const rows: Row[] = [['one hub floods with', 'alarms', 'p50', 'p99', 'max', 'flood readings/s']];
  for (const readingsPerMessage of [1, 50, 500]) {
    await using gateway = await BenchGateway.start();
    const token = await gateway.process.token();
    using events = await SseClient.open(`${gateway.process.httpUrl}/api/v1/events?topics=alert`, {
      authorization: `Bearer ${token}`,
    });
    const hub = await RawMqtt.open(gateway.mqttPort);
    hub.connect('alarms');
    await hub.next('connack');
    await raiseAlarms(hub, events, 'warm-up');
    const load = startLoad({
      port: gateway.mqttPort,
      hubs: 1,
      readingsPerMessage,
      window: 1_000,
      warmMs: 1_000,
      measureMs: MEASURED_MS,
    });
    await sleep(1_500);
    const latencies = await raiseAlarms(hub, events, 'flooded');
    const { readingsPerSecond } = await load.figures;
    await load.end();
    hub.end();
    rows.push([...latencyRow(`${whole(readingsPerMessage)} readings a message`, latencies), whole(readingsPerSecond)]);
  }
  return rows;
}
