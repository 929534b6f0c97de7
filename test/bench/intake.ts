import type { AddressInfo } from 'node:net';
import { type Bench, median, milliseconds, type Row, whole } from './bench.ts';
import { Child } from './child.ts';
import { BenchGateway } from './gateway.ts';
import { type LoadFigures, type LoadTask, load } from './load-process.ts';

const ROUNDS = 3;

type Cell = Omit<LoadTask, 'port'>;

/** Windows by reckoning: twice what a commit takes at the rates seen, so that neither side waits for the sender. */
const saturated = (hubs: number, readingsPerMessage: number, window: number): Cell => {
  return { hubs, readingsPerMessage, window, warmMs: 300, measureMs: 800 };
};

const cells: readonly Cell[] = [
  saturated(1, 1, 1_000),
  saturated(1, 20, 200),
  saturated(100, 1, 20),
  saturated(100, 20, 4),
  saturated(1_000, 1, 4),
  saturated(1_000, 20, 1),
  { hubs: 100, readingsPerMessage: 1, window: 1_000, messagesPerSecond: 1_000, warmMs: 300, measureMs: 1_500 },
  { hubs: 100, readingsPerMessage: 1, window: 1_000, messagesPerSecond: 10_000, warmMs: 300, measureMs: 1_500 },
];

const warmUp = saturated(100, 1, 20);

export const intake: Bench = {
  name: 'intake',
  how:
    `Durable intake (fsync before each PUBACK) beside a bare aedes broker that stores nothing. ${ROUNDS} rounds, both in ` +
    'turn in each; medians of rounds. The load runs in a process of its own; the gateway reads its journal to the end ' +
    'between rounds, and that is in its processor time (user and system, all threads). Without a rate each connection keeps its window full, so times to PUBACK are mostly waiting in line; ' +
    'with a rate they are those of a gateway that keeps up.',
  run: runIntake,
};

interface Round {
  readonly figures: LoadFigures;
  readonly cpuMicrosPerMessage: number;
}

/** One load, and the processor time that it and what follows from it took. */
async function round(
  cell: Cell,
  port: number,
  cpuMicros: () => Promise<number>,
  after: () => Promise<void>,
): Promise<Round> {
  const before = await cpuMicros();
  const figures = await load({ ...cell, port });
  await after();
  return { figures, cpuMicrosPerMessage: ((await cpuMicros()) - before) / figures.acknowledgedMessages };
}

async function runIntake(): Promise<readonly Row[]> {
  const bare = new Child('./bare-aedes.ts');
  try {
    const { port } = await bare.answer<AddressInfo>();
    const bareCpuMicros = async () => {
      const { user, system } = await bare.ask<NodeJS.CpuUsage>();
      return user + system;
    };
    await using gateway = await BenchGateway.start();
    const ofGateway = (cell: Cell) =>
      round(
        cell,
        gateway.mqttPort,
        () => gateway.cpuMicros(),
        () => gateway.digested(),
      );
    const ofBare = (cell: Cell) => round(cell, port, bareCpuMicros, async () => {});
    await ofGateway(warmUp);
    await ofBare(warmUp);
    const rows: Row[] = [];
    for (const cell of cells) {
      const ours: Round[] = [];
      const theirs: Round[] = [];
      for (let i = 0; i < ROUNDS; i += 1) {
        ours.push(await ofGateway(cell));
        theirs.push(await ofBare(cell));
      }
      rows.push(row(cell, ours, theirs));
    }
    return [head, ...rows];
  } finally {
    await bare.end();
  }
}

const head: Row = [
  'load',
  'readings/s',
  'messages/s',
  'PUBACK p50',
  'p99',
  'cpu us/message',
  'aedes messages/s',
  'p50',
  'p99',
  'cpu us/message',
  'ratio',
];

function row(cell: Cell, ours: readonly Round[], theirs: readonly Round[]): Row {
  const ratio = median(
    ours.map(({ figures }, i) => figures.messagesPerSecond / (theirs[i]?.figures.messagesPerSecond ?? 0)),
  );
  const { hubs, readingsPerMessage, window, messagesPerSecond } = cell;
  const pace = messagesPerSecond === undefined ? `window ${window}` : `${whole(messagesPerSecond)} messages/s`;
  return [
    `${whole(hubs)} hubs x ${readingsPerMessage}, ${pace}`,
    whole(median(ours.map(({ figures }) => figures.readingsPerSecond))),
    ...half(ours),
    ...half(theirs),
    ratio.toFixed(2),
  ];
}

const half = (rounds: readonly Round[]): Row => [
  whole(median(rounds.map(({ figures }) => figures.messagesPerSecond))),
  milliseconds(median(rounds.map(({ figures }) => figures.p50Ms))),
  milliseconds(median(rounds.map(({ figures }) => figures.p99Ms))),
  median(rounds.map(({ cpuMicrosPerMessage }) => cpuMicrosPerMessage)).toFixed(1),
];
