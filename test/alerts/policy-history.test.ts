import { expect, it } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { PolicyHistory } from '#alerts/policy-history.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';

const START_MS = 1_750_000_000_000;
const other = { ...defaultAlertPolicy, version: 'agency-1', undoSeconds: 30 };

it('a changed policy is a new version with its time and its person; the same again, after a restart too, is none', async () => {
  const store = new MemoryStateStore();
  const clock = new VirtualClock(START_MS);
  const first = new PolicyHistory(store, clock);
  expect(first.versions()).toEqual([]);
  first.note(defaultAlertPolicy, 'built-in', 'root');
  await clock.advance(seconds(60));
  new PolicyHistory(store, clock).note(structuredClone(defaultAlertPolicy), 'built-in', 'someone');
  const history = new PolicyHistory(store, clock);
  history.note(other, 'file', 'someone');

  expect(history.versions().map(({ policy: _numbers, ...rest }) => rest)).toEqual([
    { version: 2, name: 'agency-1', from: START_MS + 60_000, by: 'someone', source: 'file' },
    { version: 1, name: defaultAlertPolicy.version, from: START_MS, by: 'root', source: 'built-in' },
  ]);
  expect(history.get(2)?.policy.undoSeconds).toBe(30);
  expect(history.get(1)?.policy).toEqual(defaultAlertPolicy);
  expect([history.get(0), history.get(3)]).toEqual([undefined, undefined]);
});

it('going back to earlier numbers is a version too: it is in force from then on', () => {
  const clock = new VirtualClock(START_MS);
  const history = new PolicyHistory(new MemoryStateStore(), clock);
  for (const policy of [defaultAlertPolicy, other, defaultAlertPolicy]) history.note(policy, 'file', 'root');
  expect(history.versions().map(({ version, name }) => `${version} ${name}`)).toEqual([
    `3 ${defaultAlertPolicy.version}`,
    '2 agency-1',
    `1 ${defaultAlertPolicy.version}`,
  ]);
});
