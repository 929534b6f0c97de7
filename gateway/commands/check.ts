import type { Command } from 'commander';
import { GatewayError } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config, ConfigProblem } from '../config/schema.ts';
import { serialDeviceProblems } from '../config/serial-checks.ts';
import { fileProblems } from '../file-problems.ts';
import { influxProblem } from '../influx-problem.ts';
import { influxStoreOf } from '../series-store-of.ts';
import { print } from './common.ts';

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description(
      'look at the configuration and at the files, servers and serial devices it names, and list every problem with its mend',
    )
    .option('--json', 'print {"ok","problems":[{"where","problem","mend"}]}')
    .action(async (options: { json?: boolean }, command: Command) => {
      const { config: file }: { config?: string } = command.optsWithGlobals();
      const result = loadConfig(file, process.env);
      const problems = result.ok
        ? [
            ...fileProblems(result.config, new SystemClock().wall()),
            ...serialDeviceProblems(result.config.serial),
            ...(await influxProblems(result.config)),
          ]
        : result.problems;
      if (options.json) await print(`${JSON.stringify({ ok: problems.length === 0, problems })}\n`);
      else if (problems.length === 0) await print('The configuration is in order.\n');
      else for (const { where, problem, mend } of problems) await print(`${where}: ${problem}. ${mend}\n`);
      process.exitCode = problems.length === 0 ? 0 : 2;
    });
}

async function influxProblems({ influx, series }: Config): Promise<ConfigProblem[]> {
  const store = influxStoreOf(influx, series, new SystemClock());
  if (!store) return [];
  try {
    await store.check(AbortSignal.timeout(10_000));
    return [];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [influxProblem(error, influx)];
  } finally {
    await store.close();
  }
}
