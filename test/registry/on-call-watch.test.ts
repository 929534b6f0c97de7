import { beforeEach, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { hours, minutes } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Contacts } from '#registry/contacts.ts';
import { Handovers } from '#registry/handovers.ts';
import { OnCall } from '#registry/on-call.ts';
import { watchOnCall } from '#registry/on-call-watch.ts';
import { ShiftTests } from '#registry/shift-tests.ts';

const NOW = Date.UTC(2026, 2, 2, 10);
const HOUR = 3_600_000;
let clock: VirtualClock;
let onCall: OnCall;
let contacts: Contacts;
let tests: ShiftTests;
let told: Map<string, boolean>;
let tested: string[];

const active = () => [...told].filter(([, is]) => is).map(([code]) => code);
const rotation = {
  id: 'all',
  agency: null,
  role: 'primary' as const,
  zone: 'UTC',
  from: '2026-03-01',
  at: '12:00',
  until: null,
  turnDays: 1,
  people: ['Ana', 'Ben'],
};
const reach = (person: string) =>
  contacts.confirm(person, contacts.add(person, { channel: 'email', address: `${person}@x.example` }).id);

beforeEach(() => {
  clock = new VirtualClock(NOW);
  const store = new MemoryStateStore();
  onCall = new OnCall(store);
  contacts = new Contacts(store, clock, () => 'point');
  tests = new ShiftTests(store, clock);
  told = new Map();
  tested = [];
});
const start = () =>
  watchOnCall({
    onCall,
    contacts,
    handovers: new Handovers(new MemoryStateStore(), onCall, clock),
    tests,
    clock,
    tell: (code, is) => void told.set(code, is),
    test: (person) => void tested.push(person),
  });

it('says nothing of a gateway that has no schedule', () => {
  start();
  expect(active()).toEqual([]);
});

it('finds the gap 7 days, 24 h and 1 h ahead, and when it is there', async () => {
  onCall.putOverride({
    id: 'now',
    agency: null,
    role: 'primary',
    person: 'Ana',
    from: NOW - HOUR,
    to: NOW + 30 * HOUR,
  });
  onCall.putRotation({ ...rotation, from: '2026-03-04', people: ['Ana'] });
  reach('Ana');
  start();
  expect(active()).toEqual(['on-call-gap-7d']);
  await clock.advance(hours(7));
  expect(active()).toEqual(['on-call-gap-24h']);
  await clock.advance(hours(22.5));
  expect(active()).toEqual(['on-call-gap-1h']);
  await clock.advance(hours(1));
  expect(active()).toEqual(['on-call-gap-now']);
});

it('sends a test page when a shift begins, and counts it as a gap until somebody confirms it', async () => {
  reach('Ana');
  reach('Ben');
  onCall.putRotation(rotation);
  onCall.handedOver('primary', Date.UTC(2026, 2, 1, 12), 'Ana');
  start();
  await clock.advance(hours(1.9));
  expect([tested, active()]).toEqual([[], []]);
  await clock.advance(minutes(10));
  expect(tested).toEqual(['Ben']);
  await clock.advance(minutes(20));
  expect(active()).toEqual(['on-call-gap-now', 'handover-open']);
  tests.confirm('Ben');
  onCall.handedOver('primary', Date.UTC(2026, 2, 2, 12), 'Ben');
  await clock.advance(minutes(2));
  expect(active()).toEqual([]);
});
