import { describe, expect, it } from 'vitest';
import { recordsOfEvents, serviceCollection, servicesOf } from '#benefit/service-records.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StreamRow } from '#kernel/state-store.ts';
import type { Alert, AlertEvent, AlertEventKind } from '#model/alert.ts';

const t0 = Date.UTC(2026, 2, 1);
const minute = 60_000;

const alert: Alert = {
  id: '01ALERT',
  version: 1,
  pump: 'pump-1',
  hub: 'hub-1',
  patient: null,
  code: 'occlusion-downstream',
  priority: 'high',
  text: 'Line blocked between pump and patient',
  state: 'open',
  condition: 'active',
  stateUnknown: false,
  response: 'unacknowledged',
  acknowledgedBy: null,
  acknowledgedAt: null,
  acknowledgementExpires: null,
  assignedTo: null,
  escalationStep: null,
  nextStepAt: null,
  held: null,
  chatter: false,
  missed: false,
  since: t0,
  learnedAt: t0,
  clearedAt: null,
  closedAt: null,
  outcome: null,
  count: 1,
  drug: null,
  policy: 'test',
};

function row(
  position: number,
  kind: AlertEventKind,
  at: number,
  by: string | null,
  after: Partial<Alert> = {},
  note: string | null = null,
): StreamRow<AlertEvent> {
  const value = { alert: alert.id, kind, at, by, reason: 'because', cause: null, note, after: { ...alert, ...after } };
  return { position, value };
}

const held = (by: string, at: number): Partial<Alert> => ({
  response: 'acknowledged',
  acknowledgedBy: by,
  acknowledgedAt: at,
});

function store(rows: readonly StreamRow<AlertEvent>[], into = new MemoryStateStore()): MemoryStateStore {
  into.transact((tx) => {
    for (const { collection, key, value } of recordsOfEvents(rows, tx)) tx.put(collection, key, value);
  });
  return into;
}

describe('service records of remote monitoring', () => {
  const handled = [
    row(1, 'opened', t0, null),
    row(2, 'acknowledged', t0 + minute, 'Ana', held('Ana', t0 + minute)),
    row(3, 'noted', t0 + 4 * minute, 'Ana', held('Ana', t0 + minute), 'clamp was closed, patient opened it'),
    row(4, 'cleared', t0 + 6 * minute, null, held('Ana', t0 + minute)),
    row(5, 'closed', t0 + 10 * minute, 'Ana', { ...held('Ana', t0 + minute), state: 'closed', outcome: 'kinked-line' }),
  ];

  it('are made of what a person did, covered and bundled, with no line of their own', () => {
    const services = servicesOf(store(handled));
    expect(services.map(({ action, start, end, durationMs }) => [action, start - t0, end - t0, durationMs])).toEqual([
      ['acknowledged', minute, minute, 0],
      ['noted', minute, 4 * minute, 3 * minute],
      ['closed', 4 * minute, 10 * minute, 6 * minute],
    ]);
    expect(services[2]).toMatchObject({
      kind: 'remote-monitoring',
      pump: 'pump-1',
      hub: 'hub-1',
      alert: '01ALERT',
      performer: 'Ana',
      finding: 'Outcome: kinked-line.',
      place: 'remote',
      covered: true,
      bundled: true,
      separatelyPayable: false,
      alertEvent: 5,
    });
    expect(services[0]?.citation).toContain('1861(iii)(2)(B)');
    expect(services[1]?.finding).toBe('clamp was closed, patient opened it');
  });

  it('add up to no more time than passed between taking and closing', () => {
    const total = servicesOf(store(handled)).reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(total).toBe(9 * minute);
  });

  it('do not change when they are written twice, at once or one event at a time', () => {
    const once = servicesOf(store(handled));
    expect(servicesOf(store(handled, store(handled)))).toEqual(once);
    const bit = new MemoryStateStore();
    for (const event of [...handled, ...handled]) store([event], bit);
    expect(servicesOf(bit)).toEqual(once);
    expect(bit.list(serviceCollection)).toHaveLength(3);
  });

  it('are not made of what the gateway itself does, nor of a snooze', () => {
    const rows = [
      row(1, 'opened', t0, null),
      row(2, 'snoozed', t0 + minute, 'Ana'),
      row(3, 'closed', t0 + 2 * minute, null, { state: 'closed' }),
      row(4, 'acknowledgement-expired', t0 + 3 * minute, null),
    ];
    expect(servicesOf(store(rows))).toEqual([]);
  });

  it('count no time for a person who does not have the alert, or after their acknowledgement ran out', () => {
    const rows = [
      row(1, 'acknowledged', t0, 'Ana', held('Ana', t0)),
      row(2, 'noted', t0 + 10 * minute, 'Ben', held('Ana', t0), 'saw it too'),
      row(3, 'acknowledgement-expired', t0 + 15 * minute, null),
      row(4, 'noted', t0 + 600 * minute, 'Ana', {}, 'written in the morning'),
      row(5, 'acknowledged', t0 + 601 * minute, 'Ben', held('Ben', t0 + 601 * minute)),
    ];
    expect(servicesOf(store(rows)).map(({ performer, durationMs }) => [performer, durationMs])).toEqual([
      ['Ana', 0],
      ['Ben', 0],
      ['Ana', 0],
      ['Ben', 0],
    ]);
  });

  it('can be asked for one patient', () => {
    const ours = row(1, 'acknowledged', t0, 'Ana', { ...held('Ana', t0), patient: 'p-1' });
    const other = row(2, 'acknowledged', t0, 'Ana', { ...held('Ana', t0), patient: 'p-2', id: '02OTHER' });
    expect(servicesOf(store([ours, other]), 'p-1')).toHaveLength(1);
    expect(servicesOf(store([ours, other]))).toHaveLength(2);
  });
});
