import type { Command } from 'commander';
import type { ChainProof } from '../prove-chains.ts';
import { configOf, print } from './common.ts';
import { withProofs } from './with-benefit.ts';

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('recompute every chain of the data folder and its signature; names the first broken entry of each')
    .option('--readings', 'also recompute the proofs of deliveries from the readings that the journal still has')
    .option('--json', 'print {"chains":[{"chain","entries","head","broken"}],"readings"}')
    .action(async (options: { readings?: boolean; json?: boolean }, command: Command) => {
      await withProofs(configOf(command), async (chains, benefit) => {
        const readings = options.readings ? await benefit.evidence.verifyReadings() : null;
        const otherwise = readings?.otherwise ?? null;
        if (options.json) {
          const told = readings && { ...readings, otherwise: otherwise?.position ?? null };
          await print(`${JSON.stringify({ chains, readings: told })}\n`);
        } else {
          for (const line of chains.map(lineOf)) await print(`${line}\n`);
          if (readings) {
            const end = otherwise
              ? `entry ${otherwise.position} of benefit-evidence is not what they say`
              : 'all as kept';
            await print(`readings: ${readings.tried} proofs recomputed, ${end}\n`);
            if (readings.gone.length > 0) {
              await print(`readings: the journal no longer has all those of entries ${readings.gone.join(', ')}\n`);
            }
          }
        }
        process.exitCode = chains.every(({ broken }) => broken === null) && otherwise === null ? 0 : 1;
      });
    });
}

const lineOf = ({ chain, entries, head, broken }: ChainProof): string =>
  broken === null
    ? `${chain}: ${entries} entries, whole, head ${head}`
    : `${chain}: broken at entry ${broken.position} of ${entries}: ${broken.why}`;
