import { hash } from 'node:crypto';
import type { StateTransaction } from '#kernel/state-store.ts';
import { collections } from './records.ts';

/** Crockford's base 32: no I, L, O, U, so that a code can be read out and typed. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHORTEST = 4;
const TRIES_PER_LENGTH = 4;

/** The short opaque id of an alert, the same in every message about it. It tells nothing and opens nothing by itself. */
export function codeOf(tx: StateTransaction, alert: string): string {
  const known = tx.get<string>(collections.codeOf, alert);
  if (known !== undefined) return known;
  for (let n = 0; ; n += 1) {
    const code = codeFor(alert, n);
    if (tx.get<string>(collections.alertOf, code) !== undefined) continue;
    tx.put(collections.codeOf, alert, code);
    tx.put(collections.alertOf, code, alert);
    return code;
  }
}

function codeFor(alert: string, n: number): string {
  const bytes = Buffer.from(hash('sha256', `${alert} ${n}`, 'hex'), 'hex');
  const length = SHORTEST + Math.floor(n / TRIES_PER_LENGTH);
  const letters = [...bytes.subarray(0, length)].map((byte) => LETTERS[byte % LETTERS.length] ?? '0');
  // A code of digits alone could be taken for a number in a message.
  return letters.every((letter) => letter <= '9') ? `${letters.slice(0, -1).join('')}X` : letters.join('');
}

/** What a person typed, as a code: capitals, and the letters that look like digits as digits. */
export const readCode = (text: string): string =>
  text.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1').replaceAll('U', 'V');
