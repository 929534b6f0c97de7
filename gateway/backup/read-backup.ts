import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { GatewayError, messageOf, systemCodeOf } from '#kernel/errors.ts';
import { openEnvelope } from './envelope.ts';
import { type BackedUpFile, backupName, MANIFEST_NAME, type Manifest, parseManifest } from './manifest.ts';

const MOST_MANIFEST_BYTES = 16 * 1024 ** 2;

interface Entry extends AsyncIterable<unknown> {
  readonly header: Header;
}

type Unpacked = Pick<BackedUpFile, 'bytes' | 'sha256'>;

/**
 * Unpacks a backup into an empty folder, each file on disk when this returns, and proves that the files are those of its
 * manifest, no fewer and no more.
 * @throws GatewayError `backup-damaged`, `backup-key-wrong`, `backup-too-new`, `storage-refused`, `bad-request`
 */
export async function readBackup(path: string, key: Buffer | null, into: string): Promise<Manifest> {
  const file = createReadStream(path);
  try {
    const found = new Map<string, Unpacked>();
    let manifest: Manifest | null = null;
    const archive = extract();
    const reading = pipeline(await openEnvelope(file, key), createZstdDecompress(), archive);
    const unpacking = (async () => {
      for await (const entry of archive) {
        const { name } = entry.header;
        if (manifest !== null) throw new GatewayError('backup-damaged', 'Something follows its manifest.');
        if (name === MANIFEST_NAME) manifest = parseManifest(await textOf(entry));
        else found.set(name, await unpack(entry, into, found.has(name)));
      }
    })();
    const [read, unpacked] = await Promise.allSettled([reading, unpacking]);
    const thrown: unknown[] = [unpacked, read].flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    // Who stopped first knows why; the other is told only that it was left.
    const cause = thrown.find((one) => one instanceof GatewayError) ?? thrown.find(isOfDisk) ?? thrown[0];
    if (cause !== undefined) throw cause;
    return compared(manifest, found);
  } catch (error) {
    throw nameable(error, path);
  } finally {
    file.destroy();
  }
}

async function textOf(entry: Entry): Promise<string> {
  if (entry.header.size > MOST_MANIFEST_BYTES) throw new GatewayError('backup-damaged', 'Its manifest is huge.');
  const parts: Buffer[] = [];
  for await (const part of bytesOf(entry)) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function unpack(entry: Entry, into: string, isThere: boolean): Promise<Unpacked> {
  const { name, type } = entry.header;
  if (type !== 'file' || isThere || !backupName.test(name)) {
    throw new GatewayError('backup-damaged', 'It holds what no backup holds.');
  }
  const target = join(into, name);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    async function* () {
      for await (const part of bytesOf(entry)) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return { bytes, sha256: hash.digest('hex') };
}

async function* bytesOf(entry: Entry): AsyncGenerator<Buffer> {
  for await (const part of entry) if (Buffer.isBuffer(part)) yield part;
}

function compared(manifest: Manifest | null, found: ReadonlyMap<string, Unpacked>): Manifest {
  if (manifest === null) throw new GatewayError('backup-damaged', 'Its end is missing.');
  if (manifest.files.length !== found.size) throw new GatewayError('backup-damaged', 'Files are missing or too many.');
  for (const { name, bytes, sha256 } of manifest.files) {
    const file = found.get(name);
    if (file?.bytes !== bytes || file.sha256 !== sha256) {
      throw new GatewayError('backup-damaged', `${name} is not the file that was backed up.`);
    }
  }
  return manifest;
}

/** The error to tell: what the disk says of files is the disk's, all else is the backup's. */
function nameable(error: unknown, path: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = systemCodeOf(error);
  if (isOfDisk(error) && 'path' in error && error.path === path) {
    return new GatewayError('bad-request', `${path} cannot be read (${code}).`, { cause: error });
  }
  if (isOfDisk(error)) return new GatewayError('storage-refused', messageOf(error), { cause: error });
  return new GatewayError('backup-damaged', 'It ends too early, or its bytes were changed.', { cause: error });
}

const isOfDisk = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;
