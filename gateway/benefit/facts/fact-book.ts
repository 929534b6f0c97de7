import { GatewayError } from '#kernel/errors.ts';
import { canonicalJson, type Sealed } from '#kernel/hash-chain.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import { type Chain, SealedStream, type Verification } from '#kernel/sealed-stream.ts';
import type { Json, StateReader, StateStore } from '#kernel/state-store.ts';
import type { WallMs } from '#kernel/time.ts';
import { type FactContents, type FactKind, isPersonal } from '#model/benefit-facts.ts';
import type { FactSource, Signature } from '#model/service-view.ts';

const stream = 'benefit-facts';
const latestCollection = 'benefit-facts-latest';

/** Keeps what says who a patient is unreadable on disk. `bound` ties a text to its place. */
export interface Cipher {
  seal(text: string, bound: string): string;
  open(sealed: string, bound: string): string;
}

/** One version of a fact, as the chain keeps it. */
type FactBody = {
  readonly patient: string;
  readonly kind: FactKind;
  readonly id: string;
  /** From 1. */
  readonly version: number;
  /** Position of the version that this one takes the place of. */
  readonly supersedes: number | null;
  /** Null: withdrawn. Of a kind that is personal, the encrypted text. */
  readonly content: Json;
  readonly signature: Signature | null;
  /** Why it was corrected or withdrawn. */
  readonly reason: string | null;
  readonly recordedBy: string;
  /** Unix ms. */
  readonly recordedAt: number;
  readonly source: FactSource;
};

/** A fact as it stands. */
export interface Fact<K extends FactKind = FactKind> {
  readonly kind: K;
  readonly id: string;
  readonly patient: string;
  readonly version: number;
  /** Its place in the chain, and its seal. */
  readonly position: number;
  readonly hash: string;
  readonly replaces: number | null;
  readonly content: FactContents[K];
  readonly signature: Signature | null;
  readonly reason: string | null;
  readonly recordedBy: string;
  readonly recordedAt: number;
  readonly source: FactSource;
}

export interface FactDraft<K extends FactKind = FactKind> {
  readonly patient: string;
  readonly kind: K;
  readonly id: string;
  /** Null withdraws it. */
  readonly content: FactContents[K] | null;
  readonly signature: Signature | null;
  /** Null for a fact that is new, else the version that it corrects, and why. */
  readonly corrects: { readonly version: number; readonly reason: string } | null;
}

export interface Recorder {
  readonly by: string;
  readonly at: WallMs;
  readonly source: FactSource;
}

/**
 * The facts that the benefit keeps itself: services, drug claims, coverage. Nothing is changed: a correction is a new
 * version that names the old one, in a chain of sealed entries.
 */
export class FactBook implements Chain {
  readonly name = stream;
  readonly #store: StateStore;
  readonly #chain: SealedStream<FactBody>;
  readonly #cipher: Cipher;

  constructor(store: StateStore, signer: HeadSigner, cipher: Cipher) {
    this.#store = store;
    this.#chain = new SealedStream(store, stream, signer);
    this.#cipher = cipher;
  }

