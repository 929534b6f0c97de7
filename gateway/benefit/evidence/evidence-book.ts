import { canonicalJson, type Sealed } from '#kernel/hash-chain.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import { type Chain, SealedStream, type Verification } from '#kernel/sealed-stream.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { WallMs } from '#kernel/time.ts';
import type { LocalDate } from '../local-days.ts';
import type { Delivery } from './delivery.ts';
import { asOf, deliveryIn, extentOf, REACH_MS, type ReadingSource, type Window } from './delivery-days.ts';

const stream = 'benefit-evidence';
const latestCollection = 'benefit-evidence-latest';
const extentCollection = 'benefit-evidence-extent';

/** What a pump gave a patient on one local date, as far as the pump was theirs. */
export type EvidenceBody = Delivery & {
  readonly patient: string;
  readonly pump: string;
  readonly date: LocalDate;
  /** The part of the date on which the pump ran for the patient. Unix ms. */
  readonly from: number;
  readonly to: number;
  readonly recordedAt: number;
  readonly supersedes: number | null;
};

export type Evidence = Sealed<EvidenceBody>;

/** A window of one date of a patient. */
export interface DatedWindow extends Window {
  readonly patient: string;
  readonly date: LocalDate;
}

type Extent = { readonly count: number; readonly lastOffset: number };

/**
 * What pumps gave, day by day, kept for as long as the ledger and not only for as long as the journal. A late reading
 * makes a new entry that points at the old one.
 */
export class EvidenceBook implements Chain {
  readonly name = stream;
  readonly #store: StateStore;
  readonly #chain: SealedStream<EvidenceBody>;
  readonly #source: ReadingSource;

  constructor(store: StateStore, signer: HeadSigner, source: ReadingSource) {
    this.#store = store;
    this.#chain = new SealedStream(store, stream, signer);
    this.#source = source;
  }

  /** The evidence of a window as the journal has it now, and whether the book says the same. */
  async look(window: DatedWindow): Promise<{ readonly delivery: Delivery | null; readonly isKept: boolean }> {
    const key = keyOf(window);
    const kept = this.#store.get<Evidence>(latestCollection, key);
    const known = this.#store.get<Extent>(extentCollection, key);
    const extent: Extent = extentOf(this.#source, window);
    const isSameWindow = kept?.to === window.to;
    // Readings that retention took away stay proved by what was kept of them.
    const isPruned = known !== undefined && extent.count < known.count && extent.lastOffset <= known.lastOffset;
    if (kept && isSameWindow && (isPruned || canonicalJson(extent) === canonicalJson(known))) {
      return { delivery: kept, isKept: true };
    }
    if (extent.count === 0) return { delivery: kept ?? null, isKept: true };
    const delivery = await deliveryIn(this.#source, window);
    return { delivery, isKept: false };
  }

  /** Keeps what was looked at. Answers how many entries that made. */
  keep(found: readonly { readonly window: DatedWindow; readonly delivery: Delivery }[], at: WallMs): number {
    return this.#store.transact((tx) => {
      const bodies = found.flatMap(({ window: { patient, pump, date, from, to }, delivery }) => {
        const key = keyOf({ patient, pump, date, from });
        tx.put(extentCollection, key, extentOf(this.#source, { pump, from, to }));
        const before = tx.get<Evidence>(latestCollection, key);
        if (before && before.proof === delivery.proof && before.to === to) return [];
        const { stretches, readings, proof, clockAheadMs } = delivery;
        const supersedes = before?.position ?? null;
        return [
          { patient, pump, date, from, to, stretches, readings, proof, clockAheadMs, recordedAt: at, supersedes },
        ];
      });
      const entries = this.#chain.append(tx, bodies, at);
      for (const entry of entries) tx.put(latestCollection, keyOf(entry), entry);
      return entries.length;
    });
  }

  /** What is kept of a patient, in order of date. */
  list(patient: string): Evidence[] {
    return this.#store.list<Evidence>(latestCollection, `${encodeURIComponent(patient)}/`).map(({ value }) => value);
  }

  verify(): Verification {
    return this.#chain.verify();
  }

  /** Reads the journal again, as it was when each proof was made, and recomputes the proof. */
  async verifyReadings(): Promise<ReadingsVerification> {
    let tried = 0;
    const gone: number[] = [];
    for (const { key, value } of this.#store.list<Evidence>(latestCollection)) {
      const known = this.#store.get<Extent>(extentCollection, key);
      if (!known) return { tried, gone, otherwise: value };
      const then = asOf(this.#source, known.lastOffset);
      const { pump, from, to, position, proof } = value;
      const still = [...then.readingsBetween(pump, from - REACH_MS, to + REACH_MS)].length;
      if (still < known.count) {
        gone.push(position);
        continue;
      }
      tried += 1;
      if ((await deliveryIn(then, value)).proof !== proof) return { tried, gone, otherwise: value };
    }
    return { tried, gone, otherwise: null };
  }
}

/** What came of recomputing the proofs. */
export interface ReadingsVerification {
  readonly tried: number;
  /** Entries that rest on readings of which the journal no longer has every one: they stay proved by the chain alone. */
  readonly gone: readonly number[];
  /** The first entry that comes out otherwise. */
  readonly otherwise: Evidence | null;
}

const keyOf = ({ patient, pump, date, from }: Pick<DatedWindow, 'patient' | 'pump' | 'date' | 'from'>): string =>
  `${encodeURIComponent(patient)}/${date}/${encodeURIComponent(pump)}/${from}`;
