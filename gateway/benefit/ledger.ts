import { GatewayError } from '#kernel/errors.ts';
import type { StateReader, StateStore, StateTransaction } from '#kernel/state-store.ts';
import type { WallMs } from '#kernel/time.ts';
import type { DayDecision } from './claim-decision.ts';
import type { ClaimFacts } from './claim-facts.ts';
import { decideClaims } from './decide-claims.ts';
import {
  type Broken,
  canonicalJson,
  firstBroken,
  genesis,
  hashOf,
  type LedgerEntry,
  sealEntry,
} from './ledger-chain.ts';
import type { LocalDate } from './local-days.ts';
import type { RulePack } from './rule-pack.ts';

const stream = 'benefit-ledger';
const headCollection = 'benefit-ledger-head';
const latestCollection = 'benefit-ledger-latest';
const factsCollection = 'benefit-ledger-facts';
const PAGE = 1_000;

type Head = Pick<LedgerEntry, 'position' | 'hash'>;

export interface Verification {
  readonly entries: number;
  /** Hash of the last entry. Written down elsewhere, it proves the whole ledger. */
  readonly head: string;
  /** The first entry that is not what it was; null when all are. */
  readonly broken: Broken | null;
}

/**
 * Every decision about every day, in the order in which they were made, each sealed with the hash of the one before.
 * Nothing is changed: a decision that comes out otherwise, because a fact came late or the rules changed, is a new entry
 * that points at the one it takes the place of.
 */
export class BenefitLedger {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /**
   * Decides the facts and keeps what is new: dates never decided, dates decided otherwise, dates on which nothing is left.
   * Deciding the same again adds nothing. Answers the entries added, in order of date.
   * @throws GatewayError `config-invalid` for rules of a proposed law, `storage-refused`
   */
  record(facts: ClaimFacts, pack: RulePack, at: WallMs): LedgerEntry[] {
    if (pack.status !== 'law') {
      throw new GatewayError('config-invalid', 'Decisions by a proposed law are not kept in the ledger.');
    }
    const { rulePack, days } = decideClaims(facts, pack);
    const patient = facts.patient.id;
    return this.#store.transact((tx) => {
      const factsHash = hashOf(facts);
      const known = latestOf(tx, patient).filter(({ date }) => facts.from <= date && date <= facts.to);
      const gone = known.filter(({ date, decision }) => decision !== null && !days.some((day) => day.date === date));
      const wanted: { readonly date: LocalDate; readonly decision: DayDecision | null }[] = [
        ...days.map((decision) => ({ date: decision.date, decision })),
        ...gone.map(({ date }) => ({ date, decision: null })),
      ].sort((a, b) => (a.date < b.date ? -1 : 1));
      const added = wanted.flatMap(({ date, decision }) => {
        const before = known.find((entry) => entry.date === date);
        if (before !== undefined && before.rulePack === rulePack && same(before.decision, decision)) return [];
        const supersedes = before?.position ?? null;
        return [append(tx, { patient, date, decision, rulePack, facts: factsHash, decidedAt: at, supersedes })];
      });
      if (added.length > 0) tx.put(factsCollection, factsHash, facts);
      return added;
    });
  }

  /** What holds for each date of a patient, in order of date; dates on which nothing is left are not among them. */
  current(patient: string): LedgerEntry[] {
    return latestOf(this.#store, patient).filter(({ decision }) => decision !== null);
  }

  /** All that was ever decided about one date, oldest first. */
  history(patient: string, date: LocalDate): LedgerEntry[] {
    const last = this.#store.get<LedgerEntry>(latestCollection, keyOf(patient, date));
    const entries: LedgerEntry[] = [];
    for (let next: LedgerEntry | undefined = last; next !== undefined; ) {
      entries.unshift(next);
      next = next.supersedes === null ? undefined : this.#entry(next.supersedes);
    }
    return entries;
  }

  /** The facts that an entry was decided from. */
  factsOf(entry: LedgerEntry): ClaimFacts | undefined {
    return this.#store.get<ClaimFacts>(factsCollection, entry.facts);
  }

  /** Recomputes the whole chain, the kept facts, and that no entry is missing at the end. */
  verify(): Verification {
    const head: Head = this.#store.get<Head>(headCollection, 'head') ?? { position: 0, hash: genesis };
    let position = 0;
    let hash = genesis;
    for (let page = this.#page(0); page.length > 0; page = this.#page(position)) {
      const broken = firstBroken(page, position, hash) ?? this.#firstWithoutFacts(page);
      if (broken !== null) return { entries: head.position, head: head.hash, broken };
      position += page.length;
      hash = page.at(-1)?.hash ?? hash;
    }
    const whole = position === head.position && hash === head.hash;
    const broken = whole
      ? null
      : { position: Math.min(position, head.position) + 1, why: 'the end is not the one kept' };
    return { entries: head.position, head: head.hash, broken };
  }

  #page(after: number): LedgerEntry[] {
    return this.#store.read<LedgerEntry>(stream, after, PAGE).map(({ value }) => value);
  }

  #entry(position: number): LedgerEntry | undefined {
    return this.#store.read<LedgerEntry>(stream, position - 1, 1)[0]?.value;
  }

  #firstWithoutFacts(entries: readonly LedgerEntry[]): Broken | null {
    const sound = new Set<string>();
    for (const entry of entries) {
      if (sound.has(entry.facts)) continue;
      const facts = this.factsOf(entry);
      if (facts === undefined || hashOf(facts) !== entry.facts) {
        return { position: entry.position, why: 'its facts are not the ones that were decided' };
      }
      sound.add(entry.facts);
    }
    return null;
  }
}

function append(tx: StateTransaction, body: Parameters<typeof sealEntry>[0]): LedgerEntry {
  const head: Head = tx.get<Head>(headCollection, 'head') ?? { position: 0, hash: genesis };
  const entry = sealEntry(body, tx.last(stream) + 1, head.hash);
  tx.append(stream, entry);
  tx.put(headCollection, 'head', { position: entry.position, hash: entry.hash });
  tx.put(latestCollection, keyOf(body.patient, body.date), entry);
  return entry;
}

function latestOf(reader: StateReader, patient: string): LedgerEntry[] {
  return reader.list<LedgerEntry>(latestCollection, keyOf(patient, '')).map(({ value }) => value);
}

/** The id is encoded, so that no id is the beginning of another with a stroke in it. */
const keyOf = (patient: string, date: LocalDate): string => `${encodeURIComponent(patient)}/${date}`;

const same = (a: DayDecision | null, b: DayDecision | null): boolean => canonicalJson(a) === canonicalJson(b);
