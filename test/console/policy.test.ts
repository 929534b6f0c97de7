import { expect, it } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { differencesOf, numbersOf, ruleMs } from '../../dashboards/nurse/src/state/policy.ts';

it('tells of two versions what is otherwise, what is new and what is gone, and nothing else', () => {
  const { 'disk-low': _gone, ...technical } = defaultAlertPolicy.technical;
  const after = {
    ...structuredClone(defaultAlertPolicy),
    version: 'agency-1',
    criticalDrugs: ['J2260'],
    technical: { ...technical, 'door-open': { priority: 'low' } },
  };
  after.priorities.high.snoozeMinutes = 5;
  expect(differencesOf(defaultAlertPolicy, after)).toEqual([
    { path: 'criticalDrugs', before: defaultAlertPolicy.criticalDrugs.join(', '), after: 'J2260' },
    { path: 'priorities.high.snoozeMinutes', before: '10', after: '5' },
    { path: 'technical.disk-low.holdSeconds', before: '60', after: null },
    { path: 'technical.disk-low.priority', before: 'technical', after: null },
    { path: 'technical.door-open.priority', before: null, after: 'low' },
    { path: 'version', before: defaultAlertPolicy.version, after: 'agency-1' },
  ]);
  expect(differencesOf(after, after)).toEqual([]);
});

it('an added step of an escalation is a difference by its place', () => {
  const after = structuredClone(defaultAlertPolicy);
  after.escalation.low.steps.pop();
  expect(differencesOf(after, defaultAlertPolicy).map(({ path }) => path)).toEqual([
    'escalation.low.steps.1.afterSeconds',
    'escalation.low.steps.1.channels.0',
    'escalation.low.steps.1.receiptSeconds',
    'escalation.low.steps.1.targets',
  ]);
  expect(numbersOf(after).get('escalation.low.steps.0.targets')).toBe('primary');
});

it('a rule is read in the unit of its name, and null stays without a limit', () => {
  const { high, low } = defaultAlertPolicy.priorities;
  expect([ruleMs(high, 'clearHoldSeconds'), ruleMs(high, 'snoozeMinutes')]).toEqual([60_000, 600_000]);
  expect([ruleMs(high, 'shelveMinutes'), ruleMs(low, 'snoozeTotalMinutes')]).toEqual([0, null]);
});
