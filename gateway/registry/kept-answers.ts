import type { Clock } from '#kernel/clock.ts';
import type { Plain, StateStore } from '#kernel/state-store.ts';
import { hours } from '#kernel/time.ts';

/** What may be kept of an answer: texts and numbers. */
interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly etag: string | null;
}

/** Seals what an answer says: it may be a patient's. */
export interface AnswerCipher {
  seal(text: string, bound: string): string;
  /** @throws GatewayError `key-mismatch` */
  open(sealed: string, bound: string): string;
}

interface Kept {
  readonly at: number;
  readonly fingerprint: string;
  readonly sealed: string;
  readonly status: number;
  readonly contentType: string;
  readonly etag: string | null;
}

const COLLECTION = 'kept-answers';
const LIFE = hours(24);

/** Answers kept for a day under the key that their caller chose, encrypted at rest. */
export class KeptAnswers {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #cipher: AnswerCipher;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>, cipher: AnswerCipher) {
    this.#store = store;
    this.#clock = clock;
    this.#cipher = cipher;
  }

  find(key: string): { readonly fingerprint: string; readonly answer: Answer } | undefined {
    const kept = this.#store.get<Plain<Kept>>(COLLECTION, key);
    if (!kept || this.#isOver(kept)) return undefined;
    const { fingerprint, sealed, status, contentType, etag } = kept;
    return { fingerprint, answer: { status, contentType, etag, body: this.#cipher.open(sealed, key) } };
  }

  keep(key: string, fingerprint: string, { body, ...answer }: Answer): void {
    const kept: Kept = { at: this.#clock.wall(), fingerprint, sealed: this.#cipher.seal(body, key), ...answer };
    this.#store.transact((tx) => tx.put(COLLECTION, key, { ...kept }));
  }

  /** Forgets what is over. */
  tidy(): void {
    const over = this.#store.list<Plain<Kept>>(COLLECTION).filter(({ value }) => this.#isOver(value));
    if (over.length === 0) return;
    this.#store.transact((tx) => {
      for (const { key } of over) tx.delete(COLLECTION, key);
    });
  }

  /** Also after the clock was set back: a day on either side. */
  #isOver({ at }: Plain<Kept>): boolean {
    return Math.abs(this.#clock.wall() - at) >= LIFE;
  }
}
