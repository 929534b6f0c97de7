import { order, payable, payableDays, rate, run } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const timeline = 'hit-benefit §1 timeline';

/** Which benefit there is on a date, and which code a visit has in it. */
export const regimes = [
  c(timeline, 'before the benefit', payable('2018-06-01'), 'NO_BENEFIT_YET | P1 P2 P6'),
  c(timeline, 'the last day before it', payable('2018-12-31'), 'NO_BENEFIT_YET'),
  c(timeline, 'its first day', payable('2019-01-01'), 'PAYABLE_VISIT G0068 4u -'),
  c('SSA 1834(u)(7)', 'the last transitional day', payable('2020-12-31'), 'PAYABLE_VISIT G0068 4u -'),
  c('42 CFR 414.1550', 'the first permanent day', payable('2021-01-01'), 'PAYABLE_VISIT G0088 4u -'),
  c(timeline, 'today', payable('2026-07-01'), 'PAYABLE_VISIT G0088 4u -'),
  c(
    'hit-benefit §4: G0068 any visit in 2019-20',
    'no initial visit before 2021',
    payableDays(['2019-03-04', '2019-03-11'], { discharges: ['2019-03-05'] }),
    '2019-03-04 PAYABLE_VISIT G0068 4u -',
    '2019-03-11 PAYABLE_VISIT G0068 4u -',
  ),
  c(
    'hit-benefit §13.3',
    'one code, two meanings: any visit then, subsequent now',
    payableDays(['2020-12-30', '2021-01-04']),
    '2020-12-30 PAYABLE_VISIT G0068 4u -',
    '2021-01-04 PAYABLE_VISIT G0068 4u -',
  ),
  c(
    'Settled: a December 2020 line starts the clock too',
    'a transitional line 60 days before is too near',
    payable('2021-02-28', { priorLines: [{ date: '2020-12-30', code: 'G0068' }], discharges: ['2021-01-15'] }),
    'PAYABLE_VISIT G0068 4u -',
  ),
  c(
    'Settled: a December 2020 line starts the clock too',
    'a transitional line 61 days before, discharged since',
    payable('2021-03-01', { priorLines: [{ date: '2020-12-30', code: 'G0068' }], discharges: ['2021-01-15'] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: 2019-2020 supplier.qualified stands for the eligible supplier',
    'no eligible supplier in 2020',
    payable('2020-05-04', { supplier: { qualified: [{ from: '2021-01-01', to: null }] } }),
    'HOLD_SUPPLIER G0068 4u - | P8',
  ),
  c(
    'Settled: 2019-2020 P6 applies',
    'no drug claim in 2019',
    payable('2019-05-04', { drugClaims: [] }),
    'HOLD_DRUG_MATCH G0068 4u - | P6',
  ),
  c(
    'hit-benefit §1: geography and rates',
    'a transitional visit is paid from the rate of its year',
    payable('2019-05-04', {
      rates: [rate('G0068', 100, '2019-01-01', '2019-12-31'), rate('G0068', 200, '2020-01-01', '2020-12-31')],
    }),
    'PAYABLE_VISIT G0068 4u 100',
  ),
  c(
    'hit-benefit §13.3',
    'the rate of an initial code is never that of a transitional visit',
    payable('2020-05-04', { rates: [rate('G0088', 100)] }),
    'PAYABLE_VISIT G0068 4u -',
  ),
  c(
    'Settled: NO_BENEFIT_YET goes first',
    'an unlisted drug before 2019',
    payable('2018-05-04', { orders: [order('milrinone', 'J9999')] }),
    'NO_BENEFIT_YET',
  ),
  c(
    'Settled: NO_BENEFIT_YET goes first',
    'a day before 2019 with a visit only',
    payable('2018-05-04', { administrations: [] }),
    'NO_BENEFIT_YET',
  ),
  c(
    timeline,
    'a run across New Year 2019 belongs to no benefit, then to one',
    payable('2018-12-31', {
      to: '2019-01-01',
      administrations: [run('milrinone', '2018-12-31 22:00', '2019-01-01 02:00')],
    }),
    '2018-12-31 NO_BENEFIT_YET',
    '2019-01-01 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
];
