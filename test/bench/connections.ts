import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, megabytes, type Row, whole } from './bench.ts';
import { Child } from './child.ts';
import { BenchGateway } from './gateway.ts';

const SETTLE_MS = 2_000;

export const connections: Bench = {
  name: 'connections',
  how:
    'Idle MQTT connections held by another process, 100 opened at a time, each counted when its CONNACK is there; a fresh ' +
    `gateway for each row. Resident memory of the gateway before and ${SETTLE_MS / 1_000} s after the last.`,
  run: async () => {
    const rows: Row[] = [];
    for (const count of [1_000, 5_000, 10_000]) rows.push(await held(count));
    return [['connections', 'connected in', 'resident before', 'after', 'a connection'], ...rows];
  },
};

async function held(count: number): Promise<Row> {
  await using gateway = await BenchGateway.start();
  const before = await gateway.residentBytes();
  const child = new Child('./idle-child.ts', String(gateway.mqttPort), String(count));
  try {
    const { tookMs } = await child.answer<{ connections: number; tookMs: number }>();
    await sleep(SETTLE_MS);
    const after = await gateway.residentBytes();
    const open = await gateway.metric('infusion_mqtt_connections');
    const each = (after - before) / count / 1_024;
    return [
      whole(open),
      `${(tookMs / 1_000).toFixed(1)} s`,
      megabytes(before),
      megabytes(after),
      `${each.toFixed(1)} KiB`,
    ];
  } finally {
    await child.end();
  }
}
