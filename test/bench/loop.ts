import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, megabytes, milliseconds, type Row, whole } from './bench.ts';
import { BenchGateway } from './gateway.ts';
import { type LoadTask, load } from './load-process.ts';

type Case = Omit<LoadTask, 'port'>;

const steady: Case = {
  hubs: 100,
  readingsPerMessage: 1,
  window: 1_000,
  messagesPerSecond: 1_000,
  warmMs: 0,
  measureMs: 6_000,
};
const saturated: Case = { hubs: 100, readingsPerMessage: 1, window: 20, warmMs: 0, measureMs: 6_000 };

export const loop: Bench = {
  name: 'loop',
  how:
    'What the gateway says of itself at /metrics over 6 s of load by 100 hubs with 1 reading a message: delay of the event loop ' +
    'of its main thread (a timer of 10 ms is part of the figure) and resident memory at the end.',
  run: async () => {
    await using gateway = await BenchGateway.start();
    const rows: Row[] = [];
    for (const [name, given] of [
      ['nothing', null],
      ['1,000 messages/s', steady],
      ['as fast as it goes', saturated],
    ] as const)
      rows.push(await underLoad(gateway, name, given));
    return [['load', 'messages/s', 'loop p50', 'loop p99', 'resident'], ...rows];
  },
};

async function underLoad(gateway: BenchGateway, name: string, given: Case | null): Promise<Row> {
  await gateway.digested();
  // Reading the figure begins it anew.
  await gateway.metric('nodejs_eventloop_lag_p99_seconds');
  const reached = given ? (await load({ ...given, port: gateway.mqttPort })).messagesPerSecond : await nothing();
  const { p50, p99, resident } = await gateway.metrics({
    p50: 'nodejs_eventloop_lag_p50_seconds',
    p99: 'nodejs_eventloop_lag_p99_seconds',
    resident: 'process_resident_memory_bytes',
  });
  return [name, whole(reached), milliseconds(p50 * 1_000), milliseconds(p99 * 1_000), megabytes(resident)];
}

async function nothing(): Promise<number> {
  await sleep(3_000);
  return 0;
}
