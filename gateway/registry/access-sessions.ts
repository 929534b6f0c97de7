import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateReader, StateStore, StateTransaction } from '#kernel/state-store.ts';
import type { DurationMs } from '#kernel/time.ts';
import type { Person, Role } from '#model/role.ts';
import type { AccessLimits } from './access-limits.ts';
import { collections, keyOf, newSecret, personOf, type SessionRecord } from './access-records.ts';

/** Somebody who has just signed in. `session` is the cookie's value and is shown this once. */
export interface SignIn {
  readonly person: Person;
  readonly session: string;
  /** How long the session can last at most. */
  readonly lasts: DurationMs;
}

/** By what a session was opened, and from where. */
export interface SignInWay {
  readonly how: 'link' | 'password';
  /** Null where it is not known. */
  readonly address: string | null;
}

/** A live session, as it may be shown. Instants are Unix ms. */
export interface SessionView {
  /** Names the session and opens nothing. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly how: SignInWay['how'] | null;
  readonly address: string | null;
  readonly createdAt: number;
  readonly usedAt: number;
  /** When it ends if it is not used again. */
  readonly endsAt: number;
}

/**
 * What the registry says of a person: `ended` once they work here no more, a text that changes with role and agency while
 * they do, null of somebody it does not know.
 */
export type StandingOf = (name: string) => string | null;

/** Enough of the key to name one session among all; nobody gets from it to the cookie. */
const ID_CHARS = 16;

/** The sessions that sign-ins open. Each look-up goes to the store: an end holds at once, whichever process wrote it. */
export class Sessions {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #limits: Pick<AccessLimits, 'sessionIdle' | 'sessionAbsolute' | 'useNotedEvery'>;
  readonly #standingOf: StandingOf;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>, limits: AccessLimits, standingOf: StandingOf) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#standingOf = standingOf;
  }

  /** Opens a session under a new id. @throws GatewayError `sign-in-refused` for a person who works here no more. */
  open(tx: StateTransaction, person: Person, way: SignInWay): SignIn {
    const standing = this.#standingOf(person.name);
    if (standing === 'ended') throw new GatewayError('sign-in-refused', 'This person works here no more.');
    this.#sweep(tx);
    const session = newSecret();
    const now = this.#clock.wall();
    const record: SessionRecord = { ...person, ...way, standing, createdAt: now, usedAt: now };
    tx.put(collections.sessions, keyOf(session), record);
    return { person, session, lasts: this.#limits.sessionAbsolute };
  }

  /** The person of a live session. Changes nothing. */
  personOf(session: string): Person | undefined {
    const record = this.#store.get<SessionRecord>(collections.sessions, keyOf(session));
    return record && this.#alive(record) ? personOf(record) : undefined;
  }

  /** Puts off the idle end of a session. Costs a disk write at most once in `useNotedEvery`. */
  noteUse(session: string): void {
    const key = keyOf(session);
    const now = this.#clock.wall();
    const due = (record: SessionRecord | undefined): record is SessionRecord =>
      record !== undefined && this.#alive(record) && now - record.usedAt >= this.#limits.useNotedEvery;
    if (!due(this.#store.get<SessionRecord>(collections.sessions, key))) return;
    this.#store.transact((tx) => {
      const record = tx.get<SessionRecord>(collections.sessions, key);
      if (due(record)) tx.put(collections.sessions, key, { ...record, usedAt: now });
    });
  }

  end(session: string): void {
    this.#store.transact((tx) => tx.delete(collections.sessions, keyOf(session)));
  }

  /** Live sessions of one person, or of everybody; the last used first. */
  list(name?: string): readonly SessionView[] {
    return this.#living(this.#store, name)
      .map(({ key, value }) => this.#view(key, value))
      .sort((a, b) => b.usedAt - a.usedAt || b.createdAt - a.createdAt);
  }

  /** Ends the session of that id, if it is this person's. Answers whether there was one. */
  endById(id: string, name?: string): boolean {
    return this.#store.transact((tx) => {
      const found = this.#living(tx, name).find(({ key }) => idOf(key) === id);
      if (found) tx.delete(collections.sessions, found.key);
      return found !== undefined;
    });
  }

  #living(store: StateReader, name: string | undefined) {
    const all = store.list<SessionRecord>(collections.sessions);
    return all.filter(({ value }) => (name === undefined || value.name === name) && this.#alive(value));
  }

  #view(key: string, record: SessionRecord): SessionView {
    const { name, role, how = null, address = null, createdAt, usedAt } = record;
    return { id: idOf(key), name, role, how, address, createdAt, usedAt, endsAt: this.#endOf(record) };
  }

  /** A change of role or agency ends what was opened under the earlier one, as the end of work does. */
  #alive(record: SessionRecord): boolean {
    if (this.#clock.wall() >= this.#endOf(record)) return false;
    const standing = this.#standingOf(record.name);
    return standing !== 'ended' && (record.standing === undefined || record.standing === standing);
  }

  #endOf({ usedAt, createdAt }: SessionRecord): number {
    return Math.min(usedAt + this.#limits.sessionIdle, createdAt + this.#limits.sessionAbsolute);
  }

  /** Sign-ins are rare, so that is when what has ended is thrown away. */
  #sweep(tx: StateTransaction): void {
    for (const { key, value } of tx.list<SessionRecord>(collections.sessions)) {
      if (!this.#alive(value)) tx.delete(collections.sessions, key);
    }
  }
}

/** The name of the session that this cookie opens. */
export const sessionIdOf = (session: string): string => idOf(keyOf(session));

const idOf = (key: string): string => key.slice(0, ID_CHARS);
