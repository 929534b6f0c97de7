import { randomBytes } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { GatewayError } from '#kernel/errors.ts';
import { fileKeyOf, keyIdOf } from './backup-key.ts';
import { BACKUP_FORMAT, formOf } from './manifest.ts';
import { openChunks, sealChunks } from './sealed-chunks.ts';

/**
 * What lies around the archive of an encrypted backup: one line of text, `infusion-backup FORM aes-256-gcm KEY SALT`, then
 * sealed chunks. KEY says which key it takes, SALT is new for each backup. Without encryption the archive stands alone.
 */
const MAGIC = 'infusion-backup ';
const HEADER = /^infusion-backup (\d{1,9}) aes-256-gcm ([0-9a-f]{16}) ([A-Za-z0-9_-]{43})$/;
const MOST_HEADER_BYTES = 128;
const SALT_BYTES = 32;

/** First bytes of a file in Zstandard, RFC 8878 §3.1.1. */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The line to begin an encrypted backup with, and what turns the archive into the rest of it. */
export function sealEnvelope(key: Buffer): { readonly header: string; readonly seal: Transform } {
  const salt = randomBytes(SALT_BYTES);
  const header = `${MAGIC}${BACKUP_FORMAT} aes-256-gcm ${keyIdOf(key)} ${salt.toString('base64url')}`;
  return { header, seal: sealChunks(fileKeyOf(key, header, salt)) };
}

/**
 * The archive inside a backup. A key that is given has to be the one it was made with: a file without encryption is not
 * taken in place of one that had it.
 * @throws GatewayError `backup-damaged`, `backup-key-wrong`, `backup-too-new`, `bad-request`; later errors end the stream
 */
export async function openEnvelope(file: Readable, key: Buffer | null): Promise<Readable> {
  const parts = file[Symbol.asyncIterator]();
  const start = await startOf(parts);
  const rest = (from: Buffer): Readable => Readable.from(partsFrom(from, parts), { objectMode: false });
  if (start.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC)) {
    if (key === null) return rest(start);
    throw new GatewayError('backup-key-wrong', 'It is not encrypted. Leave out the key file if that is meant.');
  }
  const end = start.indexOf('\n');
  const header = start.subarray(0, end === -1 ? 0 : end).toString('latin1');
  if (!header.startsWith(MAGIC)) throw new GatewayError('backup-damaged', 'It does not begin like one.');
  const [, format, keyId, salt] = HEADER.exec(header) ?? [];
  if (Number(header.split(' ')[1]) > BACKUP_FORMAT) {
    throw new GatewayError('backup-too-new', formOf(Number(header.split(' ')[1])));
  }
  if (format === undefined || salt === undefined) throw new GatewayError('backup-damaged', 'Its first line is broken.');
  if (key === null)
    throw new GatewayError('bad-request', `It is encrypted: name the file of key ${keyId} (--key-file).`);
  if (keyIdOf(key) !== keyId) throw new GatewayError('backup-key-wrong', `It takes key ${keyId}.`);
  const open = openChunks(fileKeyOf(key, header, Buffer.from(salt, 'base64url')));
  const sealed = rest(start.subarray(end + 1));
  sealed.on('error', (error) => open.destroy(error));
  return sealed.pipe(open);
}

async function startOf(parts: AsyncIterator<Buffer>): Promise<Buffer> {
  const start: Buffer[] = [];
  let bytes = 0;
  while (bytes < MOST_HEADER_BYTES) {
    const { value, done } = await parts.next();
    if (done) break;
    start.push(value);
    bytes += value.length;
  }
  return Buffer.concat(start);
}

async function* partsFrom(start: Buffer, parts: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  for (let next = await parts.next(); !next.done; next = await parts.next()) yield next.value;
}
