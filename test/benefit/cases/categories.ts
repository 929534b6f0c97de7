import { infusing, rate } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const highest = 'SSA 1834(u)(7)(E)(ii): the highest payment';
const noRate = 'Settled: where any competing code has no rate, 3, 2, 1';
const prior = { priorLines: [{ date: '2024-03-01', code: 'G0088' as const }] };
const all: [string, ...string[]][] = [['J2260'], ['J1559', 'JB'], ['J9000']];
const initial = (one: number, two: number, three: number) => [
  rate('G0088', one),
  rate('G0089', two),
  rate('G0090', three),
];

/** Several drugs on a day, one line. */
export const categories = [
  c(
    highest,
    'three categories, the third dearest',
    infusing(day, all, { rates: initial(1, 2, 3) }),
    'PAYABLE_VISIT G0090 4u 3',
  ),
  c(highest, 'the second dearest', infusing(day, all, { rates: initial(1, 9, 3) }), 'PAYABLE_VISIT G0089 4u 9'),
  c(
    'hit-benefit §3.2: highest dollar, not highest number',
    'the first dearest',
    infusing(day, all, { rates: initial(7, 5, 3) }),
    'PAYABLE_VISIT G0088 4u 7',
  ),
  c(
    'Settled: a tie goes to the higher category',
    'all alike',
    infusing(day, all, { rates: initial(5, 5, 5) }),
    'PAYABLE_VISIT G0090 4u 5',
  ),
  c(
    'Settled: a tie goes to the higher category',
    'the first two alike, the third less',
    infusing(day, all, { rates: initial(5, 5, 4) }),
    'PAYABLE_VISIT G0089 4u 5',
  ),
  c(
    'Settled: a tie goes to the higher category',
    'first and third alike',
    infusing(day, all, { rates: initial(5, 4, 5) }),
    'PAYABLE_VISIT G0090 4u 5',
  ),
  c(noRate, 'no rates', infusing(day, all), 'PAYABLE_VISIT G0090 4u -'),
  c(
    noRate,
    'the third has none',
    infusing(day, all, { rates: [rate('G0088', 9), rate('G0089', 5)] }),
    'PAYABLE_VISIT G0090 4u -',
  ),
  c(
    noRate,
    'the first has none',
    infusing(day, all, { rates: [rate('G0089', 5), rate('G0090', 3)] }),
    'PAYABLE_VISIT G0090 4u 3',
  ),
  c(
    noRate,
    'the second has none',
    infusing(day, all, { rates: [rate('G0088', 9), rate('G0090', 3)] }),
    'PAYABLE_VISIT G0090 4u 3',
  ),
  c(
    noRate,
    'first and second, the second without',
    infusing(day, [['J2260'], ['J1559', 'JB']], { rates: [rate('G0088', 9)] }),
    'PAYABLE_VISIT G0089 4u -',
  ),
  c(
    noRate,
    'a category that does not compete needs no rate',
    infusing(day, [['J2260'], ['J1559', 'JB']], { rates: [rate('G0088', 9), rate('G0089', 5)] }),
    'PAYABLE_VISIT G0088 4u 9',
  ),
  c(
    noRate,
    'a rate of another year is none',
    infusing(day, all, { rates: [rate('G0088', 9), rate('G0089', 5), rate('G0090', 3, '2023-01-01', '2023-12-31')] }),
    'PAYABLE_VISIT G0090 4u -',
  ),
  c(
    noRate,
    'a subsequent visit needs the rates of subsequent codes',
    infusing(day, all, { ...prior, rates: initial(9, 5, 3) }),
    'PAYABLE_VISIT G0070 4u -',
  ),
  c(
    highest,
    'of the subsequent codes',
    infusing(day, all, {
      ...prior,
      rates: [...initial(9, 5, 3), rate('G0068', 1), rate('G0069', 6), rate('G0070', 2)],
    }),
    'PAYABLE_VISIT G0069 4u 6',
  ),
  c(
    highest,
    'in 2020',
    infusing('2020-03-04', all, { rates: [rate('G0068', 1), rate('G0069', 6), rate('G0070', 2)] }),
    'PAYABLE_VISIT G0069 4u 6',
  ),
  c(
    'hit-benefit §3.2: the number of drugs is irrelevant',
    'three of one category',
    infusing(day, [['J2260'], ['J1250'], ['J3010']], { rates: initial(4, 5, 6) }),
    'PAYABLE_VISIT G0088 4u 4',
  ),
  c(
    'hit-benefit §13.2',
    'the amount is for the day, not for the units',
    infusing(day, [['J2260']], { rates: initial(4, 5, 6) }),
    'PAYABLE_VISIT G0088 4u 4',
  ),
  c('hit-benefit §13.4', 'two categories, one line', infusing(day, [['J2260'], ['J9000']]), 'PAYABLE_VISIT G0090 4u -'),
  c(
    'design §10: rates by date',
    'the first day of a rate',
    infusing(day, [['J2260']], { rates: [rate('G0088', 4, day)] }),
    'PAYABLE_VISIT G0088 4u 4',
  ),
  c(
    'design §10: rates by date',
    'the last day of a rate',
    infusing(day, [['J2260']], { rates: [rate('G0088', 4, '2024-01-01', day)] }),
    'PAYABLE_VISIT G0088 4u 4',
  ),
  c(
    'design §10: rates by date',
    'a day after it ended',
    infusing(day, [['J2260']], { rates: [rate('G0088', 4, '2024-01-01', '2024-03-03')] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'design §10: rates by date',
    'a day before it began',
    infusing(day, [['J2260']], { rates: [rate('G0088', 4, '2024-03-05')] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'hit-benefit §8.1: rates are re-issued within a year',
    'the one that began last',
    infusing(day, [['J2260']], {
      rates: [rate('G0088', 9, '2024-03-01', '2024-12-31'), rate('G0088', 4, '2024-01-01', '2024-12-31')],
    }),
    'PAYABLE_VISIT G0088 4u 9',
  ),
  c(
    'hit-benefit §13.11',
    'nothing is rolled forward from 2021',
    infusing(day, [['J2260']], { rates: [rate('G0088', 4, '2021-01-01', '2021-12-31')] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
];
