import { spawn } from 'node:child_process';
import { Pump } from '#simulator/pump.ts';
import { pumpModel } from '#simulator/pump-models/index.ts';
import { readingText } from '#simulator/reading-text.ts';
import { simulate } from '#simulator/simulate.ts';
import { mixedFleet } from '#simulator/stories/mixed-fleet.ts';
import { therapies } from '#simulator/therapies/index.ts';
import { Mosquitto } from '#support/mosquitto.ts';
import { type Bench, median, milliseconds, type Row, whole } from './bench.ts';

const ROUNDS = 5;
/** Both ask for some 6,700 messages a second. */
const FLEETS = [
  { pumps: 10_000, interval: '1500ms', pool: ['--pool', '8'] },
  { pumps: 2_000, interval: '300ms', pool: [] },
] as const;
const DAY_S = 86_400;
const START_MS = Date.UTC(2026, 0, 5, 12);
const PUMP_SIM = new URL('../../bin/pump-sim', import.meta.url).pathname;

export const simulator: Bench = {
  name: 'simulator',
  how:
    `A pump-day in steps of one second, median of ${ROUNDS} days; a day of 1,000 mixed pumps with a trouble a day each; ` +
    'fleets reporting to mosquitto from a process of their own for 20 s. "of one core" is processor time.',
  run: runSimulator,
};

async function runSimulator(): Promise<readonly Row[]> {
  return [['what', 'took', 'of one core', 'a second'], ...pumpDays(), ...fleetDays(), ...(await fleets())];
}

function pumpDays(): Row[] {
  return therapies.map(({ id, model, program }) => {
    const days = Array.from({ length: ROUNDS + 1 }, (_, round) => {
      const pump = new Pump(pumpModel(model), round, 'bench');
      pump.start({ infusion: 'bench', program: { ...program, repeats: true }, bagMl: 100_000 });
      return timed(() => {
        for (let s = 0; s < DAY_S; s += 1) pump.advance(1);
      });
    }).slice(1);
    const wall = median(days.map(({ wallMs }) => wallMs));
    const cpu = median(days.map(({ cpuMs }) => cpuMs));
    return [
      `a pump-day at 1 Hz: ${id} on ${model}`,
      milliseconds(wall),
      milliseconds(cpu),
      whole((DAY_S / wall) * 1_000),
    ];
  });
}

function fleetDays(): Row[] {
  return [
    { name: 'readings made', asText: false },
    { name: 'readings made and written as JSON lines', asText: true },
  ].map(({ name, asText }) => {
    const story = mixedFleet({ pumps: 1_000, intervalS: 10, seed: 1, troubleEveryHours: 24 });
    let readings = 0;
    let letters = 0;
    const { wallMs, cpuMs } = timed(() =>
      simulate({
        story,
        seed: 1,
        startMs: START_MS,
        durationS: DAY_S,
        onReading: (...made) => {
          readings += 1;
          if (asText) letters += readingText(...made).length;
        },
      }),
    );
    const what = `a day of 1,000 pumps, ${whole(readings)} ${name}${letters > 0 ? ` (${whole(letters / 1e6)} MB)` : ''}`;
    return [
      what,
      `${(wallMs / 1_000).toFixed(1)} s`,
      `${(cpuMs / 1_000).toFixed(1)} s`,
      whole((readings / wallMs) * 1_000),
    ];
  });
}

async function fleets(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { pumps, interval, pool } of FLEETS) {
    const broker = await Mosquitto.start();
    try {
      const args = [
        '--pumps',
        String(pumps),
        '--interval',
        interval,
        '--duration',
        '20s',
        '--seed',
        '1',
        '--json',
        ...pool,
      ];
      const { out, err } = await run(['fleet', '--connect', broker.url, ...args]);
      const { hubs, sent, acknowledged }: { hubs: number; sent: number; acknowledged: number } = JSON.parse(out);
      // Without the seconds of connecting and of leaving.
      const seconds = err
        .trim()
        .split('\n')
        .map((line): { per_second: number; p99_ms: number; online: number } => JSON.parse(line));
      const steady = seconds.filter(({ online }) => online === hubs).slice(2, -1);
      const p99 = median(steady.map(({ p99_ms }) => p99_ms));
      const ways = pool.length > 0 ? '8 connections' : `${whole(hubs)} connections`;
      rows.push([
        `${whole(pumps)} pumps over ${ways}, ${whole(acknowledged)} of ${whole(sent)} messages acknowledged`,
        `p99 ${milliseconds(p99)}`,
        '',
        whole(median(steady.map(({ per_second }) => per_second))),
      ]);
    } finally {
      await broker.close();
    }
  }
  return rows;
}

function timed(work: () => void): { readonly wallMs: number; readonly cpuMs: number } {
  const cpu = process.cpuUsage();
  const began = performance.now();
  work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - began, cpuMs: (user + system) / 1_000 };
}

function run(args: readonly string[]): Promise<{ out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(PUMP_SIM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (bytes: Buffer) => {
      said.out += bytes.toString();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      said.err += bytes.toString();
    });
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}
