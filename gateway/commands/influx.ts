import type { Command } from 'commander';
import { GatewayError } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { influxProblem } from '../influx-problem.ts';
import { influxStoreOf } from '../series-store-of.ts';
import { configOf, print } from './common.ts';

const LIMIT_MS = 30_000;

export function addInfluxCommand(program: Command): void {
  const influx = program.command('influx').description('the InfluxDB that the configuration names');
  influx
    .command('setup')
    .description('make the database or buckets, their retention and their names for InfluxQL, where they are missing')
    .option('--change-retention', 'also change how long data is kept in what is there; a shorter time removes data')
    .option('--json', 'print {"server","steps":[{"thing","state","detail"}]}')
    .addHelpText(
      'after',
      `
Needs credentials that may make these things (1.x: an admin; 2.x: a token that may write buckets and DBRP mappings).
The gateway itself, once this is done, needs only to write and read. Run it as often as you like.`,
    )
    .action(async (options: { changeRetention?: boolean; json?: boolean }, command: Command) => {
      const { influx: target, series: retention } = configOf(command);
      const store = influxStoreOf(target, retention, new SystemClock());
      if (!store) throw new GatewayError('config-invalid', 'INFUSION_INFLUX_URL is not set: the store is embedded.');
      try {
        const signal = AbortSignal.timeout(LIMIT_MS);
        const plan = { retention, changeRetention: options.changeRetention ?? false };
        const steps = await store.setUp(plan, signal);
        const { server } = await store.check(signal);
        if (options.json) await print(`${JSON.stringify({ server, steps })}\n`);
        else {
          await print(`${server} at ${target.url}\n`);
          for (const { thing, state, detail } of steps) await print(`${state.padEnd(8)} ${thing}: ${detail}\n`);
          if (steps.some(({ state }) => state === 'differs')) {
            await print('What differs was left alone; --change-retention changes retentions.\n');
          }
        }
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { where, problem, mend } = influxProblem(error, target);
        process.stderr.write(`${where}: ${problem}. ${mend}\n`);
        process.exitCode = 2;
      } finally {
        await store.close();
      }
    });
}
