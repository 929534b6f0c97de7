import { hashOf, type Sealed } from '#kernel/hash-chain.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import { type Chain, SealedStream, type Verification } from '#kernel/sealed-stream.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import type { WallMs } from '#kernel/time.ts';
import type { LocalDate } from '../local-days.ts';

const stream = 'benefit-claims';
const lastCollection = 'benefit-claims-last';
const counterCollection = 'benefit-claims-counter';
const fileCollection = 'benefit-claims-files';

/** Frequency codes of a claim: original, replacement, void. */
export type Frequency = '1' | '7' | '8';

/** What a claim said when it was sent. */
export type SentLine = {
  readonly code: string;
  readonly units: number;
  readonly chargeCents: number;
  readonly payer: string;
};

type Common = {
  readonly patient: string;
  readonly date: LocalDate;
  readonly claim: string;
  readonly at: number;
  readonly by: string;
  readonly supersedes: number | null;
};

/** What became of the line of a date. Never edited: the last event tells the state, all of them the story. */
export type ClaimEvent =
  | (Common & {
      readonly event: 'sent';
      readonly frequency: Frequency;
      readonly line: SentLine;
      /** Position of the decision in the ledger. */
      readonly ledger: number;
      readonly file: string;
      readonly payerControl: string | null;
    })
  | (Common & {
      readonly event: 'answered';
      readonly status: 'paid' | 'denied';
      readonly paidCents: number;
      readonly adjustments: readonly string[];
      readonly payerControl: string | null;
      readonly line: SentLine | null;
      /** SHA-256 of the remittance. */
      readonly file: string;
    })
  | (Common & { readonly event: 'reopened'; readonly reason: string });

/** A file of claims: its hash is in the chain, its text is kept encrypted. */
export interface SentFile {
  readonly id: string;
  readonly format: string;
  readonly text: string;
}

export class ClaimBook implements Chain {
  readonly name = stream;
  readonly #store: StateStore;
  readonly #chain: SealedStream<ClaimEvent>;

  constructor(store: StateStore, signer: HeadSigner) {
    this.#store = store;
    this.#chain = new SealedStream(store, stream, signer);
  }

  /** The last that happened to the line of a date. */
  last(patient: string, date: LocalDate): Sealed<ClaimEvent> | undefined {
    return this.#store.get<Sealed<ClaimEvent>>(lastCollection, keyOf(patient, date));
  }

  /** Everything that happened to it, oldest first. */
  story(patient: string, date: LocalDate): Sealed<ClaimEvent>[] {
    const events: Sealed<ClaimEvent>[] = [];
    let next = this.last(patient, date);
    while (next !== undefined) {
      events.unshift(next);
      next = next.supersedes === null ? undefined : this.#chain.entry(next.supersedes);
    }
    return events;
  }

  /** Dates of a patient of which a claim was ever sent. */
  dates(patient: string): LocalDate[] {
    return this.#store.list<Sealed<ClaimEvent>>(lastCollection, keyOf(patient, '')).map(({ value }) => value.date);
  }

  /** The line that a claim of ours is about. */
  byClaim(claim: string): Sealed<ClaimEvent> | undefined {
    const key = this.#store.get<string>(`${lastCollection}-by-claim`, claim);
    return key === undefined ? undefined : this.#store.get<Sealed<ClaimEvent>>(lastCollection, key);
  }

  record(events: readonly Unplaced[], file: SentFile | null, at: WallMs): Sealed<ClaimEvent>[] {
    return this.#store.transact((tx) => {
      const bodies = events.map((event) => ({ ...event, supersedes: lastPosition(tx, event) }));
      const entries = this.#chain.append(tx, bodies, at);
      for (const entry of entries) {
        const key = keyOf(entry.patient, entry.date);
        tx.put(lastCollection, key, entry);
        tx.put(`${lastCollection}-by-claim`, entry.claim, key);
      }
      if (file) tx.put(fileCollection, file.id, { format: file.format, text: file.text });
      return entries;
    });
  }

  file(id: string): Omit<SentFile, 'id'> | undefined {
    return this.#store.get<{ format: string; text: string }>(fileCollection, id);
  }

  /** The next control number of an interchange: from 1 to 999,999,999 and round again. */
  nextControl(): number {
    return this.#store.transact((tx) => {
      const next = ((tx.get<number>(counterCollection, 'interchange') ?? 0) % 999_999_999) + 1;
      tx.put(counterCollection, 'interchange', next);
      return next;
    });
  }

  /** An id for the next claim of a date, of 16 characters and telling nothing of the patient. */
  claimId(patient: string, date: LocalDate): string {
    const sent = this.story(patient, date).filter(({ event }) => event === 'sent').length;
    return `H${hashOf({ patient, date, sent }).slice(0, 15).toUpperCase()}`;
  }

  verify(): Verification {
    return this.#chain.verify();
  }
}

type Unplaced = ClaimEvent extends infer E ? (E extends ClaimEvent ? Omit<E, 'supersedes'> : never) : never;

function lastPosition(tx: StateTransaction, { patient, date }: Unplaced): number | null {
  return tx.get<Sealed<ClaimEvent>>(lastCollection, keyOf(patient, date))?.position ?? null;
}

const keyOf = (patient: string, date: LocalDate): string => `${encodeURIComponent(patient)}/${date}`;
