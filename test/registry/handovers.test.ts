import { beforeEach, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { HandoverItem } from '#model/handover.ts';
import { Handovers } from '#registry/handovers.ts';
import { OnCall } from '#registry/on-call.ts';

const NOW = Date.UTC(2026, 2, 2, 20);
const item = (alert: string, more: Partial<HandoverItem> = {}): HandoverItem => ({
  alert,
  priority: 'medium',
  patient: null,
  text: 'Line blocked',
  response: 'unacknowledged',
  missed: false,
  since: NOW,
  acknowledgedBy: null,
  nextStepAt: null,
  ...more,
});
let onCall: OnCall;
let handovers: Handovers;

beforeEach(() => {
  const store = new MemoryStateStore();
  onCall = new OnCall(store);
  handovers = new Handovers(store, onCall, new VirtualClock(NOW));
  const base = { agency: null, role: 'primary' as const, zone: 'UTC', from: '2026-03-01', turnDays: 1 };
  onCall.putRotation({ ...base, id: 'days', at: '07:00', until: '19:00', people: ['Dee'] });
  onCall.putRotation({ ...base, id: 'nights', at: '19:00', until: '07:00', people: ['Ana'] });
});

it('is due from the outgoing to the incoming nurse until it is accepted', () => {
  expect(handovers.due(null)).toEqual({ shiftFrom: Date.UTC(2026, 2, 2, 19), outgoing: 'Dee', incoming: 'Ana' });
  handovers.sign('Dee', 'quiet', [item('a')], null);
  expect(onCall.outgoing('primary', NOW, null)).toBe('Dee');
  expect(handovers.accept('Ana', [], 'one to watch', null)).toMatchObject({
    acceptedAt: NOW,
    synthesis: 'one to watch',
  });
  expect(handovers.due(null)).toBeNull();
  expect(onCall.outgoing('primary', NOW, null)).toBeUndefined();
});

it('lists the sickest first, then what was missed, then the oldest', () => {
  const items = [
    item('late'),
    item('old', { since: NOW - 1 }),
    item('missed', { missed: true }),
    item('high', { priority: 'high' }),
  ];
  expect(handovers.sign('Dee', '', items, null).items.map(({ alert }) => alert)).toEqual([
    'high',
    'missed',
    'old',
    'late',
  ]);
});

it('is signed by the outgoing and accepted by the incoming nurse alone, each urgent item by itself', () => {
  expect(() => handovers.sign('Ana', '', [], null)).toThrow(/hands over/);
  expect(() => handovers.accept('Ana', [], '', null)).toThrow(/no signed/);
  handovers.sign('Dee', '', [item('h', { priority: 'high' }), item('m')], null);
  expect(() => handovers.accept('Dee', ['h'], '', null)).toThrow(/somebody else/);
  expect(() => handovers.accept('Ana', ['m'], '', null)).toThrow(/1 urgent/);
  expect(handovers.accept('Ana', ['h'], '', null).acceptedAt).toBe(NOW);
});
