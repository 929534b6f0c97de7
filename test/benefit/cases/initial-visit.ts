import { infusing, order, payable, payableDays, plan, quiet, run, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-31';
const first = 'PAYABLE_VISIT G0088 4u -';
const later = 'PAYABLE_VISIT G0068 4u -';
const clock = 'MBPM 15 §320.8.3: day 61 after a discharge';
type Code = 'G0068' | 'G0069' | 'G0070' | 'G0088' | 'G0089' | 'G0090';
const after = (last: string, discharges: string[], code: Code = 'G0068') =>
  payable(day, { priorLines: [{ date: last, code }], discharges });
const discharge = 'Settled: last line <= discharge < visit';
const runHistory = 'Settled: history is priorLines and the lines decided in this run';

/** Initial and subsequent visits from 2021 on. */
export const initialVisit = [
  c('42 CFR 414.1550(c)(4)', 'the first visit of all', payable(day), first),
  c(
    '42 CFR 414.1550(c)(4)',
    'a discharge without any line before',
    payable(day, { discharges: ['2024-03-01'] }),
    first,
  ),
  c(clock, '61 days, discharged', after('2024-01-30', ['2024-02-10']), first),
  c('hit-benefit §13.6: day 60 is too early', '60 days, discharged', after('2024-01-31', ['2024-02-10']), later),
  c(clock, '61 days, not discharged', after('2024-01-30', []), later),
  c(clock, 'a year, not discharged', after('2023-03-31', []), later),
  c(clock, 'a year, discharged', after('2023-03-31', ['2023-04-30']), first),
  c(clock, 'a day, discharged', after('2024-03-30', ['2024-03-30']), later),
  c(discharge, 'on the day of the last line', after('2024-01-30', ['2024-01-30']), first),
  c(discharge, 'a day before the last line', after('2024-01-30', ['2024-01-29']), later),
  c(discharge, 'a day before the visit', after('2024-01-30', ['2024-03-30']), first),
  c(discharge, 'on the day of the visit', after('2024-01-30', [day]), later),
  c(discharge, 'after the visit', after('2024-01-30', ['2024-04-05']), later),
  c(discharge, 'one that counts among others', after('2024-01-30', ['2023-01-01', '2024-02-01', '2024-05-01']), first),
  ...(['G0068', 'G0069', 'G0070', 'G0088', 'G0089', 'G0090'] as const).map((code) =>
    c(
      'hit-benefit §3.3: any code of any category',
      `${code} 60 days before restarts the clock`,
      after('2024-01-31', ['2024-02-10'], code),
      later,
    ),
  ),
  c(
    'hit-benefit §13.5',
    'a new category is no new initial visit',
    infusing(day, [['J9000']], { priorLines: [{ date: '2024-03-01', code: 'G0088' }] }),
    'PAYABLE_VISIT G0070 4u -',
  ),
  c(
    'hit-benefit §13.5',
    'nor after a discharge within 60 days',
    infusing(day, [['J1559', 'JB']], {
      priorLines: [{ date: '2024-03-01', code: 'G0088' }],
      discharges: ['2024-03-10'],
    }),
    'PAYABLE_VISIT G0069 4u -',
  ),
  c(
    'hit-benefit §3.3',
    'initial again in another category after 61 days',
    infusing(day, [['J9000']], { priorLines: [{ date: '2024-01-30', code: 'G0088' }], discharges: ['2024-02-10'] }),
    'PAYABLE_VISIT G0090 4u -',
  ),
  c(
    'hit-benefit §3.3',
    'the last of several lines counts',
    payable(day, {
      priorLines: [
        { date: '2023-01-05', code: 'G0088' },
        { date: '2024-02-20', code: 'G0068' },
        { date: '2023-02-05', code: 'G0068' },
      ],
      discharges: ['2023-06-01', '2024-02-21'],
    }),
    later,
  ),
  c(
    'hit-benefit §3.3',
    'a line after the visit does not',
    payable(day, { priorLines: [{ date: '2024-04-20', code: 'G0068' }] }),
    first,
  ),
  c(
    runHistory,
    'the second day is subsequent',
    payableDays([day, '2024-04-03']),
    `2024-03-31 ${first}`,
    `2024-04-03 ${later}`,
  ),
  c(
    runHistory,
    'initial, subsequent, and initial again on day 61',
    payableDays(['2024-01-01', '2024-01-08', '2024-03-09'], { discharges: ['2024-01-20'] }),
    `2024-01-01 ${first}`,
    `2024-01-08 ${later}`,
    `2024-03-09 ${first}`,
  ),
  c(
    runHistory,
    'on day 60 not',
    payableDays(['2024-01-01', '2024-01-08', '2024-03-08'], { discharges: ['2024-01-20'] }),
    `2024-01-01 ${first}`,
    `2024-01-08 ${later}`,
    `2024-03-08 ${later}`,
  ),
  c(
    runHistory,
    'a prior line between two days of the run restarts the clock',
    payableDays(['2024-01-01', '2024-03-09'], {
      priorLines: [{ date: '2024-02-01', code: 'G0068' }],
      discharges: ['2024-02-02'],
    }),
    `2024-01-01 ${first}`,
    `2024-03-09 ${later}`,
  ),
  c(
    'Settled: held ones included',
    'a day held for its supplier starts the clock',
    payableDays([day, '2024-04-03'], { supplier: { qualified: [{ from: '2024-04-01', to: null }] } }),
    '2024-03-31 HOLD_SUPPLIER G0088 4u -',
    `2024-04-03 ${later}`,
  ),
  c(
    'Settled: held ones included',
    'a day held for its plan starts the clock',
    payableDays([day, '2024-04-03'], { plans: [plan({ from: '2024-04-01' })] }),
    '2024-03-31 HOLD_PLAN_OF_CARE G0088 4u -',
    `2024-04-03 ${later}`,
  ),
  c(
    'Settled: held ones included',
    'a day held for its drug claim starts the clock',
    payableDays([day, '2024-04-03'], { drugClaims: [{ jcode: 'J2260', date: '2024-04-02' }] }),
    '2024-03-31 HOLD_DRUG_MATCH G0088 4u -',
    `2024-04-03 ${later}`,
  ),
  c(
    'Settled: held ones included',
    'a day held for its signature starts the clock',
    payableDays([day, '2024-04-03'], {
      visits: [visit(`${day} 10:00`, `${day} 11:00`, { signed: false }), visit('2024-04-03 10:00', '2024-04-03 11:00')],
    }),
    '2024-03-31 HOLD_SIGNATURE G0088 4u -',
    `2024-04-03 ${later}`,
  ),
  c(
    'Settled: held ones included',
    'a day whose category a person has to assign starts the clock too',
    quiet(day, '2024-04-01', {
      orders: [order('noc', 'J7999'), order('milrinone', 'J2260')],
      administrations: [
        run('noc', `${day} 10:00`, `${day} 12:00`),
        run('milrinone', '2024-04-01 10:00', '2024-04-01 12:00'),
      ],
      visits: [visit(`${day} 10:00`, `${day} 11:00`), visit('2024-04-01 10:00', '2024-04-01 11:00')],
      drugClaims: [
        { jcode: 'J7999', date: day },
        { jcode: 'J2260', date: day },
      ],
    }),
    '2024-03-31 HOLD_DRUG_MATCH - 4u -',
    `2024-04-01 ${later}`,
  ),
  c(
    'hit-benefit §3.3: a G-code billed',
    'a covered day without a line starts nothing',
    quiet(day, '2024-04-01', {
      administrations: [run('milrinone', `${day} 10:00`, '2024-04-01 12:00')],
      visits: [visit('2024-04-01 10:00', '2024-04-01 11:00')],
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-31 COVERED_BUNDLED_NO_LINE',
    `2024-04-01 ${first}`,
  ),
  c(
    '42 CFR 414.1550(b): one a day',
    'a line stands on the date',
    payable(day, { priorLines: [{ date: day, code: 'G0068' }] }),
    'COVERED_BUNDLED_NO_LINE | P7',
  ),
  c(
    '42 CFR 414.1550(b): one a day',
    'a line of another category stands on the date',
    infusing(day, [['J9000']], { priorLines: [{ date: day, code: 'G0088' }] }),
    'COVERED_BUNDLED_NO_LINE | P7',
  ),
  c(
    '42 CFR 414.1550(b): one a day',
    'the line of the date is history for the next',
    payableDays([day, '2024-04-03'], { priorLines: [{ date: day, code: 'G0088' }] }),
    '2024-03-31 COVERED_BUNDLED_NO_LINE',
    `2024-04-03 ${later}`,
  ),
  c(
    '42 CFR 414.1550(b): one a day',
    'lines of the days around it stand in no way',
    payable(day, {
      priorLines: [
        { date: '2024-03-30', code: 'G0088' },
        { date: '2024-04-01', code: 'G0068' },
      ],
    }),
    later,
  ),
  c(
    'hit-benefit §3.3: daysBetween',
    '61 days across the start of daylight saving',
    payable('2024-05-01', { priorLines: [{ date: '2024-03-01', code: 'G0068' }], discharges: ['2024-03-10'] }),
    first,
  ),
  c(
    'hit-benefit §3.3: daysBetween',
    '61 days across 29 February',
    payable('2024-04-02', { priorLines: [{ date: '2024-02-01', code: 'G0068' }], discharges: ['2024-02-10'] }),
    first,
  ),
  c(
    'hit-benefit §3.3: daysBetween',
    'the same dates in a common year are 60',
    payable('2023-04-02', { priorLines: [{ date: '2023-02-01', code: 'G0068' }], discharges: ['2023-02-10'] }),
    later,
  ),
];
