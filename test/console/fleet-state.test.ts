import { expect, test } from 'vitest';
import type { Alert } from '#model/alert.ts';
import { alertOf, pumpsAt } from '#support/console-story.ts';
import {
  emptyFleet,
  type FleetState,
  newlyLoud,
  withAlert,
  withFleet,
  withSnapshot,
} from '../../dashboards/nurse/src/state/fleet-state.ts';

const first = alertOf('a1', { since: 1_000 });
const taken: Alert = { ...first, version: 2, response: 'acknowledged', acknowledgedBy: 'Nurse B' };
const closed: Alert = { ...taken, version: 3, state: 'closed' };
const nobody: ReadonlySet<string> = new Set();
const whole = (...alerts: Alert[]) => ({ alerts, pumps: [], hubs: [] });
const idsOf = (state: FleetState) => [...state.alerts.keys()];

test('the higher version wins whatever the order', () => {
  const forward = [first, taken, closed].reduce(withAlert, emptyFleet);
  const backward = [closed, taken, first].reduce(withAlert, emptyFleet);
  expect(forward.alerts.get('a1')).toEqual(closed);
  expect(backward.alerts.get('a1')).toEqual(closed);
});

test('a snapshot taken before an event does not undo it', () => {
  const heard = withAlert(emptyFleet, closed);
  const after = withSnapshot(heard, whole(first), new Set(['a1']));
  expect(after.alerts.get('a1')?.state).toBe('closed');
});

test('an open alert that the snapshot does not name was closed unheard and goes', () => {
  const before = withAlert(emptyFleet, first);
  expect(idsOf(withSnapshot(before, whole(), nobody))).toEqual([]);
});

test('an alert that opened while the snapshot was under way stays', () => {
  const before = withAlert(emptyFleet, first);
  expect(idsOf(withSnapshot(before, whole(), new Set(['a1'])))).toEqual(['a1']);
});

test('an empty list before the first snapshot is not the same as nothing due', () => {
  expect(emptyFleet.known).toBe(false);
  expect(withSnapshot(emptyFleet, whole(), nobody).known).toBe(true);
});

test('an older report of a pump does not replace a newer one', () => {
  const [newer] = pumpsAt(1_700_000_060_000, 1_700_000_000_000, []);
  const [older] = pumpsAt(1_700_000_000_000, 1_700_000_000_000, []);
  if (newer === undefined || older === undefined) throw new Error('the story has no pump');
  const held = withFleet(emptyFleet, { pumps: [newer], hubs: [] });
  expect(withFleet(held, { pumps: [older], hubs: [] }).pumps.get(newer.id)).toEqual(newer);
  expect(withSnapshot(held, { alerts: [], pumps: [older], hubs: [] }, nobody).pumps.get(newer.id)).toEqual(newer);
});

test('a new high alert is spoken once, again when it comes back, and not when it is taken', () => {
  const opened = withAlert(emptyFleet, first);
  expect(newlyLoud(opened, nobody).map(([key]) => key)).toEqual(['a1/1']);
  expect(newlyLoud(opened, new Set(['a1/1']))).toEqual([]);
  const back = withAlert(opened, { ...first, version: 4, count: 2 });
  expect(newlyLoud(back, new Set(['a1/1'])).map(([key]) => key)).toEqual(['a1/2']);
  expect(newlyLoud(withAlert(emptyFleet, taken), nobody)).toEqual([]);
  expect(newlyLoud(withAlert(emptyFleet, { ...first, priority: 'medium' }), nobody)).toEqual([]);
});

test('the next step of an escalation is taken in though it makes no new version, and never an earlier one', () => {
  const first = withAlert(emptyFleet, alertOf('a', { since: 1, nextStepAt: 100 }));
  const second = withAlert(first, alertOf('a', { since: 1, nextStepAt: 200 }));
  expect(second.alerts.get('a')?.nextStepAt).toBe(200);
  expect(withAlert(second, alertOf('a', { since: 1, nextStepAt: 100 }))).toBe(second);
  const taken = withAlert(second, alertOf('a', { since: 1, version: 2, nextStepAt: null }));
  expect(withAlert(taken, alertOf('a', { since: 1, nextStepAt: 300 }))).toBe(taken);
});
