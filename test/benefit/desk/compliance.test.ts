import { describe, expect, it } from 'vitest';
import { complianceOf } from '#benefit/desk/compliance.ts';
import type { Fact } from '#benefit/facts/fact-book.ts';
import { settingsOf, supplier, termsFact } from '../claims/settings.ts';
import { careOf, ms, patient, rigAt } from './rig.ts';

const today = '2026-03-10';
const terms = async (more: object = {}): Promise<readonly Fact<'plan-terms'>[]> => {
  const rig = rigAt(`${today} 08:00`);
  rig.desk.importFacts([{ ...termsFact, monitorEveryDays: 7, reviewBy: '2026-06-30', ...more }], 'b');
  return rig.desk.facts.list(patient, 'plan-terms');
};
const itemsOf = async (
  more: object,
  monitored: readonly string[],
  unreachable: { from: number; to: number }[] | null = [],
) =>
  complianceOf({
    care: careOf(),
    terms: await terms(more),
    monitoredAt: monitored.map((local) => ms(local)),
    settings: settingsOf({ supplier: { ...supplier, accreditedTo: '2026-03-31', certificateTo: '2026-03-01' } }),
    unreachable,
    today,
  });

describe('the compliance clock', () => {
  it.each([
    ['2026-03-05 23:30', 'done', '2026-03-12'],
    ['2026-03-03 00:10', 'due', '2026-03-10'],
    ['2026-03-02 23:50', 'overdue', '2026-03-09'],
  ])('monitoring every 7 days, last at %s: %s, due %s', async (last, state, due) => {
    const items = await itemsOf({}, ['2026-02-01 10:00', last]);
    expect(items.find(({ what }) => what === 'monitoring')).toMatchObject({ state, due, lastOn: last.slice(0, 10) });
  });

  it('counts from the beginning of the plan while there was none', async () => {
    const items = await itemsOf({}, []);
    expect(items.find(({ what }) => what === 'monitoring')).toMatchObject({ state: 'overdue', due: '2026-01-08' });
  });

  it('asks for nothing that the plan does not ask', async () => {
    const items = await itemsOf({ monitorEveryDays: null, reviewBy: null }, []);
    expect(items.map(({ what }) => what).sort()).toEqual(['accreditation', 'certificate', 'reachability']);
  });

  it('tells reviews and ends before they come, the overdue first', async () => {
    const items = await itemsOf({ reviewBy: '2026-03-20' }, ['2026-03-09 10:00']);
    expect(items.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'certificate overdue',
      'plan-review due',
      'accreditation due',
      'monitoring done',
      'reachability done',
    ]);
  });

  it('says when nobody is on call, and when no schedule is known', async () => {
    const of = async (unreachable: { from: number; to: number }[] | null) =>
      (await itemsOf({}, [], unreachable)).find(({ what }) => what === 'reachability')?.state;
    expect([await of([{ from: 1, to: 2 }]), await of(null), await of([])]).toEqual(['overdue', 'unknown', 'done']);
  });
});
