import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { servicesOf } from '#benefit/service-records.ts';
import type { Plain } from '#kernel/state-store.ts';
import type { Alert } from '#model/alert.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import { hour, minute, nurse, Story, second } from './fold.ts';
import { RunnerRig } from './runner-rig.ts';

const kindsOfAlarms = ['occlusion-downstream', 'under-infusion', 'reservoir-low'];
const steps = fc.array(
  fc.record({
    pump: fc.constantFrom('pump-1', 'pump-2', 'pump-3'),
    gapMs: fc.constantFrom(10, 10, 10, 10, second, 10 * second, 70 * second, 10 * minute, 2 * hour),
    alarms: fc.option(fc.subarray(kindsOfAlarms), { nil: undefined }),
    backMs: fc.constantFrom(0, 0, second, 10 * minute),
    act: fc.option(fc.constantFrom('ack', 'note', 'close'), { nil: null }),
  }),
  { minLength: 1, maxLength: 30 },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;
type Crash = { readonly transaction: number; readonly when: 'before' | 'after' };

/** Tells open alerts apart in the same way in every run: ids follow the order of opening, which a restart may change. */
const nameOf = ({ pump, hub, code, since }: Alert): string => JSON.stringify([since, pump, hub, code]);

const isPaging = (kind: string) => kind === 'paged' || kind === 'page-held';

/** Each step in the log left one page, no page stands in the outbox twice, and whoever has to be called will be. */
function expectPaged(rig: RunnerRig): void {
  const pages = rig.store.read<Plain<Page>>(outboxStream, 0, 100_000).map(({ value }) => value);
  expect(new Set(pages.map(({ id }) => id)).size).toBe(pages.length);
  const steps = rig.log.filter(({ value }) => value.kind === 'paged').map(({ value }) => [value.alert, value.at]);
  const calls = pages.filter(({ kind }) => kind === 'page' || kind === 'digest').map(({ alert, at }) => [alert, at]);
  expect(calls).toEqual(steps);
  expect(rig.audits.flatMap(({ passed }) => (passed ? [] : 'failed'))).toEqual([]);
}

/** Plays the steps and answers the alert log without ids and instants of the gateway. */
async function play(
  list: Steps,
  crashes: readonly Crash[],
): Promise<{ log: unknown; open: unknown; services: number }> {
  const rig = new RunnerRig();
  const story = new Story();
  rig.runner.start();
  await rig.pass(0);
  const hubOf: Record<string, string> = { 'pump-1': 'hub-1', 'pump-2': 'hub-1', 'pump-3': 'hub-2' };
  let transactions = 0;
  rig.store.onTransact = (when) => {
    if (rig.isDead) throw new Error('a dead process writes nothing');
    if (when === 'before') transactions += 1;
    if (!crashes.some((crash) => crash.transaction === transactions && crash.when === when)) return;
    rig.kill();
    throw new Error('killed');
  };
  const revive = async () => {
    for (let tries = 0; rig.isDead && tries < 100; tries += 1) {
      rig.restart();
      await rig.pass(0);
    }
  };
  const pass = async (ms: number) => {
    // In small steps, so that a killed process is back as soon as a supervisor would have it.
    for (let left = ms; left > 0; left -= second) {
      await rig.pass(Math.min(left, second));
      await revive();
    }
  };
  let seq = 0;
  for (const step of list) {
    await pass(step.gapMs);
    const at = rig.clock.wall();
    const entry: JournalEntry = story.reading({
      pump: step.pump,
      hub: hubOf[step.pump] ?? 'hub-1',
      seq: seq++,
      at: at - step.backMs,
      received: at,
      alarms: step.alarms,
    });
    rig.commit(entry);
    await rig.pass(1);
    await revive();
    const [oldest] = step.act === null ? [] : rig.runner.open().sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    if (!oldest) continue;
    const { version, id } = oldest;
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        if (step.act === 'ack') rig.desk.act(id, { action: 'ack', version }, nurse('Ana'));
        else if (step.act === 'note') rig.desk.act(id, { action: 'note', version, note: `note ${seq}` }, nurse('Ana'));
        else rig.desk.act(id, { action: 'close', version, outcome: 'other' }, nurse('Ana'));
        break;
      } catch {
        await revive();
      }
    }
  }
  await pass(20 * second);
  const alike = (value: Record<string, unknown>) => {
    const {
      id: _id,
      learnedAt: _l,
      clearedAt: _c,
      closedAt: _d,
      acknowledgedAt: _a,
      acknowledgementExpires: _e,
      nextStepAt: _n,
      escalationStep: _s,
      held: _h,
      ...rest
    } = value;
    return rest;
  };
  const byAlert = Map.groupBy(rig.log, ({ value }) => value.alert);
  const log = [...byAlert.values()].map((rows) =>
    rows
      .filter(({ value }) => !isPaging(value.kind))
      .map(({ value }) => [value.kind, value.by, value.note, value.cause, alike({ ...value.after })]),
  );
  expectPaged(rig);
  const text = (value: unknown) => JSON.stringify(value);
  return {
    log: log.map(text).sort(),
    open: rig.desk
      .list({ state: 'open' })
      .map((alert) => text(alike({ ...alert })))
      .sort(),
    services: servicesOf(rig.store).length,
  };
}

describe('a runner killed at any moment', () => {
  it('comes to the same alerts as one that was not: none lost, none doubled', async () => {
    const crashes = fc.array(
      fc.record({
        transaction: fc.integer({ min: 1, max: 25 }),
        when: fc.constantFrom('before' as const, 'after' as const),
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(steps, crashes, async (list, points) => {
        expect(await play(list, points)).toEqual(await play(list, []));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
