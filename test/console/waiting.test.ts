import { expect, test } from 'vitest';
import {
  givenUpAfterMs,
  sortWaiting,
  type WaitingAct,
  type WaitingActs,
  withoutWaiting,
  withWaiting,
} from '../../dashboards/nurse/src/state/waiting.ts';

const now = 1_700_000_000_000;
const act = (alert: string, differs: Partial<WaitingAct> = {}): WaitingAct => ({
  alert,
  action: { action: 'ack', version: 3 },
  person: 'Nurse A',
  tappedAt: now,
  ...differs,
});
const held = (...acts: readonly WaitingAct[]): WaitingActs => acts.reduce(withWaiting, new Map());

test('the first tap on an alert stands: a second one is not put behind it', () => {
  const acts = held(act('a'), act('a', { action: { action: 'note', version: 3, note: 'x' } }));
  expect([...acts.values()].map(({ action }) => action.action)).toEqual(['ack']);
  expect(withoutWaiting(acts, 'a').size).toBe(0);
});

test('oldest first, only for the person who tapped, and not for ever', () => {
  const acts = held(
    act('young'),
    act('old', { tappedAt: now - givenUpAfterMs }),
    act('stale', { tappedAt: now - givenUpAfterMs - 1 }),
    act('theirs', { person: 'Nurse B' }),
  );
  const { due, old } = sortWaiting(acts, 'Nurse A', now);
  expect(due.map(({ alert }) => alert)).toEqual(['old', 'young']);
  expect(old.map(({ alert }) => alert)).toEqual(['stale']);
});
