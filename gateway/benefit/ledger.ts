import { GatewayError } from '#kernel/errors.ts';
import { type Broken, canonicalJson, hashOf } from '#kernel/hash-chain.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import { type Chain, SealedStream, type Verification } from '#kernel/sealed-stream.ts';
import type { StateReader, StateStore } from '#kernel/state-store.ts';
import type { WallMs } from '#kernel/time.ts';
import type { DayDecision } from './claim-decision.ts';
import type { ClaimFacts } from './claim-facts.ts';
import { decideClaims } from './decide-claims.ts';
import type { LedgerBody, LedgerEntry } from './ledger-chain.ts';
import type { LocalDate } from './local-days.ts';
import type { RulePack } from './rule-pack.ts';

const stream = 'benefit-ledger';
const latestCollection = 'benefit-ledger-latest';
const factsCollection = 'benefit-ledger-facts';

/** Facts of one patient, to be decided by these rules. */
export interface ToDecide {
  readonly facts: ClaimFacts;
  readonly pack: RulePack;
}

/**
 * Every decision about every day, in the order in which they were made, each sealed with the hash of the one before.
 * Nothing is changed: a decision that comes out otherwise, because a fact came late or the rules changed, is a new entry
 * that points at the one it takes the place of.
 */
export class BenefitLedger implements Chain {
  readonly name = stream;
  readonly #store: StateStore;
  readonly #chain: SealedStream<LedgerBody>;

  constructor(store: StateStore, signer: HeadSigner) {
    this.#store = store;
    this.#chain = new SealedStream(store, stream, signer);
  }

  /**
   * Decides the facts and keeps what is new: dates never decided, dates decided otherwise, dates on which nothing is left.
   * Deciding the same again adds nothing. Answers the entries added, in order of date.
   * @throws GatewayError `config-invalid` for rules of a proposed law, `storage-refused`
   */
  record(facts: ClaimFacts, pack: RulePack, at: WallMs): LedgerEntry[] {
    return this.recordAll([{ facts, pack }], at);
  }

  /** As `record`, of several patients in one transaction. */
  recordAll(all: readonly ToDecide[], at: WallMs): LedgerEntry[] {
    if (all.some(({ pack }) => pack.status !== 'law')) {
      throw new GatewayError('config-invalid', 'Decisions by a proposed law are not kept in the ledger.');
    }
    const decided = all.map((one) => ({ ...one, ...decideClaims(one.facts, one.pack) }));
    return this.#store.transact((tx) => {
      const bodies = decided.flatMap(({ facts, rulePack, days }) => {
        const added = changesOf(tx, facts, rulePack, days, at);
        for (const { facts: hash } of added.slice(0, 1)) tx.put(factsCollection, hash, facts);
        return added;
      });
      const entries = this.#chain.append(tx, bodies, at);
      for (const entry of entries) tx.put(latestCollection, keyOf(entry.patient, entry.date), entry);
      return entries;
    });
  }

  /** The last entry of each date of a patient, those on which nothing is left included. */
  latest(patient: string): LedgerEntry[] {
    return latestOf(this.#store, patient);
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
      next = next.supersedes === null ? undefined : this.#chain.entry(next.supersedes);
    }
    return entries;
  }

  /** The facts that an entry was decided from. */
  factsOf(entry: LedgerEntry): ClaimFacts | undefined {
    return this.#store.get<ClaimFacts>(factsCollection, entry.facts);
  }

  /** Recomputes the whole chain, the kept facts, and that no entry is missing at the end. */
  verify(): Verification {
    return this.#chain.verify((entries) => this.#firstWithoutFacts(entries));
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

/** What is to be added so that the ledger says what was decided. */
function changesOf(
  reader: StateReader,
  facts: ClaimFacts,
  rulePack: string,
  days: readonly DayDecision[],
  at: WallMs,
): LedgerBody[] {
  const patient = facts.patient.id;
  const known = latestOf(reader, patient).filter(({ date }) => facts.from <= date && date <= facts.to);
  const gone = known.filter(({ date, decision }) => decision !== null && !days.some((day) => day.date === date));
  const wanted: { readonly date: LocalDate; readonly decision: DayDecision | null }[] = [
    ...days.map((decision) => ({ date: decision.date, decision })),
    ...gone.map(({ date }) => ({ date, decision: null })),
  ].sort((a, b) => (a.date < b.date ? -1 : 1));
  const factsHash = hashOf(facts);
  return wanted.flatMap(({ date, decision }) => {
    const before = known.find((entry) => entry.date === date);
    if (before !== undefined && before.rulePack === rulePack && same(before.decision, decision)) return [];
    const supersedes = before?.position ?? null;
    return [{ patient, date, decision, rulePack, facts: factsHash, decidedAt: at, supersedes }];
  });
}

function latestOf(reader: StateReader, patient: string): LedgerEntry[] {
  return reader.list<LedgerEntry>(latestCollection, keyOf(patient, '')).map(({ value }) => value);
}

/** The id is encoded, so that no id is the beginning of another with a stroke in it. */
const keyOf = (patient: string, date: LocalDate): string => `${encodeURIComponent(patient)}/${date}`;

const same = (a: DayDecision | null, b: DayDecision | null): boolean => canonicalJson(a) === canonicalJson(b);
