import { describe, expect, test } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { hours, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Access } from '#registry/access.ts';
import { collections } from '#registry/access-records.ts';

function setUp() {
  const store = new MemoryStateStore();
  const clock = new VirtualClock(Date.UTC(2026, 5, 1));
  return { store, clock, access: new Access(store, clock) };
}

/** Everything the store holds for access, as text. */
const onDisk = (store: MemoryStateStore): string =>
  JSON.stringify(Object.values(collections).map((collection) => store.list(collection)));

const code = (value: string) => expect.objectContaining({ code: value });

describe('API tokens', () => {
  test('act under their own name and role', () => {
    const { access } = setUp();
    const token = access.addToken('rig 4', 'technician');
    expect(access.personOfToken(token)).toEqual({ name: 'rig 4', role: 'technician', agency: null });
    expect(access.personOfToken(`${token}x`)).toBeUndefined();
    expect(access.personOfToken('')).toBeUndefined();
  });

  test('written by another process beside this one hold at once, and so does their end', () => {
    const { store, clock, access } = setUp();
    const other = new Access(store, clock);
    const token = other.addToken('cli', 'admin');
    expect(access.personOfToken(token)?.name).toBe('cli');
    expect(other.removeTokens('cli')).toBe(1);
    expect(access.personOfToken(token)).toBeUndefined();
  });

  test('two may bear one name, so that one can replace the other', async () => {
    const { access, clock } = setUp();
    const first = access.addToken('export', 'auditor');
    await clock.advance(seconds(1));
    const second = access.addToken('export', 'auditor');
    expect(second).not.toBe(first);
    expect(access.tokens().map((token) => token.createdAt)).toEqual([
      Date.UTC(2026, 5, 1),
      Date.UTC(2026, 5, 1) + 1_000,
    ]);
    expect(access.removeTokens('export')).toBe(2);
  });

  test.each(['', ' a', 'a ', 'a\nb', 'a\u0000', 'x'.repeat(65)])('refuse the name %j', (name) => {
    expect(() => setUp().access.addToken(name, 'nurse')).toThrow(code('bad-request'));
  });
});

