import { createHash } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';
import type { Clock } from './clock.ts';
import { type Random, systemRandom } from './random.ts';

/** Ids of hubs, pumps and boots on the wire: design contract, `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`. */
export const WIRE_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const wireId = new RegExp(WIRE_ID_PATTERN);

export const isWireId = (text: string): boolean => wireId.test(text);

/** Makes ids that sort by time and need no central counter (ULID). */
export type IdMaker = () => string;

export function ulidMaker(clock: Pick<Clock, 'wall'>, random: Random = systemRandom): IdMaker {
  return () => ulid(clock.wall(), random);
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID that the same text at the same instant gives again: its random part is a hash of both. */
export function ulidOf(text: string, at: number): string {
  const hash = createHash('sha256').update(`${at}\n${text}`).digest();
  const random = Array.from(hash.subarray(0, 16), (byte) => CROCKFORD[byte % 32]).join('');
  return encodeTime(Math.max(0, Math.floor(at)), 10) + random;
}
