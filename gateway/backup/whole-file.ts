import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GatewayError, messageOf } from '#kernel/errors.ts';

/**
 * Writes a file under another name first and gives it its own once all of it is on disk: however this ends, no half of a
 * file stands under `path`.
 * @throws GatewayError `storage-refused`
 */
export async function writeWhole<R>(path: string, write: (to: WriteStream) => Promise<R>): Promise<R> {
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished-${randomUUID()}`);
  try {
    const result = await write(createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('storage-refused', `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Makes names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
