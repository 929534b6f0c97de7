import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GatewayError, messageOf } from '#kernel/errors.ts';

const KEY_BYTES = 32;
const HOW = 'Make one with `openssl rand -base64 32`.';

/** The key of backups from its file: 256 random bits as base64 or hex. @throws GatewayError `bad-request` */
export function readBackupKey(path: string): Buffer {
  const text = textOf(path).trim();
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  // Decoding skips what it does not know, so the way back tells whether it was base64.
  const isWhole = key.length === KEY_BYTES && (text.length === 64 || key.toString('base64') === text);
  if (isWhole) return key;
  throw new GatewayError('bad-request', `The key file ${path} does not hold 32 bytes as base64 or hex. ${HOW}`);
}

/** Which key it is, without telling anything of it. */
export const keyIdOf = (key: Buffer): string =>
  derived(key, 'infusion-backup key id', Buffer.alloc(0), 8).toString('hex');

/** The key of one backup, bound to its header: a header that was changed gives another key. */
export const fileKeyOf = (key: Buffer, header: string, salt: Buffer): Buffer =>
  derived(key, `infusion-backup file key\n${header}`, salt, KEY_BYTES);

const derived = (key: Buffer, info: string, salt: Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, bytes));

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GatewayError('bad-request', `The key file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
