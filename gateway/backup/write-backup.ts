import { createHash } from 'node:crypto';
import { createReadStream, type WriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { sealEnvelope } from './envelope.ts';
import { BACKUP_FORMAT, type BackedUpFile, MANIFEST_NAME, type Manifest } from './manifest.ts';

/** One file to put into a backup, made at the last moment. */
export interface BackupSource {
  /** In the archive. */
  readonly name: string;
  /** Makes the file and answers its path and the version of its form. It is removed again when `isCopy`. */
  take(): { readonly path: string; readonly schema: number | null; readonly isCopy: boolean };
}

export interface BackupPlan {
  /** In the order in which they are taken. */
  readonly sources: readonly BackupSource[];
  /** Encrypts the backup; null leaves it open. */
  readonly key: Buffer | null;
  /** What the manifest says beside the files; asked when all are taken. */
  about(): Omit<Manifest, 'format' | 'files'>;
}

/** Streams a backup, so that memory does not grow with it: tar, in Zstandard, sealed if there is a key. */
export async function writeBackup({ sources, key, about }: BackupPlan, to: WriteStream): Promise<Manifest> {
  const archive = pack();
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  const envelope = key && sealEnvelope(key);
  if (envelope) to.write(`${envelope.header}\n`);
  const steps: Transform[] = [compress, ...(envelope ? [envelope.seal] : [])];
  const written = pipeline([archive, ...steps, to]);
  const filled = fill(archive, sources, about).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  // What went wrong with a file says more than that the archive was left.
  const [manifest, end] = await Promise.allSettled([filled, written]);
  if (end.status === 'rejected' && manifest.status === 'fulfilled') throw end.reason;
  if (manifest.status === 'rejected') throw manifest.reason;
  return manifest.value;
}

async function fill(archive: Pack, sources: readonly BackupSource[], about: BackupPlan['about']): Promise<Manifest> {
  const files: BackedUpFile[] = [];
  for (const { name, take } of sources) {
    const { path, schema, isCopy } = take();
    files.push({ name, schema, ...(await addFile(archive, name, path)) });
    if (isCopy) await rm(path);
  }
  const manifest: Manifest = { format: BACKUP_FORMAT, ...about(), files };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const entry = archive.entry({ name: MANIFEST_NAME, size: text.length, mode: 0o600 });
  entry.end(text);
  archive.finalize();
  return manifest;
}

async function addFile(archive: Pack, name: string, path: string): Promise<{ bytes: number; sha256: string }> {
  const { size } = await stat(path);
  const entry = archive.entry({ name, size, mode: 0o600 });
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(path),
    async function* (parts: AsyncIterable<Buffer>) {
      for await (const part of parts) {
        hash.update(part);
        yield part;
      }
    },
    entry,
  );
  return { bytes: size, sha256: hash.digest('hex') };
}
