import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToRuns, episodesOf, inOrder, type Run } from '../../gateway/alerts/backlog.ts';
import { type DueEntry, DueQueue, dueKinds } from '../../gateway/alerts/due-queue.ts';
import { defaultAlertPolicy, parseAlertPolicy } from '../../gateway/alerts/policy.ts';

const run = (seq: number, alarms: string, boot = 'boot-a', at = seq * 1_000): Run => ({
  boot,
  from: seq,
  to: seq,
  firstAt: at,
  lastAt: at,
  alarms,
  drug: null,
  offset: seq,
});

const collected = (readings: readonly Run[]): Run[] => {
  const runs: Run[] = [];
  for (const reading of readings) addToRuns(runs, reading);
  return runs;
};

describe('a backlog', () => {
  it('is kept as runs of equal alarm sets, however long', () => {
    const readings = Array.from({ length: 10_000 }, (_, seq) => run(seq, seq < 4_000 ? '' : 'door-open'));
    const runs = collected(readings);
    expect(runs.map(({ from, to, alarms }) => [from, to, alarms])).toEqual([
      [0, 3_999, ''],
      [4_000, 9_999, 'door-open'],
    ]);
    expect(episodesOf(runs)).toMatchObject([
      { code: 'door-open', firstAt: 4_000_000, lastAt: 9_999_000, ended: false },
    ]);
  });

  it('tells the same episodes in whatever order its readings came, doubles included', () => {
    const readings = fc
      .array(fc.constantFrom('', 'a', 'b', 'a\nb'), { minLength: 1, maxLength: 30 })
      .map((sets) => sets.map((alarms, i) => (i < 12 ? run(i, alarms) : run(i - 12, alarms, 'boot-b', i * 1_000))));
    fc.assert(
      fc.property(
        readings.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: 2 * list.length })),
        ),
        ([straight, shuffled]) => {
          const told = (list: readonly Run[]) =>
            episodesOf(inOrder(collected(list), null))
              .map(({ code, ended }) => [code, ended])
              .sort();
          expect(told(shuffled)).toEqual(told(straight));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('splits a run when a reading inside it turns out different', () => {
    const runs = collected([run(0, 'a'), run(9, 'a'), run(4, '')]);
    expect(runs.map(({ from, to, alarms }) => [from, to, alarms])).toEqual([
      [0, 3, 'a'],
      [4, 4, ''],
      [5, 9, 'a'],
    ]);
  });
});

describe('the queue of what falls due', () => {
  it('gives out everything in order of time, then of kind and key, whatever the order of adding', () => {
    const entry = fc.record({
      due: fc.nat(20),
      kind: fc.constantFrom(...dueKinds),
      key: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const queue = new DueQueue();
        for (const one of entries) queue.push(one);
        const taken = [];
        for (let one = queue.pop(20); one; one = queue.pop(20)) taken.push(one);
        const rank = ({ due, kind, key }: DueEntry) => due * 100 + dueKinds.indexOf(kind) * 10 + (key === 'a' ? 0 : 1);
        expect(taken.map(rank)).toEqual(entries.map(rank).sort((a, b) => a - b));
        expect(queue.nextDue()).toBeNull();
      }),
    );
  });

  it('gives out nothing before its time', () => {
    const queue = new DueQueue();
    queue.push({ due: 5, kind: 'hold', key: 'a' });
    expect(queue.pop(4)).toBeUndefined();
    expect(queue.nextDue()).toBe(5);
    expect(queue.pop(5)).toMatchObject({ key: 'a' });
  });
});

describe('the alert policy', () => {
  it('names every problem of a bad one at once', () => {
    const bad = {
      ...defaultAlertPolicy,
      version: '',
      backlog: { olderThanSeconds: -1, quietSeconds: 5, mostRuns: 100 },
      extra: 1,
    };
    expect(() => parseAlertPolicy(bad)).toThrow(/^(?=.*\/version)(?=.*\/backlog\/olderThanSeconds)(?=.*\/extra)/);
  });
});
