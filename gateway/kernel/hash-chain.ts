import { createHash } from 'node:crypto';
import type { Json } from './state-store.ts';

/** An entry of a chain: sealed with its place and with the hash of the entry before it. */
export type Sealed<B> = B & {
  readonly position: number;
  /** Hash of the entry before; of the first entry, `genesis`. */
  readonly previous: string;
  readonly hash: string;
};

type Body = { readonly [key: string]: Json | undefined };

/** What stands before the first entry. */
export const genesis = '0'.repeat(64);

/** The entry that follows one with this hash. */
export function seal<B extends Body>(body: B, position: number, previous: string): Sealed<B> {
  return { ...body, position, previous, hash: hashOf({ ...body, position, previous }) };
}

export interface Broken {
  readonly position: number;
  readonly why: string;
}

/**
 * The first of these entries that does not follow from the ones before it, or null. The entries begin after one that has
 * this position and hash; with the defaults, at the beginning of the chain.
 */
export function firstBroken(entries: readonly Sealed<Body>[], after = 0, hash = genesis): Broken | null {
  let before = hash;
  for (const [i, entry] of entries.entries()) {
    const position = after + i + 1;
    const { hash: sealed, ...content } = entry;
    if (content.position !== position) return { position, why: `it says that it is entry ${content.position}` };
    if (content.previous !== before) return { position, why: 'it does not follow from the entry before' };
    if (sealed !== hashOf(content)) return { position, why: 'its content does not fit its hash' };
    const { supersedes } = content;
    if (typeof supersedes === 'number' && supersedes >= position) {
      return { position, why: 'it takes the place of an entry that came later' };
    }
    before = sealed;
  }
  return null;
}

/** SHA-256 in hex of a value's canonical JSON: keys in order, no spaces. Equal values have equal hashes. */
export const hashOf = (value: Json): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

/** JSON with the keys of each object in order, so that the text of a value does not depend on how it was built. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`);
  return `{${fields.join(',')}}`;
}
