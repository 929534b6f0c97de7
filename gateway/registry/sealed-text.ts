import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GatewayError } from '#kernel/errors.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = 'aes-256-gcm';

/** Encrypts a text with AES-256-GCM under a random nonce. `bound` has to be said again to open it: it ties it to its place. */
export function sealText(key: Buffer, text: string, bound: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(FORM, key, nonce).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${FORM}$${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
}

/** @throws GatewayError `key-mismatch` when the key is another, or the text was changed or moved */
export function openText(key: Buffer, sealed: string, bound: string): string {
  const bytes = Buffer.from(sealed.slice(FORM.length + 1), 'base64');
  try {
    const decipher = createDecipheriv(FORM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(bound))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw new GatewayError('key-mismatch', '', { cause: error });
  }
}
