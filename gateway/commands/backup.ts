import { existsSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readBackupKey } from '#backup/backup-key.ts';
import type { Manifest } from '#backup/manifest.ts';
import { writeWhole } from '#backup/whole-file.ts';
import { writeBackup } from '#backup/write-backup.ts';
import { lockBackups } from '#journal/data-dir.ts';
import { GatewayError } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { backupOf } from '../backup-sources.ts';
import { keysDirOf } from '../keys.ts';
import { noteBackup } from '../last-backup.ts';
import { version } from '../version.ts';
import { configOf, print } from './common.ts';

interface BackupOptions {
  readonly out: string;
  readonly keyFile?: string;
  readonly withKeys?: boolean;
  readonly json?: boolean;
}

/** Hubs and alerts go first. */
const NICE = 10;

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('write all of the data folder into one file, consistent, while the gateway runs or not')
    .requiredOption('--out <path>', 'the file to make, or a folder in which it gets a name with the time')
    .option('--key-file <file>', 'encrypt it with this key: 32 bytes as base64, by `openssl rand -base64 32`')
    .option('--with-keys', 'put the secret keys into a backup that is not encrypted; an encrypted one has them')
    .option('--json', 'print {"file","bytes","encrypted","manifest"}')
    .action(async (options: BackupOptions, command: Command) => {
      const { dataDir, ...config } = configOf(command);
      const key = options.keyFile === undefined ? null : readBackupKey(options.keyFile);
      const takenAt = new Date(new SystemClock().wall()).toISOString();
      const file = fileOf(options.out, takenAt, key !== null);
      const withKeys = key !== null || options.withKeys === true;
      setPriority(NICE);
      const manifest = await backUp(file, key, dataDir, keysDirOf({ ...config, dataDir }), withKeys, takenAt);
      if (!withKeys) process.stderr.write(WITHOUT_KEYS);
      await noteBackup(dataDir, takenAt);
      const { size: bytes } = statSync(file);
      if (options.json) await print(`${JSON.stringify({ file, bytes, encrypted: key !== null, manifest })}\n`);
      else await print(`${file}: ${bytes} bytes, journal up to ${manifest.journal.lastOffset}\n`);
    });
}

const WITHOUT_KEYS =
  'The backup is not encrypted and the secret keys are not in it. Keep the folder of keys apart: without it names of ' +
  'patients cannot be read and chains cannot be proved. --key-file encrypts the backup and takes the keys along.\n';

function fileOf(out: string, takenAt: string, isEncrypted: boolean): string {
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const name = `infusion-${takenAt.replaceAll(/[-:]|\.\d+/g, '')}.${isEncrypted ? 'backup' : 'tar.zst'}`;
  const file = isFolder ? join(out, name) : out;
  if (existsSync(file)) throw new GatewayError('bad-request', `${file} is there already and is not written over.`);
  return file;
}

async function backUp(
  file: string,
  key: Buffer | null,
  dataDir: string,
  keysDir: string,
  withKeys: boolean,
  takenAt: string,
): Promise<Manifest> {
  if (!existsSync(dataDir)) throw new GatewayError('bad-request', `There is no folder ${dataDir}.`);
  const lock = lockBackups(dataDir);
  try {
    using source = backupOf(dataDir, keysDir, withKeys);
    const about = () => ({
      gateway: version,
      takenAt,
      journal: { lastOffset: source.lastOffset() },
      keys: withKeys,
    });
    return await writeWhole(file, (to) => writeBackup({ sources: source.sources, key, about }, to));
  } finally {
    lock.release();
  }
}
