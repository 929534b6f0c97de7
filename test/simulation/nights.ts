import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { problemsOf } from './checker.ts';
import { runNight } from './night.ts';

/**
 * `npm run test:nights -- --seeds 1000`: that many nights, from seed `--from` on, in two threads. `--seed N` plays one night;
 * `--trace` prints all that happens in it. Exit status 1 when a promise was broken.
 */
export interface Judged {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly readings: number;
  readonly pages: number;
  readonly hash: string;
}

export async function judgeNight(seed: number, onTrace?: (line: string) => void): Promise<Judged> {
  const { record, hash } = await runNight(onTrace ? { seed, onTrace } : { seed });
  return { seed, problems: problemsOf(record), readings: record.journal.length, pages: record.pages.length, hash };
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function tell({ seed, problems }: Judged): void {
  for (const problem of problems.slice(0, 10)) say(`  ${problem}`);
  say(`night ${seed} breaks ${problems.length} promises. Again: npm run test:nights -- --seed ${seed} --trace`);
}

/** Each thread takes the next seed when it is done with one. */
async function many(from: number, count: number, threads: number): Promise<void> {
  const began = process.hrtime.bigint();
  const totals = { nights: 0, broken: 0, readings: 0, pages: 0 };
  let next = from;
  await Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: 'nights' });
      return new Promise<void>((resolve, reject) => {
        const give = () => worker.postMessage(next < from + count ? next++ : null);
        worker.on('message', (judged: Judged) => {
          totals.nights += 1;
          totals.readings += judged.readings;
          totals.pages += judged.pages;
          if (judged.problems.length > 0) {
            totals.broken += 1;
            tell(judged);
          }
          give();
        });
        worker.on('error', reject);
        worker.on('exit', () => resolve());
        give();
      });
    }),
  );
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { nights, broken, readings, pages } = totals;
  const each = `${Math.round(readings / nights)} readings and ${Math.round(pages / nights)} pages a night`;
  say(
    `${nights} nights from seed ${from}: ${broken} broke a promise; ${each}; ${seconds.toFixed(0)} s in ${threads} threads`,
  );
  process.exitCode = broken > 0 ? 1 : 0;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seeds: text, from: text, seed: text, threads: text, trace: { type: 'boolean' } },
  });
  if (values.seed === undefined) {
    await many(Number(values.from ?? 1), Number(values.seeds ?? 50), Number(values.threads ?? 2));
    return;
  }
  const judged = await judgeNight(Number(values.seed), values.trace ? say : undefined);
  if (judged.problems.length > 0) {
    tell(judged);
    process.exitCode = 1;
  } else
    say(`night ${judged.seed} keeps every promise: ${judged.readings} readings, ${judged.pages} pages, ${judged.hash}`);
}

function serve(): void {
  parentPort?.on('message', (seed: number | null) => {
    if (seed === null) parentPort?.close();
    else void judgeNight(seed).then((judged) => parentPort?.postMessage(judged));
  });
}

if (!isMainThread && workerData === 'nights') serve();
else if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
