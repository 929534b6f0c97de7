import { type Broken, firstBroken, genesis, type Sealed, seal } from './hash-chain.ts';
import type { HeadSigner } from './head-signer.ts';
import type { Json, StateStore, StateTransaction } from './state-store.ts';
import type { WallMs } from './time.ts';

const PAGE = 1_000;
const headKey = 'head';

/** The end of a chain, signed. Kept elsewhere, it proves that what was there then is still there. */
export type SignedHead = {
  readonly position: number;
  readonly hash: string;
  /** When it became the head. Unix ms. */
  readonly at: number;
  readonly keyId: string;
  readonly signature: string;
};

export interface Verification {
  readonly entries: number;
  /** Hash of the last entry. Written down elsewhere, it proves the whole chain. */
  readonly head: string;
  /** The first entry that is not what it was; null when all are. */
  readonly broken: Broken | null;
}

/** Something that `infusion-gateway verify` proves. */
export interface Chain {
  readonly name: string;
  verify(): Verification | Promise<Verification>;
}

/**
 * A stream whose entries are each sealed with the hash of the one before, and whose last hash is signed. Nothing in it is
 * changed: what takes the place of an entry names its position in `supersedes`.
 */
export class SealedStream<B extends { readonly [key: string]: Json | undefined }> implements Chain {
  readonly name: string;
  readonly #store: StateStore;
  readonly #signer: HeadSigner;
  readonly #heads: string;

  constructor(store: StateStore, name: string, signer: HeadSigner) {
    this.name = name;
    this.#store = store;
    this.#signer = signer;
    this.#heads = `${name}-head`;
  }

  /** Adds entries in this transaction, and signs the new head once. */
  append(tx: StateTransaction, bodies: readonly B[], at: WallMs): Sealed<B>[] {
    const head = tx.get<SignedHead>(this.#heads, headKey);
    let { position, hash } = head ?? { position: 0, hash: genesis };
    const added = bodies.map((body) => {
      const entry = seal(body, position + 1, hash);
      tx.append(this.name, entry);
      ({ position, hash } = entry);
      return entry;
    });
    if (added.length > 0) tx.put(this.#heads, headKey, this.#signed(position, hash, at));
    return added;
  }

  entry(position: number): Sealed<B> | undefined {
    return this.#store.read<Sealed<B>>(this.name, position - 1, 1)[0]?.value;
  }

  /** Entries after a position, oldest first, at most a thousand. */
  page(after: number): Sealed<B>[] {
    return this.#store.read<Sealed<B>>(this.name, after, PAGE).map(({ value }) => value);
  }

  /** The head as it is signed now; undefined while there is no entry. */
  head(): SignedHead | undefined {
    return this.#store.get<SignedHead>(this.#heads, headKey);
  }

  /** What is wrong with a head that was kept; null when it is signed by us and its entry is still the one it names. */
  against(kept: SignedHead): Broken | null {
    const { position, hash } = kept;
    if (!this.#isSigned(kept)) return { position, why: 'a head that was kept of it is not signed by us' };
    if (this.entry(position)?.hash === hash) return null;
    return { position, why: 'it is not the entry whose signed head was kept' };
  }

  /**
   * Recomputes every seal, that no entry is missing at the end, and the signature of the head. `also` finds what else is
   * wrong in a page of entries.
   */
  verify(also: (entries: readonly Sealed<B>[]) => Broken | null = () => null): Verification {
    const head = this.head();
    const { position: end, hash: endHash } = head ?? { position: 0, hash: genesis };
    const found = (broken: Broken | null): Verification => ({ entries: end, head: endHash, broken });
    let position = 0;
    let hash = genesis;
    for (let page = this.page(0); page.length > 0; page = this.page(position)) {
      const broken = firstBroken(page, position, hash) ?? also(page);
      if (broken !== null) return found(broken);
      position += page.length;
      hash = page.at(-1)?.hash ?? hash;
    }
    if (position !== end || hash !== endHash) {
      return found({ position: Math.min(position, end) + 1, why: 'the end is not the one kept' });
    }
    return found(
      head === undefined || this.#isSigned(head) ? null : { position: end, why: 'its signature is not ours' },
    );
  }

  #signed(position: number, hash: string, at: number): SignedHead {
    const signature = this.#signer.sign(textOf(this.name, position, hash, at));
    return { position, hash, at, keyId: this.#signer.keyId, signature };
  }

  #isSigned({ position, hash, at, keyId, signature }: SignedHead): boolean {
    return keyId === this.#signer.keyId && this.#signer.verify(textOf(this.name, position, hash, at), signature);
  }
}

const textOf = (name: string, position: number, hash: string, at: number): string =>
  `${name} ${position} ${hash} ${at}`;