test('no secret reaches the disk', async () => {
  const { store, access } = setUp();
  const token = access.addToken('a', 'nurse');
  const link = access.addLink('b', 'nurse');
  await access.addUser('c', 'nurse', 'correct horse battery');
  const { session } = await access.signInWithPassword('c', 'correct horse battery', '10.0.0.1');
  const text = onDisk(store);
  for (const secret of [token, link, session, 'correct horse']) expect(text).not.toContain(secret);
  for (const secret of [token, link, session]) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

describe('one-time links', () => {
  test('work once', () => {
    const { access } = setUp();
    const link = access.addLink('demo nurse', 'nurse');
    const { person, session } = access.signInWithLink(link);
    expect(person).toEqual({ name: 'demo nurse', role: 'nurse', agency: null });
    expect(access.personOfSession(session)).toEqual(person);
    expect(() => access.signInWithLink(link)).toThrow(code('link-spent'));
  });

  test('work until they are too old', async () => {
    const { access, clock } = setUp();
    const early = access.addLink('a', 'nurse', { life: minutes(10) });
    const late = access.addLink('b', 'nurse', { life: minutes(10) });
    await clock.advance(minutes(9));
    expect(access.signInWithLink(early).person.name).toBe('a');
    await clock.advance(minutes(1));
    expect(() => access.signInWithLink(late)).toThrow(code('link-spent'));
  });

  test('unknown ones are refused without a write', () => {
    const { store, access } = setUp();
    store.transact = () => {
      throw new Error('wrote');
    };
    expect(() => access.signInWithLink('guess')).toThrow(code('link-spent'));
  });

  test('a token or session is no link', () => {
    const { access } = setUp();
    const { session } = access.signInWithLink(access.addLink('a', 'nurse'));
    expect(() => access.signInWithLink(session)).toThrow(code('link-spent'));
    expect(() => access.signInWithLink(access.addToken('t', 'nurse'))).toThrow(code('link-spent'));
    expect(access.personOfToken(session)).toBeUndefined();
  });
});

describe('sessions', () => {
  test('end when not used, and use puts that off', async () => {
    const { access, clock } = setUp();
    const used = access.signInWithLink(access.addLink('a', 'nurse')).session;
    const unused = access.signInWithLink(access.addLink('b', 'nurse')).session;
    await clock.advance(hours(11));
    access.noteUse(used);
    expect(access.personOfSession(unused)?.name).toBe('b');
    await clock.advance(hours(1));
    expect(access.personOfSession(used)?.name).toBe('a');
    expect(access.personOfSession(unused)).toBeUndefined();
  });

  test('end a day after the sign-in however much they are used', async () => {
    const { access, clock } = setUp();
    const { session, lasts } = access.signInWithLink(access.addLink('a', 'nurse'));
    expect(lasts).toBe(hours(24));
    for (let hour = 0; hour < 23; hour += 1) {
      await clock.advance(hours(1));
      access.noteUse(session);
      expect(access.personOfSession(session)?.name).toBe('a');
    }
    await clock.advance(hours(1));
    expect(access.personOfSession(session)).toBeUndefined();
    access.noteUse(session);
    expect(access.personOfSession(session)).toBeUndefined();
  });

  test('a use costs a write at most once a minute', async () => {
    const { store, access, clock } = setUp();
    const { session } = access.signInWithLink(access.addLink('a', 'nurse'));
    let writes = 0;
    const transact = store.transact.bind(store);
    store.transact = (work) => {
      writes += 1;
      return transact(work);
    };
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(seconds(1));
      access.noteUse(session);
    }
    expect(writes).toBe(2);
  });

  test('end at sign-out, and ended ones are thrown away at the next sign-in', async () => {
    const { store, access, clock } = setUp();
    const { session } = access.signInWithLink(access.addLink('a', 'nurse'));
    access.signOut(session);
    expect(access.personOfSession(session)).toBeUndefined();
    access.signInWithLink(access.addLink('b', 'nurse'));
    access.addLink('never opened', 'nurse');
    await clock.advance(hours(25));
    access.signInWithLink(access.addLink('c', 'nurse'));
    expect(store.list(collections.sessions)).toHaveLength(1);
    expect(store.list(collections.links)).toHaveLength(0);
  });
});

describe('passwords', () => {
  test('sign in, and only the right one', async () => {
    const { access } = setUp();
    await access.addUser('sam', 'supervisor', 'a long enough one');
    const signIn = await access.signInWithPassword('sam', 'a long enough one', '10.0.0.1');
    expect(signIn.person).toEqual({ name: 'sam', role: 'supervisor', agency: null });
    expect(access.personOfSession(signIn.session)).toEqual(signIn.person);
    await expect(access.signInWithPassword('sam', 'A long enough one', '10.0.0.1')).rejects.toEqual(
      code('sign-in-refused'),
    );
    await expect(access.signInWithPassword('sum', 'a long enough one', '10.0.0.1')).rejects.toEqual(
      code('sign-in-refused'),
    );
  });

  test('a person without one cannot sign in by an empty guess, and is told about links', async () => {
    const { access } = setUp();
    await access.addUser('sam', 'nurse', null);
    await expect(access.signInWithPassword('sam', '', '10.0.0.1')).rejects.toMatchObject({
      code: 'sign-in-refused',
      detail: expect.stringContaining('No passwords are set up'),
    });
  });

  test('failures are held up per address and name, and by nothing else', async () => {
    const { access, clock } = setUp();
    await access.addUser('sam', 'nurse', 'a long enough one');
    await access.addUser('kim', 'nurse', 'another long one');
    const guess = (name: string, address: string) => access.signInWithPassword(name, 'wrong', address);
    for (let i = 0; i < 5; i += 1) await expect(guess('sam', '10.0.0.1')).rejects.toEqual(code('sign-in-refused'));
    await expect(access.signInWithPassword('sam', 'a long enough one', '10.0.0.1')).rejects.toMatchObject({
      code: 'too-many-tries',
      retryAfterMs: 30_000,
    });
    expect((await access.signInWithPassword('sam', 'a long enough one', '10.0.0.2')).person.name).toBe('sam');
    expect((await access.signInWithPassword('kim', 'another long one', '10.0.0.1')).person.name).toBe('kim');
    await clock.advance(seconds(30));
    expect((await access.signInWithPassword('sam', 'a long enough one', '10.0.0.1')).person.name).toBe('sam');
    // The success wiped the slate.
    await expect(guess('sam', '10.0.0.1')).rejects.toEqual(code('sign-in-refused'));
  });

  test('guesses in parallel count as they start', async () => {
    const { access } = setUp();
    await access.addUser('sam', 'nurse', 'a long enough one');
    const tries = Array.from({ length: 8 }, () => access.signInWithPassword('sam', 'wrong', '10.0.0.1'));
    const codes = (await Promise.allSettled(tries)).map((one) => one.status === 'rejected' && one.reason.code);
    expect(codes.filter((one) => one === 'sign-in-refused')).toHaveLength(5);
    expect(codes.filter((one) => one === 'too-many-tries')).toHaveLength(3);
  });

  test('a flood over many names is held up before it takes every worker', async () => {
    const { access } = setUp();
    const tries = Array.from({ length: 20 }, (_, i) => access.signInWithPassword(`n${i}`, 'wrong', '10.0.0.1'));
    const codes = (await Promise.allSettled(tries)).map((one) => one.status === 'rejected' && one.reason.code);
    expect(codes.filter((one) => one === 'sign-in-refused')).toHaveLength(8);
    expect(codes.filter((one) => one === 'too-many-tries')).toHaveLength(12);
  });

  test('too short or a name taken is refused', async () => {
    const { access } = setUp();
    await expect(access.addUser('sam', 'nurse', 'short')).rejects.toEqual(code('bad-request'));
    await access.addUser('sam', 'nurse', null);
    await expect(access.addUser('sam', 'admin', null)).rejects.toEqual(code('bad-request'));
    expect(access.users()).toEqual([{ name: 'sam', role: 'nurse', agency: null }]);
  });

  test('removing a person ends what they hold', async () => {
    const { access } = setUp();
    await access.addUser('sam', 'nurse', 'a long enough one');
    const { session } = await access.signInWithPassword('sam', 'a long enough one', '10.0.0.1');
    const link = access.addLink('sam', 'nurse');
    expect(access.removeUser('sam')).toBe(true);
    expect(access.personOfSession(session)).toBeUndefined();
    expect(() => access.signInWithLink(link)).toThrow(code('link-spent'));
    await expect(access.signInWithPassword('sam', 'a long enough one', '10.0.0.1')).rejects.toEqual(
      code('sign-in-refused'),
    );
    expect(access.removeUser('sam')).toBe(false);
  });

  test('a person removed while the password is being checked does not come in', async () => {
    const { access } = setUp();
    await access.addUser('sam', 'nurse', 'a long enough one');
    const signIn = access.signInWithPassword('sam', 'a long enough one', '10.0.0.1');
    access.removeUser('sam');
    await expect(signIn).rejects.toEqual(code('sign-in-refused'));
  });
});
