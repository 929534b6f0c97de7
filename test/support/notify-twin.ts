import type { AlertsPort } from '#api/ports.ts';
import type { NotifyPort } from '#api/ports-notify.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Delivery } from '#model/paging.ts';
import { alarmLoad } from '#notify/alarm-load.ts';
import { ReplyDesk } from '#notify/reply-desk.ts';
import { Contacts } from '#registry/contacts.ts';
import { Handovers } from '#registry/handovers.ts';
import { OnCall } from '#registry/on-call.ts';
import { Visits } from '#registry/visits.ts';
import { handoverPort } from '../../gateway/handover-room.ts';
import { sampleAlert } from './api-samples.ts';

export const sampleDelivery: Delivery = {
  key: `${sampleAlert.id}/0/0/Ana/push`,
  page: `${sampleAlert.id}/0/0`,
  alert: sampleAlert.id,
  step: 0,
  kind: 'page',
  recipient: 'Ana',
  channel: 'push',
  state: 'sent',
  queuedAt: sampleAlert.learnedAt,
  changedAt: sampleAlert.learnedAt,
  tries: 1,
  problem: null,
};

/** The people in memory, and a notifier that has sent one message. */
export function notifyTwin(clock: VirtualClock, alerts: AlertsPort): NotifyPort {
  const store = new MemoryStateStore();
  let count = 0;
  const onCall = new OnCall(store);
  const contacts = new Contacts(store, clock, () => `point-${++count}`);
  const visits = new Visits(store, clock);
  const replies = new ReplyDesk({
    notifier: {
      token: () => undefined,
      spend: () => false,
      alertOf: () => undefined,
      message: () => undefined,
      firstTime: () => true,
      receipt: () => {},
      replied: () => {},
      callEnded: () => {},
    },
    alerts,
    people: {
      person: () => undefined,
      language: () => 'en',
      personOfNumber: () => undefined,
      confirm: () => {},
      pinMatches: async () => false,
    },
    clock,
    provider: null,
  });
  return {
    notices: {
      deliveriesOf: (alert) => (alert === sampleAlert.id ? [sampleDelivery] : []),
      unreached: (ids) => ids.map((id) => [id, { since: 1, tries: 2, problem: 'no route' }]),
      receipt: () => {},
      pushKey: 'push-key',
    },
    replies,
    onCall: {
      at: (...of) => onCall.at(...of),
      next: (...of) => onCall.next(...of),
      shifts: (...of) => onCall.shifts(...of),
      gaps: (from, to, agency) => onCall.gaps(from, to, agency, () => true),
      rotations: () => onCall.rotations(),
      overrides: () => onCall.overrides(),
      putRotation: (rotation) => onCall.putRotation(rotation),
      removeRotation: (id) => onCall.removeRotation(id),
      putOverride: (override) => onCall.putOverride(override),
      removeOverride: (id) => onCall.removeOverride(id),
    },
    contacts: {
      points: (person) => contacts.points(person),
      add: (...of) => contacts.add(...of),
      remove: (...of) => contacts.remove(...of),
      settings: (person) => contacts.settings(person),
      set: (...of) => contacts.set(...of),
      setPin: (...of) => contacts.setPin(...of),
      test: async () => null,
    },
    visits: { checkIn: (...of) => visits.checkIn(...of), checkOut: (pump) => visits.checkOut(pump) },
    isStaff: () => true,
    handovers: handoverPort(
      new Handovers(store, onCall, clock),
      async () => [...(await alerts.list({ state: 'open' }))],
      {
        agencyOf: () => null,
      },
    ),
    load: {
      report: async (from, to) => alarmLoad({ from, to, events: [], deliveries: [], zoneOf: () => 'UTC' }),
    },
  };
}
