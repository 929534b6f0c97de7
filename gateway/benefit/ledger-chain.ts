import { createHash } from 'node:crypto';
import type { Json } from '#kernel/state-store.ts';
import type { DayDecision } from './claim-decision.ts';
import type { LocalDate } from './local-days.ts';

/** What was decided about one date of one patient, and from what. */
export type LedgerBody = {
  readonly patient: string;
  readonly date: LocalDate;
  /** Null: nothing is known to have happened on this date any more. */
  readonly decision: DayDecision | null;
  readonly rulePack: string;
  /** Hash of the facts that were decided, under which they are kept. */
  readonly facts: string;
  /** Unix ms. */
  readonly decidedAt: number;
  /** Position of the entry that this one takes the place of. */
  readonly supersedes: number | null;
};

export type LedgerEntry = LedgerBody & {
  readonly position: number;
  /** Hash of the entry before; of the first entry, `genesis`. */
  readonly previous: string;
  readonly hash: string;
};

/** What stands before the first entry. */
export const genesis = '0'.repeat(64);

/** The entry that follows one with this hash. */
export function sealEntry(body: LedgerBody, position: number, previous: string): LedgerEntry {
  return { ...body, position, previous, hash: entryHash(body, position, previous) };
}

export interface Broken {
  readonly position: number;
  readonly why: string;
}

/**
 * The first of these entries that does not follow from the ones before it, or null. The entries begin after one that has
 * this position and hash; with the defaults, at the beginning of the ledger.
 */
export function firstBroken(entries: readonly LedgerEntry[], after = 0, hash = genesis): Broken | null {
  let before = hash;
  for (const [i, entry] of entries.entries()) {
    const position = after + i + 1;
    const { hash: sealed, previous, position: written, ...body } = entry;
    if (written !== position) return { position, why: `it says that it is entry ${written}` };
    if (previous !== before) return { position, why: 'it does not follow from the entry before' };
    if (sealed !== entryHash(body, position, previous)) return { position, why: 'its content does not fit its hash' };
    if (entry.supersedes !== null && entry.supersedes >= position) {
      return { position, why: 'it takes the place of an entry that came later' };
    }
    before = sealed;
  }
  return null;
}

/** SHA-256 in hex of a value's canonical JSON: keys in order, no spaces. Equal values have equal hashes. */
export const hashOf = (value: Json): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

function entryHash(body: LedgerBody, position: number, previous: string): string {
  const { patient, date, decision, rulePack, facts, decidedAt, supersedes } = body;
  return hashOf({ patient, date, decision, rulePack, facts, decidedAt, supersedes, position, previous });
}

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
