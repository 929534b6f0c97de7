import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBackupKey } from '#backup/backup-key.ts';
import type { Manifest } from '#backup/manifest.ts';
import { writeWhole } from '#backup/whole-file.ts';
import { writeBackup } from '#backup/write-backup.ts';
import { backupOf } from '#gateway/backup-sources.ts';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { reading, readingsMessage } from '#support/hub-messages.ts';

/** A word that stands in for the private key of web push. */
export const PUSH_SECRET = 'private-half-of-web-push';

/** A data folder with readings that do not compress, a document in each state, and keys. */
export function fillDataFolder(folder: string, readings: number): void {
  const files = prepareDataDir(folder);
  const journal = new SqliteJournalWriter(files.journal);
  for (let seq = 0; seq < readings; seq += 100) {
    const some = Array.from({ length: Math.min(100, readings - seq) }, (_, i) =>
      reading(seq + i, { note: randomBytes(300).toString('base64') }),
    );
    journal.append([readingsMessage('hub-1', 'pump-1', 'boot-1', some)]);
  }
  journal.close();
  for (const path of [files.state, files.access, files.registry, files.benefit]) {
    const store = new SqliteStateStore(path);
    store.transact((tx) => tx.put('things', 'one', { path: 'kept' }));
    store.close();
  }
  const notify = new SqliteStateStore(files.notify);
  notify.transact((tx) => tx.put('vapid', 'keys', { publicKey: 'known', privateKey: PUSH_SECRET }));
  notify.close();
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'keys', 'patients'), 'key-of-names');
}

/** A key file, and the key in it. */
export function madeKey(path: string): Buffer {
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`);
  return readBackupKey(path);
}

/** Backs a folder up as the command does. */
export async function backUp(
  folder: string,
  file: string,
  key: Buffer | null,
  withKeys = key !== null,
): Promise<Manifest> {
  using source = backupOf(folder, join(folder, 'keys'), withKeys);
  const about = () => ({
    gateway: '0.0.0-test',
    takenAt: '2026-03-01T00:00:00.000Z',
    journal: { lastOffset: source.lastOffset() },
    keys: withKeys,
  });
  return await writeWhole(file, (to) => writeBackup({ sources: source.sources, key, about }, to));
}
