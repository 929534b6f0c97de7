import { describe, expect, it } from 'vitest';
import { perDiemsOf, type Therapy } from '#benefit/payers/per-diem.ts';
import { physiologicOf } from '#benefit/payers/remote-physiologic.ts';
import { coverageFact, medicare, settingsOf } from '../claims/settings.ts';
import { ms, patient, rigAt, zone } from '../desk/rig.ts';

const therapy = (more: Partial<Therapy> = {}): Therapy => ({
  id: 't-1',
  code: 'S9348',
  from: '2026-03-30',
  to: '2026-04-03',
  infusions: [{ from: ms('2026-03-30 20:00'), to: ms('2026-04-01 02:00') }],
  ...more,
});
const counted = (rule: Parameters<typeof perDiemsOf>[1], ...therapies: Therapy[]) =>
  perDiemsOf(therapies, rule, zone, '2026-03-01', '2026-04-30').map(({ month, code, modifier, units }) => [
    ...[month, code, modifier, units],
  ]);

describe('per diems', () => {
  it.each([
    [
      'access-days',
      [
        ['2026-03', 'S9348', null, 2],
        ['2026-04', 'S9348', null, 3],
      ],
    ],
    [
      'infusion-days',
      [
        ['2026-03', 'S9348', null, 2],
        ['2026-04', 'S9348', null, 1],
      ],
    ],
    ['24-hour-blocks', [['2026-03', 'S9348', null, 2]]],
  ] as const)('are counted as the payer does, one calendar month a line: %s', (rule, lines) => {
    expect(counted(rule, therapy())).toEqual(lines);
  });

  it('of a second and third therapy at the same time say so', () => {
    const others = ['S9500', 'S9373'].map((code, i) => therapy({ id: `t-${i + 2}`, code, from: `2026-04-0${i + 2}` }));
    expect(counted('access-days', therapy({ from: '2026-04-01' }), ...others)).toEqual([
      ['2026-04', 'S9348', null, 3],
      ['2026-04', 'S9373', 'SJ', 1],
      ['2026-04', 'S9500', 'SH', 2],
    ]);
  });

  it('go on while there is no permanent stop, and only within the range', () => {
    expect(counted('access-days', therapy({ from: '2026-01-01', to: null }))).toEqual([
      ['2026-03', 'S9348', null, 31],
      ['2026-04', 'S9348', null, 30],
    ]);
  });
});

describe('remote physiologic monitoring', () => {
  const dates = (n: number, month = '03') =>
    Array.from({ length: n }, (_, i) => `2026-${month}-${String(i + 1).padStart(2, '0')}`);
  const of = (n: number, source: 'physiologic' | 'pump' = 'physiologic') =>
    physiologicOf(
      dates(n).map((date) => ({ date, source })),
      [],
      [],
      zone,
    ).periods.map(({ codes }) => codes);
  const time = (minutes: number, interactive = true, day = '2026-03-10') => ({
    start: ms(`${day} 10:00`),
    end: ms(`${day} 10:00`) + minutes * 60_000,
    by: 'staff',
    interactive,
  });
  const spent = (...times: ReturnType<typeof time>[]) =>
    physiologicOf([], times, [], zone).periods.map(({ codes }) => codes);

  it('has no data day from a pump', () => expect(of(30, 'pump')).toEqual([]));

  it.each([
    [1, []],
    [2, ['99445']],
    [15, ['99445']],
    [16, ['99454']],
    [30, ['99454']],
  ])('%s data days', (n, codes) => {
    expect(of(n)).toEqual([codes]);
  });

  it('begins a new period of 30 days with the first data day after the last', () => {
    expect(of(31)).toEqual([['99454'], []]);
  });

  it.each([
    [9, []],
    [10, ['99470']],
    [19, ['99470']],
    [20, ['99457']],
    [39, ['99457']],
    [40, ['99457', '99458']],
  ])('%s minutes in a month', (minutes, codes) => expect(spent(time(minutes))).toEqual([codes]));

  it('needs a contact, and counts each month apart', () => {
    expect(spent(time(30, false))).toEqual([[]]);
    expect(spent(time(15), time(15, true, '2026-04-01'))).toEqual([['99470'], ['99470']]);
  });

  it('that could be the same time as a service of the infusion benefit is left to a person', () => {
    const services = [
      { id: 'same', start: ms('2026-03-10 10:10'), end: ms('2026-03-10 10:20') },
      { id: 'after', start: ms('2026-03-10 10:30'), end: ms('2026-03-10 10:40') },
    ];
    expect(physiologicOf([], [time(30)], services, zone)).toMatchObject({ claim: false, possibleDuplicates: ['same'] });
  });
});

it('a patient of a per-diem payer: the drug’s code by its days, and no data day from the pump', async () => {
  const payers = [
    { ...medicare, kind: 'per-diem', counting: 'infusion-days', perDiems: [{ jcode: 'J2260', code: 'S9348' }] },
  ];
  const rig = rigAt('2026-03-20 08:00', undefined, settingsOf({ payers }));
  rig.desk.importFacts([coverageFact], 'b');
  for (const date of ['2026-03-04', '2026-03-06']) rig.arrive(rig.run(`${date} 09:00`, `${date} 12:00`));
  expect(await rig.desk.otherPayers(patient, '2026-03-01', '2026-03-19')).toEqual({
    perDiems: [
      {
        payer: 'medicare',
        month: '2026-03',
        code: 'S9348',
        modifier: null,
        units: 2,
        from: '2026-03-04',
        to: '2026-03-06',
      },
    ],
    physiologic: { claim: false, periods: [], possibleDuplicates: [] },
  });
});
