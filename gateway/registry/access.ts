import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { type DurationMs, seconds } from '#kernel/time.ts';
import type { Person, Role } from '#model/role.ts';
import { type AccessLimits, defaultAccessLimits } from './access-limits.ts';
import { hashPassword, passwordMatches } from './access-password.ts';
import {
  collections,
  keyOf,
  type LinkRecord,
  newSecret,
  personOf,
  type SessionRecord,
  type TokenRecord,
  type UserRecord,
} from './access-records.ts';
import { Sessions, type SessionView, type SignIn, type StandingOf, sessionIdOf } from './access-sessions.ts';
import { SignInTries } from './access-tries.ts';

const MAX_PASSWORDS_IN_CHECK = 8;

/** Printable, no control characters, no blank at either end. */
const NAME_PATTERN = /^(?! )[^\p{Cc}\p{Cs}]{1,64}(?<! )$/u;

/**
 * Who may come in: API tokens, one-time links, passwords and the sessions they open. Every look-up goes to the store,
 * so that what another process writes (the command line beside a running gateway) holds at once.
 */
export class Access {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall' | 'monotonic'>;
  readonly #limits: AccessLimits;
  readonly #tries: SignInTries;
  readonly #sessions: Sessions;
  #passwordsInCheck = 0;

  /** `standingOf`: what the registry says of a name. Whoever has sessions judged must give the same. */
  constructor(
    store: StateStore,
    clock: Pick<Clock, 'wall' | 'monotonic'>,
    limits: Partial<AccessLimits> = {},
    standingOf: StandingOf = () => null,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = { ...defaultAccessLimits, ...limits };
    this.#tries = new SignInTries(clock, this.#limits);
    this.#sessions = new Sessions(store, clock, this.#limits, standingOf);
  }

  /** Makes a bearer token that acts under `name`. Answers it; it is stored as its SHA-256 only and cannot be shown again. */
  addToken(name: string, role: Role, agency: string | null = null): string {
    const token = newSecret();
    const record: TokenRecord = { name: checkedName(name), role, agency, createdAt: this.#clock.wall() };
    this.#store.transact((tx) => tx.put(collections.tokens, keyOf(token), record));
    return token;
  }

  /** Ends every token of this name. Answers how many there were. */
  removeTokens(name: string): number {
    return this.#store.transact((tx) => removeOf<TokenRecord>(tx, collections.tokens, name));
  }

  /** Names and roles of the tokens, oldest first. */
  tokens(): readonly TokenRecord[] {
    const records = this.#store.list<TokenRecord>(collections.tokens).map((doc) => doc.value);
    return records.sort((a, b) => a.createdAt - b.createdAt);
  }

  personOfToken(token: string): Person | undefined {
    const record = this.#store.get<TokenRecord>(collections.tokens, keyOf(token));
    return record && personOf(record);
  }

  /** Makes the token of a sign-in link that works once, until `life` has passed. */
  addLink(name: string, role: Role, options: { life?: DurationMs; agency?: string | null } = {}): string {
    const { life = this.#limits.linkLife, agency = null } = options;
    const token = newSecret();
    const record: LinkRecord = {
      name: checkedName(name),
      role,
      agency,
      expiresAt: this.#clock.wall() + life,
    };
    this.#store.transact((tx) => tx.put(collections.links, keyOf(token), record));
    return token;
  }

  /**
   * Makes the link by which the first person, an admin, comes in; undefined when somebody was ever let in, or may be. An
   * earlier one that nobody opened stops working.
   */
  firstAdminLink(): string | undefined {
    return this.#store.transact((tx) => {
      const links = tx.list<LinkRecord>(collections.links);
      const taken = [collections.users, collections.tokens, collections.sessions].some(
        (one) => tx.list(one).length > 0,
      );
      if (taken || links.some(({ value }) => !value.first)) return undefined;
      for (const { key } of links) tx.delete(collections.links, key);
      const token = newSecret();
      const expiresAt = this.#clock.wall() + this.#limits.firstLinkLife;
      const record: LinkRecord = { name: 'admin', role: 'admin', agency: null, first: true, expiresAt };
      tx.put(collections.links, keyOf(token), record);
      return token;
    });
  }

  /**
   * Spends the link and opens a session, both or neither.
   * @throws GatewayError `link-spent` when it is unknown, used or too old; `sign-in-refused` when its person has left.
   */
  signInWithLink(token: string, address: string | null = null): SignIn {
    const key = keyOf(token);
    // Looking first keeps guesses from costing a disk write.
    const known = this.#store.get<LinkRecord>(collections.links, key) !== undefined;
    const signIn = known && this.#store.transact((tx) => this.#spend(tx, key, address));
    if (!signIn) throw new GatewayError('link-spent', '');
    return signIn;
  }

