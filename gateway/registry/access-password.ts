import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { GatewayError } from '#kernel/errors.ts';

/** OWASP password storage floor for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 } as const;

/** ASVS 5.0 6.2.1: eight characters at least; fifteen are recommended. The upper end only bounds the work. */
export const PASSWORD_MIN_CHARS = 8;
export const PASSWORD_MAX_CHARS = 1_024;

const derive = promisify(argon2);

/** `argon2id$memory$passes$parallelism$salt$tag`: the cost is stored so that it can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const chars = [...password].length;
  if (chars < PASSWORD_MIN_CHARS || chars > PASSWORD_MAX_CHARS) {
    throw new GatewayError('bad-request', `A password has ${PASSWORD_MIN_CHARS} to ${PASSWORD_MAX_CHARS} characters.`);
  }
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password.normalize('NFC'), nonce, ...COST });
  const { memory, passes, parallelism } = COST;
  return ['argon2id', memory, passes, parallelism, nonce.toString('base64'), tag.toString('base64')].join('$');
}

/** False also when `stored` is null; it then takes as long as a wrong password, so that names cannot be probed. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = (stored ?? NOBODY).split('$');
  const expected = Buffer.from(tag ?? '', 'base64');
  const actual = await derive('argon2id', {
    message: password.normalize('NFC'),
    nonce: Buffer.from(salt ?? '', 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected) && stored !== null;
}

const NOBODY = [
  'argon2id',
  COST.memory,
  COST.passes,
  COST.parallelism,
  Buffer.alloc(16).toString('base64'),
  Buffer.alloc(COST.tagLength).toString('base64'),
].join('$');
