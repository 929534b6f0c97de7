import { expect, test } from 'vitest';
import type { AlarmLoad } from '#model/alarm-load.ts';
import { measuresOf } from '../../dashboards/nurse/src/state/alarm-targets.ts';

const quiet = { closed: 0, actionableShare: null, replyP50Ms: null, replyP90Ms: null, unansweredAt15Min: 0 } as const;
const empty: AlarmLoad = { from: 0, to: 1, alerts: 0, shifts: [], byPriority: [], noisiest: [], chatter: [] };
const verdicts = (load: AlarmLoad) => Object.fromEntries(measuresOf(load).map(({ measure, met }) => [measure, met]));

test('at the target is met, just past it is missed', () => {
  const at = (past: number): AlarmLoad => ({
    ...empty,
    shifts: [
      { person: 'A', begins: 0, pages: 2 },
      { person: 'B', begins: 0, pages: 10 + past },
    ],
    byPriority: [
      {
        priority: 'high',
        alerts: 9,
        closed: 9,
        actionableShare: 0.7 - past / 100,
        replyP50Ms: 120_000 + past,
        replyP90Ms: 300_000 + past,
        unansweredAt15Min: past,
      },
      { ...quiet, priority: 'medium', alerts: 9, actionableShare: 0.5 - past / 100 },
    ],
  });
  expect(new Set(Object.values(verdicts(at(0))))).toEqual(new Set([true]));
  expect(new Set(Object.values(verdicts(at(1))))).toEqual(new Set([false]));
});

test('what could not be measured is neither met nor missed', () => {
  const load: AlarmLoad = { ...empty, byPriority: [{ ...quiet, priority: 'high', alerts: 0 }] };
  expect(verdicts(load)).toEqual({
    pages: true,
    'acted-high': null,
    'acted-medium': null,
    'reply-p50': null,
    'reply-p90': null,
    unanswered: true,
  });
});