  /** Adds a person who may sign in by name and password, or by link only when `password` is null. */
  async addUser(name: string, role: Role, password: string | null, agency: string | null = null): Promise<void> {
    const hashed = password === null ? null : await hashPassword(password);
    const record: UserRecord = {
      name: checkedName(name),
      role,
      agency,
      createdAt: this.#clock.wall(),
      password: hashed,
    };
    this.#store.transact((tx) => {
      if (tx.get(collections.users, record.name) !== undefined) {
        throw new GatewayError('bad-request', 'There is a person of that name already.');
      }
      tx.put(collections.users, record.name, record);
    });
  }

  /** Removes a person, and ends their sessions and links. Answers whether there was one. */
  removeUser(name: string): boolean {
    return this.#store.transact((tx) => {
      const known = tx.get(collections.users, name) !== undefined;
      if (known) tx.delete(collections.users, name);
      removeOf<SessionRecord>(tx, collections.sessions, name);
      removeOf<LinkRecord>(tx, collections.links, name);
      return known;
    });
  }

  /** The people who have a record, by name. */
  users(): readonly Person[] {
    return this.#store.list<UserRecord>(collections.users).map(({ value }) => personOf(value));
  }

  /**
   * @param address where the try came from; failures are counted by address, by name, and by both.
   * @throws GatewayError `sign-in-refused`; `too-many-tries` with `retryAfterMs` after repeated failures.
   */
  async signInWithPassword(name: string, password: string, address: string): Promise<SignIn> {
    const atHome = this.#sessions.list(name).some((session) => session.address === address);
    const succeeded = this.#tries.begin(name, address, atHome);
    const before = this.#store.get<UserRecord>(collections.users, name);
    if (!(await this.#matches(password, before?.password ?? null))) {
      throw new GatewayError('sign-in-refused', this.#whyRefused());
    }
    succeeded();
    return this.#store.transact((tx) => {
      // The person may have been removed while the password was being checked.
      const user = tx.get<UserRecord>(collections.users, name);
      if (!user || user.password !== before?.password) throw new GatewayError('sign-in-refused', this.#whyRefused());
      return this.#sessions.open(tx, personOf(user), { how: 'password', address });
    });
  }

  /** The person of a live session. Changes nothing. */
  personOfSession(session: string): Person | undefined {
    return this.#sessions.personOf(session);
  }

  /** Puts off the idle end of a session. Costs a disk write at most once in `useNotedEvery`. */
  noteUse(session: string): void {
    this.#sessions.noteUse(session);
  }

  signOut(session: string): void {
    this.#sessions.end(session);
  }

  /** Live sessions of one person, or of everybody; the last used first. */
  sessions(name?: string): readonly SessionView[] {
    return this.#sessions.list(name);
  }

  /** Ends the session of that id, of this person or of anybody. Answers whether there was one. */
  endSession(id: string, name?: string): boolean {
    return this.#sessions.endById(id, name);
  }

  /** The id of the session that this cookie opens. */
  sessionIdOf(session: string): string {
    return sessionIdOf(session);
  }

  /** A password check costs 19 MiB and a worker thread, so a flood of names must not start them without bound. */
  async #matches(password: string, stored: string | null): Promise<boolean> {
    if (this.#passwordsInCheck >= MAX_PASSWORDS_IN_CHECK) {
      throw new GatewayError('too-many-tries', '', { retryAfterMs: seconds(1) });
    }
    this.#passwordsInCheck += 1;
    try {
      return await passwordMatches(password, stored);
    } finally {
      this.#passwordsInCheck -= 1;
    }
  }

  #spend(tx: StateTransaction, key: string, address: string | null): SignIn | undefined {
    for (const { key: old, value } of tx.list<LinkRecord>(collections.links)) {
      if (value.expiresAt <= this.#clock.wall()) tx.delete(collections.links, old);
    }
    const link = tx.get<LinkRecord>(collections.links, key);
    if (!link) return undefined;
    tx.delete(collections.links, key);
    const person = personOf(link);
    if (link.first && tx.get(collections.users, person.name) === undefined) {
      const user: UserRecord = { ...person, createdAt: this.#clock.wall(), password: null };
      tx.put(collections.users, person.name, user);
    }
    return this.#sessions.open(tx, person, { how: 'link', address });
  }

  #whyRefused(): string {
    const passwords = this.#store.list<UserRecord>(collections.users).some((doc) => doc.value.password !== null);
    return passwords ? 'Name or password is wrong.' : 'No passwords are set up here: sign in with a one-time link.';
  }
}

function checkedName(name: string): string {
  if (NAME_PATTERN.test(name)) return name;
  throw new GatewayError('bad-request', 'A name has 1 to 64 printable characters and no blank at either end.');
}

function removeOf<T extends { readonly name: string; readonly role: Role }>(
  tx: StateTransaction,
  collection: string,
  name: string,
): number {
  const keys = tx.list<T>(collection).flatMap(({ key, value }) => (value.name === name ? [key] : []));
  for (const key of keys) tx.delete(collection, key);
  return keys.length;
}
