import { describe, expect, test } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { days, hours, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Access } from '#registry/access.ts';
import { collections } from '#registry/access-records.ts';
import { Registry } from '#registry/registry.ts';
import { staffStanding } from '#registry/staff-standing.ts';

const code = (value: string) => expect.objectContaining({ code: value });

function setUp(limits: ConstructorParameters<typeof Access>[2] = {}) {
  const store = new MemoryStateStore();
  const clock = new VirtualClock(Date.UTC(2026, 5, 1, 12));
  const registry = new Registry(new MemoryStateStore(), clock);
  registry.put('agencies', { id: 'north', name: 'North', zone: 'America/Denver', from: '2026-01-01', to: null }, by);
  return { store, clock, registry, access: new Access(store, clock, limits, staffStanding(registry, clock)) };
}

const by = { by: 'test' };
const ana = { id: 'ana', name: 'Ana', role: 'nurse', agency: 'north', from: '2026-01-01', to: null };

describe('the first person', () => {
  test('comes in once by a link of an hour, and is an admin from then on', async () => {
    const { access, clock, store } = setUp();
    const late = access.firstAdminLink() ?? '';
    await clock.advance(hours(1));
    expect(() => access.signInWithLink(late)).toThrow(code('link-spent'));
    const link = access.firstAdminLink() ?? '';
    expect(JSON.stringify(store.list(collections.links))).not.toContain(link);
    expect(access.signInWithLink(link).person).toEqual({ name: 'admin', role: 'admin', agency: null });
    expect(() => access.signInWithLink(link)).toThrow(code('link-spent'));
    expect(access.users()).toEqual([{ name: 'admin', role: 'admin', agency: null }]);
    await clock.advance(days(30));
    expect(access.firstAdminLink()).toBeUndefined();
  });

  test('has one link at a time: a second start takes the first away', () => {
    const { access } = setUp();
    const first = access.firstAdminLink() ?? '';
    const second = access.firstAdminLink() ?? '';
    expect(() => access.signInWithLink(first)).toThrow(code('link-spent'));
    expect(access.signInWithLink(second).person.role).toBe('admin');
  });

  test.each([
    ['a user', async (access: Access) => access.addUser('sam', 'nurse', null)],
    ['a token', async (access: Access) => access.addToken('rig', 'technician')],
    ['a link', async (access: Access) => access.addLink('demo', 'nurse')],
  ])('is not made where %s stands', async (_what, add) => {
    const { access } = setUp();
    await add(access);
    expect(access.firstAdminLink()).toBeUndefined();
  });
});

describe('a list of sign-ins', () => {
  test('names each with its way and its end, and no secret', async () => {
    const { access, clock } = setUp();
    await access.addUser('sam', 'nurse', 'a long enough one');
    const first = access.signInWithLink(access.addLink('sam', 'nurse'), '10.0.0.1');
    await clock.advance(minutes(5));
    const second = await access.signInWithPassword('sam', 'a long enough one', '10.0.0.2');
    access.signInWithLink(access.addLink('kim', 'nurse'));
    const listed = access.sessions('sam');
    expect(listed).toMatchObject([
      { how: 'password', address: '10.0.0.2', id: access.sessionIdOf(second.session) },
      { how: 'link', address: '10.0.0.1', endsAt: Date.UTC(2026, 5, 2) },
    ]);
    expect(access.sessions()).toHaveLength(3);
    for (const { session } of [first, second]) expect(JSON.stringify(listed)).not.toContain(session);
    expect(access.personOfSession(listed[0]?.id ?? '')).toBeUndefined();
  });

  test('lets a person end their own, and nobody else of their name alone', () => {
    const { access } = setUp();
    const { session } = access.signInWithLink(access.addLink('sam', 'nurse'));
    const id = access.sessionIdOf(session);
    expect(access.endSession(id, 'kim')).toBe(false);
    expect(access.personOfSession(session)?.name).toBe('sam');
    expect(access.endSession(id, 'sam')).toBe(true);
    expect(access.personOfSession(session)).toBeUndefined();
    expect(access.endSession(id)).toBe(false);
  });

  test('follows the limits that are set', async () => {
    const { access, clock } = setUp({ sessionIdle: minutes(30), sessionAbsolute: hours(1) });
    const { session, lasts } = access.signInWithLink(access.addLink('sam', 'nurse'));
    expect(lasts).toBe(hours(1));
    await clock.advance(minutes(29));
    access.noteUse(session);
    await clock.advance(minutes(29));
    expect(access.personOfSession(session)?.name).toBe('sam');
    await clock.advance(minutes(2));
    expect(access.personOfSession(session)).toBeUndefined();
    expect(access.sessions()).toEqual([]);
  });
});

