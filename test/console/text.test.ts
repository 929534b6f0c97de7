import { expect, test } from 'vitest';
import { alertOf } from '#support/console-story.ts';
import { lateAfterMs, livenessOf, lostAfterMs } from '../../dashboards/nurse/src/live/liveness.ts';
import { drugWord } from '../../dashboards/nurse/src/text/drugs.ts';
import { clockTime, span } from '../../dashboards/nurse/src/text/time.ts';
import { conditionWord, describe as describeAlert, holderWord, named } from '../../dashboards/nurse/src/text/words.ts';

const minute = 60_000;

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [minute, '1 min'],
  [59 * minute + 59_999, '59 min'],
  [60 * minute, '1 h 00 min'],
  [125 * minute, '2 h 05 min'],
  [24 * 60 * minute, '1 d 0 h'],
  [76 * 60 * minute, '3 d 4 h'],
])('%d ms reads %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});

test('a time of another local day names the day', () => {
  const now = Date.UTC(2026, 2, 10, 3, 30);
  expect(clockTime(now - 10 * minute, now, 'UTC')).toBe('03:20');
  expect(clockTime(now - 4 * 60 * minute, now, 'UTC')).toBe('9 Mar 23:30');
  expect(clockTime(now - 4 * 60 * minute, now, 'America/Chicago')).toBe('18:30');
});

test('the screen is trusted up to 20 s, barred up to 45 s, covered after', () => {
  expect(livenessOf(null)).toBe('connecting');
  expect(livenessOf(lateAfterMs - 1)).toBe('live');
  expect(livenessOf(lateAfterMs)).toBe('late');
  expect(livenessOf(lostAfterMs - 1)).toBe('late');
  expect(livenessOf(lostAfterMs)).toBe('lost');
  expect([lateAfterMs, lostAfterMs]).toEqual([20_000, 45_000]);
});

const now = 1_700_000_000_000;
const alert = alertOf('a', { since: now - 6 * minute });

test('silence is said before what was last known', () => {
  expect(conditionWord(alert)).toBe('Active');
  expect(conditionWord({ ...alert, stateUnknown: true })).toBe('State unknown');
  expect(conditionWord({ ...alert, stateUnknown: true, state: 'closed' })).toBe('Closed');
  expect(describeAlert({ ...alert, stateUnknown: true }, now)).toContain('present state is unknown');
});

test('one sentence names pump, patient, drug, age and how late it was learned', () => {
  const sentence = describeAlert(alert, now);
  for (const part of ['pump-03', 'patient pt-003', 'J2260', 'still active after 6 min'])
    expect(sentence).toContain(part);
  expect(sentence).not.toContain('learned');
  expect(describeAlert({ ...alert, learnedAt: now - minute }, now)).toContain('learned of at');
  expect(describeAlert({ ...alert, patient: null, drug: null }, now)).not.toContain('(');
});

test('who has it, from where the reader stands', () => {
  const held = { ...alert, response: 'acknowledged', acknowledgedBy: 'Nurse A' } as const;
  expect(holderWord(alert, 'Nurse A', now)).toBe('Nobody has it yet');
  expect(holderWord(held, 'Nurse A', now)).toBe('You have it');
  expect(holderWord(held, 'Nurse B', now)).toBe('Nurse A has it');
  expect(holderWord({ ...held, acknowledgementExpires: now + minute }, 'Nurse B', now)).toMatch(/until \d\d:\d\d$/);
});

test('an id that says what it is gets no second word', () => {
  expect(named('pump', 'pump-03')).toBe('pump-03');
  expect(named('pump', '7F3K')).toBe('Pump 7F3K');
});

test.each([
  ['J2260', 'Milrinone, J2260'],
  ['j3285', 'Treprostinil, J3285'],
  ['J9999', 'J9999'],
  ['TPN', 'TPN'],
  ['IVIG', 'IVIG'],
  ['ANTIBIOTIC-INTERMITTENT', 'Antibiotic intermittent'],
  ['DOBUTamine 500', 'DOBUTamine 500'],
  ['constructor', 'constructor'],
])('the drug %s reads %s', (told, text) => {
  expect(drugWord(told)).toBe(text);
});

test('a low bag that is empty now does not read as clearing', () => {
  const low = { ...alert, code: 'reservoir-low', priority: 'low', condition: 'clearing' } as const;
  const empty = alertOf('b', { since: now, code: 'reservoir-empty' });
  expect(conditionWord(low, [empty])).toBe('Now empty');
  expect(describeAlert(low, now, [empty])).toContain('it has run empty since');
  expect(conditionWord(low, [{ ...empty, pump: 'another' }])).toBe('Clearing');
  expect(conditionWord(low, [{ ...empty, condition: 'cleared' }])).toBe('Clearing');
  expect(conditionWord({ ...low, condition: 'active' }, [empty])).toBe('Active');
  expect(conditionWord({ ...low, state: 'closed' }, [empty])).toBe('Closed');
});
