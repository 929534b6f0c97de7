import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BackupSource } from '#backup/write-backup.ts';
import { AUDIT_HEADS, type DataDir, dataFiles } from '#journal/data-dir.ts';
import { schemaOf, snapshotInto } from '#journal/snapshot.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { GatewayError } from '#kernel/errors.ts';

/**
 * Whoever follows another is taken before it, the journal last: then no cursor stands ahead of what it counts, and a
 * restored gateway reads on from there. `notify` follows the outbox in `state`; `benefit` names alerts of `state`;
 * `access` holds how far webhooks have read the alerts; the audit trail comes after the heads that were kept of it.
 */
const order = [
  'notify',
  'series',
  'rollups',
  'benefit',
  'access',
  'state',
  'onCall',
  'registry',
  'audit',
  'journal',
] as const;

/** Private keys that lie in a database: of web push. */
const secretsOf: Partial<Readonly<Record<keyof DataDir, readonly string[]>>> = { notify: ['vapid'] };

/** Copies lie here while they are packed, in the data folder: what is in the clear does not leave it. */
const STAGING = 'backing-up';

export interface DataFolderBackup extends Disposable {
  readonly sources: readonly BackupSource[];
  /** Offset of the last entry of the journal that was taken. */
  lastOffset(): number;
}

/**
 * What a backup of a data folder takes, and in which order. Without keys, none that lies in a database is in the copy either.
 * @throws GatewayError `bad-request` when there is no journal
 */
export function backupOf(dataDir: string, keysDir: string, withKeys: boolean): DataFolderBackup {
  const files = dataFiles(dataDir);
  if (!existsSync(files.journal)) {
    throw new GatewayError('bad-request', `There is no journal in ${dataDir}: INFUSION_DATA_DIR names the folder.`);
  }
  const staging = join(dataDir, STAGING);
  const clear = () => rmSync(staging, { recursive: true, force: true });
  // An earlier backup may have been killed.
  clear();
  mkdirSync(staging, { mode: 0o700 });
  let lastOffset = 0;
  const database = (kind: keyof DataDir): BackupSource => {
    const name = basename(files[kind]);
    return {
      name,
      take: () => {
        const path = join(staging, name);
        snapshotInto(files[kind], path, withKeys ? [] : secretsOf[kind]);
        if (kind === 'journal') lastOffset = lastOffsetOf(path);
        return { path, schema: schemaOf(path), isCopy: true };
      },
    };
  };
  const heads: BackupSource = {
    name: AUDIT_HEADS,
    take: () => {
      const path = join(staging, AUDIT_HEADS);
      copyFileSync(join(dataDir, AUDIT_HEADS), path);
      return { path, schema: null, isCopy: true };
    },
  };
  const keys = withKeys && existsSync(keysDir) ? readdirSync(keysDir).sort() : [];
  return {
    sources: [
      ...(existsSync(join(dataDir, AUDIT_HEADS)) ? [heads] : []),
      ...order.filter((kind) => existsSync(files[kind])).map(database),
      ...keys.map((name) => ({
        name: `keys/${name}`,
        take: () => ({ path: join(keysDir, name), schema: null, isCopy: false }),
      })),
    ],
    lastOffset: () => lastOffset,
    [Symbol.dispose]: clear,
  };
}

function lastOffsetOf(path: string): number {
  const reader = new SqliteJournalReader(path);
  try {
    return reader.lastOffset();
  } finally {
    reader.close();
  }
}