describe('a change in the registry', () => {
  const south = { id: 'south', name: 'South', zone: 'America/Denver', from: '2026-01-01', to: null };
  const left = { ...ana, to: '2026-05-31' };

  test.each([
    ['role', { staff: [{ ...ana, role: 'technician' }] }],
    ['last day', { staff: [left] }],
    [
      'agency, under a new record',
      { agencies: [south], staff: [left, { ...ana, id: 'ana-2', agency: 'south', from: '2026-06-01' }] },
    ],
  ])('of the %s ends what was opened before', (_what, batch) => {
    const { access, registry } = setUp();
    registry.put('staff', ana, by);
    const { session } = access.signInWithLink(access.addLink('Ana', 'nurse'));
    expect(access.personOfSession(session)?.name).toBe('Ana');
    expect(registry.putAll(batch, by).problems).toEqual([]);
    expect(access.personOfSession(session)).toBeUndefined();
  });

  test('that comes with the calendar counts too, and nobody who left comes in', async () => {
    const { access, registry, clock } = setUp();
    registry.put('staff', { ...ana, to: '2026-06-01' }, by);
    const link = access.addLink('Ana', 'nurse');
    const { session } = access.signInWithLink(access.addLink('Ana', 'nurse'));
    await clock.advance(hours(11));
    access.noteUse(session);
    expect(access.personOfSession(session)?.name).toBe('Ana');
    await clock.advance(hours(1));
    expect(access.personOfSession(session)).toBeUndefined();
    expect(() => access.signInWithLink(link)).toThrow(code('sign-in-refused'));
  });
});

describe('tries of passwords', () => {
  test('at one name from many addresses are held up, but not where the person is signed in, nor for good', async () => {
    const { access, clock } = setUp({ nameFailures: 6 });
    await access.addUser('sam', 'nurse', 'a long enough one');
    await access.signInWithPassword('sam', 'a long enough one', 'home');
    for (let i = 0; i < 6; i += 1) {
      await expect(access.signInWithPassword('sam', 'wrong', `bot-${i}`)).rejects.toEqual(code('sign-in-refused'));
    }
    await expect(access.signInWithPassword('sam', 'a long enough one', 'new')).rejects.toEqual(code('too-many-tries'));
    expect((await access.signInWithPassword('sam', 'a long enough one', 'home')).person.name).toBe('sam');
    expect(access.signInWithLink(access.addLink('sam', 'nurse')).person.name).toBe('sam');
    await clock.advance(seconds(60));
    expect((await access.signInWithPassword('sam', 'a long enough one', 'new')).person.name).toBe('sam');
  });

  test('by one address at many names are held up, and one right password does not free it', async () => {
    const { access } = setUp({ addressFailures: 4 });
    await access.addUser('sam', 'nurse', 'a long enough one');
    for (let i = 0; i < 3; i += 1) {
      await expect(access.signInWithPassword(`n${i}`, 'wrong', 'bot')).rejects.toEqual(code('sign-in-refused'));
    }
    await access.signInWithPassword('sam', 'a long enough one', 'bot');
    await expect(access.signInWithPassword('n4', 'wrong', 'bot')).rejects.toEqual(code('sign-in-refused'));
    await expect(access.signInWithPassword('n5', 'wrong', 'bot')).rejects.toEqual(code('too-many-tries'));
  });
});
