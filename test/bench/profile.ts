import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TempDir } from '#support/temp-dir.ts';
import type { Bench, Row } from './bench.ts';
import { BenchGateway } from './gateway.ts';
import { type LoadTask, load } from './load-process.ts';

/** The part of a .cpuprofile that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

const SHOWN = 16;
const threads = ['main', 'journal', 'watch', 'series'];
const root = fileURLToPath(new URL('../..', import.meta.url));

const task: Omit<LoadTask, 'port'> = {
  hubs: Number(process.env['BENCH_HUBS'] ?? 100),
  readingsPerMessage: Number(process.env['BENCH_READINGS'] ?? 1),
  window: Number(process.env['BENCH_WINDOW'] ?? 20),
  warmMs: 500,
  measureMs: 6_000,
};

export const profile: Bench = {
  name: 'profile',
  how: 'Where each thread of the gateway spends its time under intake with 100 hubs x 1 reading: own time of functions.',
  run: runProfile,
};

async function runProfile(): Promise<readonly Row[]> {
  using folder = new TempDir();
  {
    await using gateway = await BenchGateway.start({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder.path}` });
    await load({ ...task, port: gateway.mqttPort });
    await gateway.process.stop();
  }
  const files = readdirSync(folder.path).filter((file) => file.endsWith('.cpuprofile'));
  const rows = files.sort((a, b) => threadOf(a) - threadOf(b)).flatMap((file) => summary(folder.file(file)));
  return [['thread and function', 'ms', 'share'], ...rows];
}

/** CPU.<date>.<time>.<pid>.<thread>.<sequence>.cpuprofile */
const threadOf = (file: string): number => Number(file.split('.').at(-3));

function summary(path: string): Row[] {
  const profile: CpuProfile = JSON.parse(readFileSync(path, 'utf8'));
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const own = new Map<string, number>();
  profile.samples.forEach((id, i) => {
    const name = names.get(id) ?? '';
    own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1_000);
  });
  const idle = own.get('(idle)') ?? 0;
  own.delete('(idle)');
  const busy = [...own.values()].reduce((sum, ms) => sum + ms, 0);
  const thread = threads[threadOf(path)] ?? path;
  const top = [...own].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  return [
    [`${thread}: busy (idle ${idle.toFixed(0)} ms)`, busy.toFixed(0), ''],
    ...top.map(([name, ms]) => [`  ${name}`, ms.toFixed(0), `${((100 * ms) / busy).toFixed(0)} %`]),
  ];
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName;
  const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url;
  return `${functionName || 'anonymous'} ${join(file)}:${lineNumber + 1}`;
}
