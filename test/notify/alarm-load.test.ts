import { expect, it } from 'vitest';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { Delivery } from '#model/paging.ts';
import { alarmLoad } from '#notify/alarm-load.ts';
import { sampleAlert, sampleEvent } from '#support/api-samples.ts';

const FROM = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const alertAt = (id: string, at: number, more: Partial<Alert> = {}): Alert => ({
  ...sampleAlert,
  id,
  learnedAt: at,
  priority: 'high',
  patient: null,
  pump: 'p1',
  outcome: null,
  chatter: false,
  ...more,
});
const event = (after: Alert, kind: AlertEvent['kind'], at: number, by: string | null): AlertEvent => ({
  ...sampleEvent,
  alert: after.id,
  kind,
  at,
  by,
  after,
});
const delivery = (page: string, person: string, at: number, more: Partial<Delivery> = {}): Delivery => ({
  key: `${page}/${person}/sms`,
  page,
  alert: 'a',
  step: 0,
  kind: 'page',
  recipient: person,
  channel: 'sms',
  state: 'sent',
  queuedAt: at,
  changedAt: at,
  tries: 1,
  problem: null,
  ...more,
});

it('counts pages by person and shift, what was done, how soon, and who is noisy', () => {
  const a = alertAt('a', FROM + MINUTE);
  const b = alertAt('b', FROM + 2 * MINUTE, { chatter: true, count: 6, code: 'air-in-line' });
  const c = alertAt('c', FROM + 3 * MINUTE, { pump: 'p2' });
  const old = alertAt('old', FROM - 1);
  const load = alarmLoad({
    from: FROM,
    to: FROM + 24 * 60 * MINUTE,
    events: [
      event(old, 'acknowledged', FROM, 'Ana'),
      event(a, 'opened', a.learnedAt, null),
      event(a, 'acknowledged', a.learnedAt + 2 * MINUTE, 'Ana'),
      event({ ...a, outcome: 'kinked-line' }, 'closed', a.learnedAt + 9 * MINUTE, 'Ana'),
      event(b, 'declined', b.learnedAt + 4 * MINUTE, 'Ben'),
      event({ ...b, outcome: 'false' }, 'closed', b.learnedAt + 9 * MINUTE, 'Ben'),
      event(c, 'opened', c.learnedAt, null),
    ],
    // New York: 02:00 UTC is 21:00 of the evening before, 13:00 UTC is 08:00.
    deliveries: [
      delivery('a/0/0', 'Ana', FROM + 2 * 60 * MINUTE),
      delivery('a/0/0', 'Ana', FROM + 2 * 60 * MINUTE, { channel: 'push' }),
      delivery('a/1/0', 'Ana', FROM + 4 * 60 * MINUTE),
      delivery('b/0/0', 'Ana', FROM + 13 * 60 * MINUTE),
      delivery('b/0/0', 'hub:h', FROM + 13 * 60 * MINUTE),
      delivery('b/t/1', 'Ana', FROM + 13 * 60 * MINUTE, { kind: 'taken' }),
    ],
    zoneOf: () => 'America/New_York',
  });
  expect(load.shifts).toEqual([
    { person: 'Ana', begins: Date.UTC(2026, 2, 1, 0), pages: 2 },
    { person: 'Ana', begins: Date.UTC(2026, 2, 1, 12), pages: 1 },
  ]);
  expect(load.byPriority[0]).toEqual({
    priority: 'high',
    alerts: 3,
    closed: 2,
    actionableShare: 0.5,
    replyP50Ms: 2 * MINUTE,
    replyP90Ms: 4 * MINUTE,
    unansweredAt15Min: 1,
  });
  expect(load.noisiest).toEqual([{ of: 'p1', alerts: 2 }]);
  expect(load.chatter).toEqual([{ alert: 'b', pump: 'p1', code: 'air-in-line', count: 6 }]);
});
