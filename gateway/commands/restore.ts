import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readBackupKey } from '#backup/backup-key.ts';
import type { Manifest } from '#backup/manifest.ts';
import { restoreInto } from '#backup/restore-into.ts';
import { RESTORING } from '#journal/data-dir.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Config } from '../config/schema.ts';
import { keysDirOf } from '../keys.ts';
import type { ChainProof } from '../prove-chains.ts';
import { refuseNewerSchemas } from '../restored-schemas.ts';
import { noteCommand } from './audited.ts';
import { configOf, print } from './common.ts';
import { withProofs } from './with-benefit.ts';

interface RestoreOptions {
  readonly in: string;
  readonly into?: string;
  readonly keyFile?: string;
  readonly despiteChains?: boolean;
  readonly json?: boolean;
}

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('make a data folder from a backup, once every file and chain in it is proved')
    .requiredOption('--in <file>', 'a file that `backup` made')
    .option('--into <folder>', 'new or empty; the configured data folder if absent')
    .option('--key-file <file>', 'the key with which it was encrypted')
    .option('--despite-chains', 'restore also when a chain is broken, to look into it; exit status 1 all the same')
    .option('--json', 'print {"into","manifest","chains":[{"chain","entries","head","broken"}]|null}')
    .action(async (options: RestoreOptions, command: Command) => {
      const configured = configOf(command);
      const config = { ...configured, dataDir: options.into ?? configured.dataDir };
      let chains: readonly ChainProof[] | null = null;
      const manifest = await restoreInto({
        backup: options.in,
        key: options.keyFile === undefined ? null : readBackupKey(options.keyFile),
        folder: config.dataDir,
        keysFolder: keysDirOf(config),
        restoring: RESTORING,
        prove: async (folder, { keys, files }) => {
          refuseNewerSchemas(folder, files);
          const keysDir = keys ? join(folder, 'keys') : keysDirOf(config);
          chains = await chainsIn({ ...config, dataDir: folder, keysDir });
          const broken = chains?.find((chain) => chain.broken !== null);
          if (broken && !options.despiteChains) {
            throw new GatewayError('backup-damaged', `Chain ${broken.chain}: ${broken.broken?.why}.`);
          }
        },
      });
      // Without the key of the chains nothing can be sealed, and no other key is made here.
      if (chains !== null) await noteCommand(config, 'restore', null);
      await tell(config.dataDir, manifest, chains, options.json ?? false);
    });
}

/** Proofs of the chains; null without the key that signed them, and none is made here. */
const chainsIn = async (config: Config & { readonly keysDir: string }): Promise<readonly ChainProof[] | null> =>
  existsSync(join(config.keysDir, 'chains.pem')) ? withProofs(config, (proofs) => proofs) : null;

async function tell(
  into: string,
  manifest: Manifest,
  chains: readonly ChainProof[] | null,
  asJson: boolean,
): Promise<void> {
  const broken = chains?.filter((chain) => chain.broken !== null) ?? [];
  if (asJson) await print(`${JSON.stringify({ into, manifest, chains })}\n`);
  else {
    const { takenAt, gateway, journal } = manifest;
    await print(`${into}: as it was at ${takenAt} (gateway ${gateway}), journal up to ${journal.lastOffset}\n`);
    for (const chain of broken) await print(`${chain.chain}: broken at entry ${chain.broken?.position}\n`);
    if (chains === null) await print('No chain was proved: the folder of keys has no chains.pem.\n');
    else if (broken.length === 0) await print(`${chains.length} chains proved\n`);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
}
