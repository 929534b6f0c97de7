import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GatewayError } from '#kernel/errors.ts';
import type { Manifest } from './manifest.ts';
import { readBackup } from './read-backup.ts';
import { syncFolder } from './whole-file.ts';

export interface RestorePlan {
  readonly backup: string;
  readonly key: Buffer | null;
  /** The data folder to make. */
  readonly folder: string;
  /** Where its secret keys belong. */
  readonly keysFolder: string;
  /** Folder in the data folder that holds what is not proved yet; while it is there, no gateway starts. */
  readonly restoring: string;
  /** Proves what was unpacked into a folder, before it counts. Throws to refuse it. */
  prove(folder: string, manifest: Manifest): Promise<void>;
}

const KEYS = 'keys';

/**
 * Unpacks a backup beside its place, proves it, and only then moves it there. Refused or failed, it leaves nothing.
 * @throws GatewayError `folder-not-empty`, and what `readBackup` and `prove` throw
 */
export async function restoreInto(plan: RestorePlan): Promise<Manifest> {
  const { folder, keysFolder, restoring } = plan;
  const isNew = !existsSync(folder);
  // A disk of its own has this folder from the beginning.
  if (!isNew && readdirSync(folder).some((name) => name !== 'lost+found')) {
    throw new GatewayError('folder-not-empty', `${folder} holds files.`);
  }
  const place = join(folder, restoring);
  await mkdir(place, { recursive: true, mode: 0o700 });
  try {
    const manifest = await readBackup(plan.backup, plan.key, place);
    await plan.prove(place, manifest);
    await placeKeys(join(place, KEYS), keysFolder);
    await syncFolder(place);
    for (const name of await readdir(place)) await rename(join(place, name), join(folder, name));
    await syncFolder(folder);
    await rmdir(place);
    await syncFolder(folder);
    return manifest;
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    if (isNew) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Keys go to where this gateway keeps them. One that is there already is not replaced. */
async function placeKeys(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  const names = await readdir(from);
  const missing = names.filter((name) => !existsSync(join(to, name)));
  const other = names.find((name) => !missing.includes(name) && !isSame(join(from, name), join(to, name)));
  if (other !== undefined) throw new GatewayError('folder-not-empty', `${to} has another key ${basename(other)}.`);
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of missing) await copyDurably(join(from, name), join(to, name));
  await syncFolder(to);
  await rm(from, { recursive: true });
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const isSame = (one: string, other: string): boolean => readFileSync(one).equals(readFileSync(other));
