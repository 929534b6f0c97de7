import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Rotation } from '#model/on-call.ts';
import type { Page } from '#model/paging.ts';
import type { Person } from '#model/role.ts';
import { Contacts } from '#registry/contacts.ts';
import { OnCall } from '#registry/on-call.ts';
import { OnCallDirectory } from '#registry/on-call-directory.ts';
import { shiftsOf, uncovered } from '#registry/on-call-shifts.ts';
import { Visits } from '#registry/visits.ts';

const ZONE = 'America/New_York';
const local = (text: string): number => Temporal.ZonedDateTime.from(`${text}[${ZONE}]`).epochMilliseconds;
const HOUR = 3_600_000;
const nights: Rotation = {
  id: 'nights',
  agency: null,
  role: 'primary',
  zone: ZONE,
  from: '2026-03-01',
  at: '19:00',
  until: '07:00',
  turnDays: 1,
  people: ['Ana', 'Ben'],
};
const days: Rotation = { ...nights, id: 'days', at: '07:00', until: '19:00', people: ['Dee'] };
const weekly: Rotation = {
  ...nights,
  id: 'weekly',
  role: 'supervisor',
  at: '08:00',
  until: null,
  turnDays: 7,
  people: ['Sue', 'Tom'],
};

describe('shifts', () => {
  it('take turns from a date at a local time', () => {
    const from = local('2026-03-02T00:00');
    const shifts = shiftsOf({ rotations: [nights], overrides: [] }, 'primary', from, from + 48 * HOUR);
    expect(shifts.map(({ person, from: begin, to }) => [person, (begin - from) / HOUR, (to - from) / HOUR])).toEqual([
      ['Ana', 0, 7],
      ['Ben', 19, 31],
      ['Ana', 43, 48],
    ]);
  });

  it.each([
    ['the spring night', '2026-03-07T19:00', 11],
    ['the autumn night', '2026-10-31T19:00', 13],
    ['any other night', '2026-06-10T19:00', 12],
  ])('last from 19:00 to 07:00 by the wall on %s', (_name, begins, hours) => {
    const from = local(begins);
    const [shift] = shiftsOf({ rotations: [nights], overrides: [] }, 'primary', from, from + 20 * HOUR);
    expect(shift).toMatchObject({ from, to: from + hours * HOUR });
  });

  it('that begin or end in the hour that is skipped or comes twice leave no gap', () => {
    const odd: Rotation[] = [
      { ...nights, at: '02:30', until: '14:30' },
      { ...nights, id: 'b', at: '14:30', until: '02:30' },
    ];
    for (const night of ['2026-03-06T00:00', '2026-10-30T00:00']) {
      const from = local(night);
      const shifts = shiftsOf({ rotations: odd, overrides: [] }, 'primary', from, from + 96 * HOUR);
      expect(uncovered(shifts, from, from + 96 * HOUR)).toEqual([]);
    }
  });

  it('are cut by an override, of which the later made holds', () => {
    const from = local('2026-03-02T19:00');
    const over = (id: string, person: string, a: number, b: number) => ({
      id,
      agency: null,
      role: 'primary' as const,
      person,
      from: from + a * HOUR,
      to: from + b * HOUR,
    });
    const shifts = shiftsOf(
      { rotations: [nights], overrides: [over('1', 'Cy', 2, 6), over('2', 'Di', 4, 5)] },
      'primary',
      from,
      from + 12 * HOUR,
    );
    expect(shifts.map(({ person, from: a, to: b }) => [person, (a - from) / HOUR, (b - from) / HOUR])).toEqual([
      ['Ben', 0, 2],
      ['Cy', 2, 4],
      ['Di', 4, 5],
      ['Cy', 5, 6],
      ['Ben', 6, 12],
    ]);
  });

  it('of two rotations around the clock cover every instant of years, in any zone', () => {
    const zones = fc.constantFrom(ZONE, 'Europe/London', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC');
    const time = fc
      .integer({ min: 0, max: 1_439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    fc.assert(
      fc.property(zones, time, time, fc.integer({ min: 0, max: 700 }), (zone, a, b, day) => {
        fc.pre(a !== b);
        const from = Date.UTC(2026, 2, 2) + day * 24 * HOUR;
        const one = { ...nights, zone, at: a, until: b };
        const shifts = shiftsOf(
          { rotations: [one, { ...one, id: 'other', at: b, until: a }], overrides: [] },
          'primary',
          from,
          from + 72 * HOUR,
        );
        expect(uncovered(shifts, from, from + 72 * HOUR)).toEqual([]);
      }),
      { seed: 5, numRuns: 150 },
    );
  });
});

describe('the directory', () => {
  const now = local('2026-03-02T22:00');
  let onCall: OnCall;
  let contacts: Contacts;
  let directory: OnCallDirectory;
  let visits: Visits;
  let clock: VirtualClock;
  let staff: Person[];
  const page: Page = {
    id: 'A/0/0',
    kind: 'page',
    alert: 'A',
    version: 1,
    step: 0,
    round: 0,
    priority: 'high',
    hub: 'h',
    pump: 'p',
    patient: null,
    targets: ['primary'],
    channels: [['sms']],
    receiptMs: null,
    at: now,
    nextAt: null,
    by: null,
    gathers: [],
  };
  const names = (target: Parameters<OnCallDirectory['recipients']>[0], more: Partial<Page> = {}) =>
    directory.recipients(target, { ...page, ...more }).map(({ person }) => person);
  const reach = (...people: string[]) => {
    for (const person of people) {
      const { id } = contacts.add(person, { channel: 'email', address: `${person.toLowerCase()}@example.org` });
      contacts.confirm(person, id);
    }
  };

  beforeEach(() => {
    clock = new VirtualClock(now);
    const store = new MemoryStateStore();
    let count = 0;
    onCall = new OnCall(store);
    contacts = new Contacts(store, clock, () => `id-${++count}`);
    visits = new Visits(store, clock);
    staff = [
      { name: 'Ana', role: 'nurse', agency: null },
      { name: 'Ben', role: 'nurse', agency: null },
      { name: 'Sue', role: 'supervisor', agency: null },
      { name: 'Tec', role: 'technician', agency: null },
      { name: 'Far', role: 'supervisor', agency: 'other' },
    ];
    directory = new OnCallDirectory({
      onCall,
      contacts,
      staff: () => staff,
      agencyOf: () => 'elm',
      visiting: (pump, at) => visits.at(pump, at)?.nurse,
      clock,
    });
    for (const rotation of [nights, days, weekly]) onCall.putRotation(rotation);
  });

  it('names who is on call, and who is next', () => {
    reach('Ben', 'Sue');
    onCall.handedOver('primary', local('2026-03-02T19:00'), 'Ben');
    expect(names('primary')).toEqual(['Ben']);
    expect(names('supervisor')).toEqual(['Sue']);
    expect(onCall.next('primary', now, null)).toMatchObject({ person: 'Dee', from: local('2026-03-03T07:00') });
  });

  it('pages the supervisor and all the team when nobody on call can be reached', () => {
    expect(names('primary', { priority: 'medium' })).toEqual(['Ben', 'Sue', 'Ana']);
    onCall.removeRotation('nights');
    reach('Sue', 'Ana');
    expect(names('primary', { priority: 'medium' })).toEqual(['Sue', 'Ana', 'Ben']);
  });

  it('pages the outgoing nurse too until the handover is accepted, for P1 only', () => {
    reach('Ben', 'Dee');
    expect(names('primary')).toEqual(['Ben', 'Dee']);
    expect(names('primary', { priority: 'medium' })).toEqual(['Ben']);
    onCall.handedOver('primary', local('2026-03-02T19:00'), 'Ben');
    expect(names('primary')).toEqual(['Ben']);
  });

  it('never names people of another agency by their role', () => {
    onCall.removeRotation('weekly');
    expect(names('everyone')).not.toContain('Far');
    expect(names('supervisor')).toEqual(['Sue', 'Ana', 'Ben', 'Sue'].filter((name, i, all) => all.indexOf(name) === i));
  });

  it('knows who is checked in at the home, for an hour', async () => {
    expect(names('visiting')).toEqual([]);
    visits.checkIn('p', 'Ana');
    expect(names('visiting')).toEqual(['Ana']);
    await clock.advance(seconds(3_601));
    expect(names('visiting')).toEqual([]);
    visits.checkIn('p', 'Ana');
    expect(visits.checkOut('p')).toBe(true);
    expect(names('visiting')).toEqual([]);
  });

  it('finds gaps: nobody on call, or nobody who has confirmed a way to be reached', () => {
    reach('Ben', 'Ana', 'Dee', 'Sue');
    const reachable = (person: string) => contacts.points(person).length > 0;
    expect(onCall.gaps(now, now + 24 * HOUR, null, reachable)).toEqual([]);
    onCall.removeRotation('days');
    expect(onCall.gaps(now, now + 24 * HOUR, null, reachable)).toEqual([
      { role: 'primary', from: local('2026-03-03T07:00'), to: local('2026-03-03T19:00'), why: 'nobody is on call' },
    ]);
    onCall.putRotation({ ...days, people: ['Nobody'] });
    expect(onCall.gaps(now, now + 24 * HOUR, null, reachable)).toEqual([
      {
        role: 'primary',
        from: local('2026-03-03T07:00'),
        to: local('2026-03-03T19:00'),
        why: 'no confirmed contact point',
      },
    ]);
  });

  it('uses only a number that is one person’s for replies', () => {
    const add = (person: string, number: string) => {
      const { id } = contacts.add(person, { channel: 'sms', address: number });
      contacts.confirm(person, id);
    };
    add('Ana', '+12025550101');
    expect(contacts.personOfNumber('+12025550101')).toBe('Ana');
    add('Ben', '+12025550101');
    expect(contacts.personOfNumber('+12025550101')).toBeUndefined();
    contacts.add('Ben', { channel: 'sms', address: '+12025550102' });
    expect(contacts.personOfNumber('+12025550102')).toBeUndefined();
  });

  it('refuses addresses that are none', () => {
    for (const [channel, address] of [
      ['sms', '555'],
      ['email', 'a b@c'],
      ['push', 'x'.repeat(5)],
      ['ntfy', 'ftp://x/y'],
    ] as const) {
      expect(() => contacts.add('Ana', { channel, address })).toThrow(/no address/);
    }
  });

  it('keeps a PIN as a hash', async () => {
    await contacts.setPin('Ana', '4711');
    expect(await contacts.pinMatches('Ana', '4711')).toBe(true);
    expect(await contacts.pinMatches('Ana', '4712')).toBe(false);
    expect(await contacts.pinMatches('Ben', '4711')).toBe(false);
  });
});
