import { randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Plain, StateStore } from '#kernel/state-store.ts';
import type { WebhookInput, WebhookState, WebhookView } from '#model/webhook.ts';

/** Keeps secrets unreadable at rest. */
export interface SecretCipher {
  seal(text: string, bound: string): string;
  /** @throws GatewayError `key-mismatch` */
  open(sealed: string, bound: string): string;
}

interface Stored extends WebhookInput {
  readonly version: number;
  readonly sealed: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** How far a receiver has been told, and how that goes. Apart from the record, whose version is the callers'. */
export interface Progress {
  /** Position of the last alert event that is dealt with. */
  readonly position: number;
  readonly failingSince: number | null;
  readonly resting: boolean;
  readonly disabled: boolean;
  readonly problem: string | null;
  readonly deliveredAt: number | null;
}

const RECORDS = 'webhooks';
const PROGRESS = 'webhook-progress';
/** Standard Webhooks: 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** Subscriptions of third parties, and how far each has been told. Nothing is deleted, only ended. */
export class WebhookSubscriptions {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #cipher: SecretCipher;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>, cipher: SecretCipher) {
    this.#store = store;
    this.#clock = clock;
    this.#cipher = cipher;
  }

  list(): WebhookView[] {
    return this.#store.list<Plain<Stored>>(RECORDS).map(({ key, value }) => this.#view(key, value));
  }

  get(id: string): WebhookView | undefined {
    const stored = this.#store.get<Plain<Stored>>(RECORDS, id);
    return stored && this.#view(id, stored);
  }

  /**
   * Makes a subscription that begins after `position` and answers its secret, which cannot be read again; or changes one,
   * which also enables it again: it goes on where it stopped.
   * @throws GatewayError `version-conflict`; `bad-request` for one that has ended
   */
  put(
    id: string,
    { url, events, agency }: WebhookInput,
    by: { readonly person: string; readonly version: number; readonly position: number },
  ): { readonly webhook: WebhookView; readonly secret: string | null } {
    const had = this.#current(id, by.version);
    const secret = had ? null : `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    const stored: Plain<Stored> = {
      url,
      events: [...events],
      agency,
      version: by.version + 1,
      sealed: secret === null ? (had?.sealed ?? '') : this.#cipher.seal(secret, id),
      createdBy: had?.createdBy ?? by.person,
      createdAt: had?.createdAt ?? this.#clock.wall(),
      endedAt: null,
    };
    this.#store.transact((tx) => {
      tx.put(RECORDS, id, stored);
      tx.put(PROGRESS, id, { ...fresh, position: this.progress(id)?.position ?? by.position });
    });
    return { webhook: this.#view(id, stored), secret };
  }

  /** Ends it and forgets its secret. @throws GatewayError `not-found`, `version-conflict`, `bad-request` */
  end(id: string, version: number): void {
    const had = this.#current(id, version);
    if (!had) throw new GatewayError('not-found', 'There is no such webhook.');
    const ended = { ...had, version: version + 1, sealed: '', endedAt: this.#clock.wall() };
    this.#store.transact((tx) => tx.put(RECORDS, id, ended));
  }

  secretOf(id: string): string {
    return this.#cipher.open(this.#store.get<Plain<Stored>>(RECORDS, id)?.sealed ?? '', id);
  }

  progress(id: string): Progress | undefined {
    return this.#store.get<Plain<Progress>>(PROGRESS, id);
  }

  setProgress(id: string, progress: Progress): void {
    this.#store.transact((tx) => tx.put(PROGRESS, id, { ...progress }));
  }

  #current(id: string, version: number): Plain<Stored> | undefined {
    const had = this.#store.get<Plain<Stored>>(RECORDS, id);
    if ((had?.version ?? 0) !== version) throw new GatewayError('version-conflict', '');
    if (had && had.endedAt !== null) throw new GatewayError('bad-request', 'This webhook has ended; make another.');
    return had;
  }

  #view(id: string, { sealed: _sealed, ...stored }: Plain<Stored>): WebhookView {
    const progress = this.progress(id) ?? fresh;
    const { failingSince, problem, deliveredAt } = progress;
    return { id, ...stored, state: stateOf(stored.endedAt, progress), failingSince, problem, deliveredAt };
  }
}

const fresh: Progress = {
  position: 0,
  failingSince: null,
  resting: false,
  disabled: false,
  problem: null,
  deliveredAt: null,
};

function stateOf(endedAt: number | null, { disabled, resting, failingSince }: Progress): WebhookState {
  if (endedAt !== null) return 'ended';
  if (disabled) return 'disabled';
  if (resting) return 'resting';
  return failingSince === null ? 'active' : 'retrying';
}