  /**
   * Records all of them or none. What stands already just so is not written again.
   * @throws GatewayError `version-conflict` when a draft corrects a version that is not the last, `storage-refused`
   */
  record(drafts: readonly FactDraft[], recorder: Recorder): Fact[] {
    return this.#store.transact((tx) => {
      const seen = new Set<string>();
      const bodies = drafts.flatMap((draft) => {
        const key = keyOf(draft);
        if (seen.has(key)) throw new GatewayError('bad-request', `${draft.kind} ${draft.id} is there twice.`);
        seen.add(key);
        const before = tx.get<Sealed<FactBody>>(latestCollection, key);
        return this.#isTheSame(before, draft) ? [] : [this.#bodyOf(draft, before, recorder)];
      });
      const entries = this.#chain.append(tx, bodies, recorder.at);
      for (const entry of entries) tx.put(latestCollection, keyOf(entry), entry);
      return drafts.flatMap((draft) => this.#read(tx, keyOf(draft)) ?? []);
    });
  }

  /** A fact as it stands; undefined when there is none, or it was withdrawn. */
  get<K extends FactKind>(patient: string, kind: K, id: string): Fact<K> | undefined {
    const fact = this.#read(this.#store, keyOf({ patient, kind, id }));
    return fact && isOf(fact, kind) ? fact : undefined;
  }

  /** Facts of one kind that stand, in order of id. */
  list<K extends FactKind>(patient: string, kind: K): Fact<K>[] {
    return this.#store
      .list<Sealed<FactBody>>(latestCollection, `${encodeURIComponent(patient)}/${kind}/`)
      .flatMap(({ value }) => this.#opened(value) ?? [])
      .filter((fact) => isOf(fact, kind));
  }

  /** Every version of a fact that was not withdrawn, oldest first. */
  history<K extends FactKind>(patient: string, kind: K, id: string): Fact<K>[] {
    const versions: Fact<K>[] = [];
    let next = this.#store.get<Sealed<FactBody>>(latestCollection, keyOf({ patient, kind, id }));
    while (next !== undefined) {
      const fact = this.#opened(next);
      if (fact && isOf(fact, kind)) versions.unshift(fact);
      next = next.supersedes === null ? undefined : this.#chain.entry(next.supersedes);
    }
    return versions;
  }

  /** Patients of whom any fact is kept. */
  patients(): string[] {
    return [...new Set(this.#store.list<Sealed<FactBody>>(latestCollection).map(({ value }) => value.patient))];
  }

  verify(): Verification {
    return this.#chain.verify();
  }

  #bodyOf(draft: FactDraft, before: Sealed<FactBody> | undefined, { by, at, source }: Recorder): FactBody {
    const { patient, kind, id, content, signature, corrects } = draft;
    if ((before?.version ?? null) !== (corrects?.version ?? null)) {
      throw new GatewayError('version-conflict', `${kind} ${id} is at version ${before?.version ?? 0}.`);
    }
    return {
      patient,
      kind,
      id,
      version: (before?.version ?? 0) + 1,
      supersedes: before?.position ?? null,
      content: content !== null && isPersonal(kind) ? this.#cipher.seal(canonicalJson(content), keyOf(draft)) : content,
      signature,
      reason: corrects?.reason ?? null,
      recordedBy: by,
      recordedAt: at,
      source,
    };
  }

  #isTheSame(before: Sealed<FactBody> | undefined, { content, signature }: FactDraft): boolean {
    if (before === undefined) return false;
    const plain = this.#plain(before);
    const { at: _, ...signed } = before.signature ?? { at: 0 };
    const { at: __, ...signs } = signature ?? { at: 0 };
    return canonicalJson(plain) === canonicalJson(content) && canonicalJson(signed) === canonicalJson(signs);
  }

  #plain({ content, kind, ...key }: FactBody): Json {
    if (typeof content !== 'string' || !isPersonal(kind)) return content;
    return JSON.parse(this.#cipher.open(content, keyOf({ ...key, kind })));
  }

  #read(reader: StateReader, key: string): Fact | undefined {
    const entry = reader.get<Sealed<FactBody>>(latestCollection, key);
    return entry && this.#opened(entry);
  }

  #opened(entry: Sealed<FactBody>): Fact | undefined {
    if (entry.content === null) return undefined;
    const { supersedes, previous: _, content: __, ...rest } = entry;
    const content = JSON.parse(canonicalJson(this.#plain(entry)));
    return { ...rest, content, replaces: supersedes };
  }
}

const isOf = <K extends FactKind>(fact: Fact, kind: K): fact is Fact<K> => fact.kind === kind;

/** Ids are encoded, so that no id is the beginning of another with a stroke in it. */
const keyOf = ({ patient, kind, id }: Pick<FactDraft, 'patient' | 'kind' | 'id'>): string =>
  [patient, kind, id].map(encodeURIComponent).join('/');
