import type { AddressInfo } from 'node:net';
import { type Bench, median, milliseconds, type Row, whole } from './bench.ts';
import { Child } from './child.ts';
import { BenchGateway } from './gateway.ts';
import { type LoadFigures, type LoadTask, load } from './load-process.ts';

const ROUNDS = 3;

type Cell = Omit<LoadTask, 'port'>;

/** Windows large enough that a larger one raised neither side's rate when tried. */
const saturated = (hubs: number, readingsPerMessage: number, window: number): Cell => {
  return { hubs, readingsPerMessage, window, warmMs: 600, measureMs: 1_000 };
};

const cells: readonly Cell[] = [
  saturated(1, 1, 1_000),
  saturated(1, 20, 200),
  saturated(100, 1, 20),
  saturated(100, 20, 4),
  saturated(1_000, 1, 4),
  saturated(1_000, 20, 1),
  { hubs: 100, readingsPerMessage: 1, window: 1_000, messagesPerSecond: 1_000, warmMs: 400, measureMs: 1_500 },
  { hubs: 100, readingsPerMessage: 1, window: 1_000, messagesPerSecond: 10_000, warmMs: 400, measureMs: 1_500 },
];

export const intake: Bench = {
  name: 'intake',
  how:
    `Durable intake (fsync before each PUBACK) beside a bare aedes broker that stores nothing. ${ROUNDS} rounds, both in ` +
    'turn in each; medians of rounds. The load runs in a process of its own; the gateway reads its journal to the end ' +
    'between rounds. Without a rate each connection keeps its window full, so times to PUBACK are mostly waiting in line; ' +
    'with a rate they are those of a gateway that keeps up.',
  run: runIntake,
};

async function runIntake(): Promise<readonly Row[]> {
  const bare = new Child('./bare-aedes.ts');
  try {
    const { port } = await bare.answer<AddressInfo>();
    await using gateway = await BenchGateway.start();
    const rows: Row[] = [];
    for (const cell of cells) {
      const ours: LoadFigures[] = [];
      const theirs: LoadFigures[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        ours.push(await load({ ...cell, port: gateway.mqttPort }));
        await gateway.digested();
        theirs.push(await load({ ...cell, port }));
      }
      rows.push(row(cell, ours, theirs));
    }
    const head = ['load', 'readings/s', 'messages/s', 'PUBACK p50', 'p99', 'aedes messages/s', 'p50', 'p99', 'ratio'];
    return [head, ...rows];
  } finally {
    await bare.end();
  }
}

function row(cell: Cell, ours: readonly LoadFigures[], theirs: readonly LoadFigures[]): Row {
  const of = (rounds: readonly LoadFigures[], key: keyof LoadFigures) => median(rounds.map((figures) => figures[key]));
  const ratio = median(ours.map((figures, i) => figures.messagesPerSecond / (theirs[i]?.messagesPerSecond ?? 0)));
  const { hubs, readingsPerMessage, window, messagesPerSecond } = cell;
  const pace = messagesPerSecond === undefined ? `window ${window}` : `${whole(messagesPerSecond)} messages/s`;
  return [
    `${whole(hubs)} hubs x ${readingsPerMessage}, ${pace}`,
    whole(of(ours, 'readingsPerSecond')),
    whole(of(ours, 'messagesPerSecond')),
    milliseconds(of(ours, 'p50Ms')),
    milliseconds(of(ours, 'p99Ms')),
    whole(of(theirs, 'messagesPerSecond')),
    milliseconds(of(theirs, 'p50Ms')),
    milliseconds(of(theirs, 'p99Ms')),
    ratio.toFixed(2),
  ];
}
