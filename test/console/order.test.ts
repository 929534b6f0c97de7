import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '#model/alert.ts';
import { alertOf, pumpsAt } from '#support/console-story.ts';
import {
  compareAlerts,
  groupOf,
  neighbour,
  openInOrder,
  pumpsInOrder,
} from '../../dashboards/nurse/src/state/order.ts';

const acknowledged = { response: 'acknowledged', acknowledgedBy: 'Nurse B' } as const;

test('unacknowledged high first by age, then medium, then what somebody has, then advisory', () => {
  const alerts = [
    alertOf('low', { since: 1, priority: 'low' }),
    alertOf('high-taken', { since: 2, ...acknowledged }),
    alertOf('medium', { since: 3, priority: 'medium' }),
    alertOf('high-young', { since: 9 }),
    alertOf('technical', { since: 0, priority: 'technical' }),
    alertOf('high-old', { since: 4 }),
    alertOf('medium-taken', { since: 1, priority: 'medium', ...acknowledged }),
    alertOf('closed', { since: 0, state: 'closed' }),
  ];
  expect(openInOrder(alerts).map((alert) => alert.id)).toEqual([
    'high-old',
    'high-young',
    'medium',
    'high-taken',
    'medium-taken',
    'low',
    'technical',
  ]);
});

const anyAlert = fc
  .record({
    id: fc.string({ minLength: 1, maxLength: 3 }),
    since: fc.integer({ min: 0, max: 5 }),
    priority: fc.constantFrom('high', 'medium', 'low', 'technical'),
    response: fc.constantFrom('unacknowledged', 'acknowledged', 'snoozed', 'shelved'),
  })
  .map(({ id, ...rest }): Alert => alertOf(id, rest));

test('the order is total: it does not depend on how the alerts arrived', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyAlert, { selector: (alert) => alert.id }), (alerts) => {
      const ids = openInOrder(alerts).map((alert) => alert.id);
      expect(openInOrder([...alerts].reverse()).map((alert) => alert.id)).toEqual(ids);
    }),
  );
});

test('no alert stands above a high one that nobody has, unless it is one too and older', () => {
  fc.assert(
    fc.property(anyAlert, fc.integer({ min: 0, max: 5 }), (other, since) => {
      const urgent = alertOf('~urgent', { since });
      if (compareAlerts(other, urgent) >= 0) return;
      expect([other.priority, groupOf(other)]).toEqual(['high', 'waiting']);
      expect(other.since).toBeLessThanOrEqual(since);
    }),
  );
});

test('pumps: the most pressing alert first, then unknown state, then by number', () => {
  const now = 1_700_000_000_000;
  const found = pumpsAt(now, now, []).map((pump) => ({ ...pump, id: pump.id.replace('pump-05', 'pump-10') }));
  const alerts = [alertOf('x', { since: 1, pump: 'pump-10' }), alertOf('y', { since: 2, pump: 'pump-02' })];
  expect(pumpsInOrder(found, alerts).map((pump) => pump.id)).toEqual([
    'pump-10',
    'pump-02',
    'pump-04',
    'pump-01',
    'pump-03',
  ]);
});

test('stepping through a list stops at its ends', () => {
  const items = ['a', 'b', 'c'];
  expect(neighbour(items, null, 1)).toBe('a');
  expect(neighbour(items, null, -1)).toBe('c');
  expect(neighbour(items, 'a', 1)).toBe('b');
  expect(neighbour(items, 'c', 1)).toBe('c');
  expect(neighbour(items, 'a', -1)).toBe('a');
  expect(neighbour(items, 'gone', 1)).toBe('a');
  expect(neighbour([], null, 1)).toBeNull();
});
