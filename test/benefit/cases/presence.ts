import { payable, quiet, run, service, visit } from '../builders.ts';
import { type ClaimCase, claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const p3 = '42 CFR 486.505: a skilled professional in the home that date';
/** A payable day whose only visit, 10:00 to 11:00, is this. */
const with_ = (more: Parameters<typeof visit>[2]) =>
  payable(day, { visits: [visit(`${day} 10:00`, `${day} 11:00`, more)] });
const twoVisits = (first: Parameters<typeof visit>[2], second: Parameters<typeof visit>[2]) =>
  payable(day, {
    visits: [visit(`${day} 09:00`, `${day} 09:20`, first), visit(`${day} 17:00`, `${day} 17:30`, second)],
  });

const skilled: ClaimCase[] = ['rn', 'lpn', 'pharmacist', 'physician', 'np', 'pa'].map((professional) =>
  c('Settled: skilled professionals', professional, with_({ professional }), 'PAYABLE_VISIT G0088 4u -'),
);
const unskilled: ClaimCase[] = ['aide', 'family', 'driver', ''].map((professional) =>
  c(p3, `${professional || 'nobody named'} is none`, with_({ professional }), 'COVERED_BUNDLED_NO_LINE | P3 P4'),
);
const elsewhere: ClaimCase[] = ['02', '10', '11', '13', '21', '22', '31', '32'].map((place) =>
  c('Settled: home place of service 12', `place ${place}`, with_({ place }), 'COVERED_BUNDLED_NO_LINE | P3 P4'),
);

/** Who was in the home, and what the visit proves. */
export const presence = [
  ...skilled,
  ...unskilled,
  ...elsewhere,
  c(
    'hit-benefit §3 P3: remote contact never',
    'a video call beside the infusion',
    payable(day, { visits: [], services: [service('call', `${day} 10:00`, `${day} 11:00`, 'professional')] }),
    'COVERED_BUNDLED_NO_LINE | P3 P4 + call',
  ),
  c(
    'hit-benefit §3.1: no telehealth in place of presence',
    'a telehealth visit and an hour of monitoring',
    payable(day, {
      visits: [visit(`${day} 10:00`, `${day} 11:00`, { place: '10' })],
      services: [service('s1', `${day} 10:00`, `${day} 11:00`)],
    }),
    'COVERED_BUNDLED_NO_LINE + s1',
  ),
  c('hit-benefit §3 P4', 'not complex', with_({ complex: false }), 'COVERED_BUNDLED_NO_LINE | P4'),
  c('Settled: HOLD_SIGNATURE fails P3', 'not signed', with_({ signed: false }), 'HOLD_SIGNATURE G0088 4u - | P3'),
  c(
    'Settled: COVERED_BUNDLED goes before HOLD_SIGNATURE',
    'neither complex nor signed',
    with_({ complex: false, signed: false }),
    'COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    'hit-benefit §3.1: no zero-minute unit',
    'a visit that took no time',
    payable(day, { visits: [visit(`${day} 10:00`, `${day} 10:00`)] }),
    'COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    'Settled: several visits',
    'minutes added, then rounded once: 20 and 30 are 50',
    twoVisits({}, {}),
    'PAYABLE_VISIT G0088 3u -',
  ),
  c(
    'Settled: several visits',
    'an unsigned one beside a signed one holds nothing and counts nothing',
    twoVisits({}, { signed: false }),
    'PAYABLE_VISIT G0088 1u -',
  ),
  c(
    'Settled: several visits',
    'both unsigned: both will count',
    twoVisits({ signed: false }, { signed: false }),
    'HOLD_SIGNATURE G0088 3u -',
  ),
  c(
    'Settled: several visits',
    'one that is not complex counts nothing',
    twoVisits({}, { complex: false }),
    'PAYABLE_VISIT G0088 1u -',
  ),
  c(
    'Settled: several visits',
    'one elsewhere counts nothing',
    twoVisits({}, { place: '11' }),
    'PAYABLE_VISIT G0088 1u -',
  ),
  c(
    'Settled: several visits',
    'one of an aide counts nothing',
    twoVisits({ professional: 'aide' }, {}),
    'PAYABLE_VISIT G0088 2u -',
  ),
  c(
    'Settled: HOLD_SIGNATURE',
    'the complex one unsigned, the signed one not complex',
    twoVisits({ signed: false }, { complex: false }),
    'HOLD_SIGNATURE G0088 1u - | P3',
  ),
  c(
    'Settled: HOLD_SIGNATURE',
    'signed elsewhere, unsigned at home',
    twoVisits({ place: '11' }, { signed: false }),
    'HOLD_SIGNATURE G0088 2u - | P3',
  ),
  c(
    'Settled: several visits',
    'rounded once, not each: 22 and 22 are 44',
    payable(day, { visits: [visit(`${day} 09:00`, `${day} 09:22`), visit(`${day} 17:00`, `${day} 17:22`)] }),
    'PAYABLE_VISIT G0088 3u -',
  ),
  c(
    'Settled: several visits',
    'two of eleven minutes are one unit',
    payable(day, { visits: [visit(`${day} 09:00`, `${day} 09:11`), visit(`${day} 17:00`, `${day} 17:11`)] }),
    'PAYABLE_VISIT G0088 1u -',
  ),
  c(
    'SSA 1834(u)(1)(A)(ii): per day',
    'two visits, two drugs given: one line',
    payable(day, {
      administrations: [
        run('milrinone', `${day} 09:00`, `${day} 10:00`),
        run('milrinone', `${day} 17:00`, `${day} 18:00`),
      ],
      visits: [visit(`${day} 09:00`, `${day} 10:00`), visit(`${day} 17:00`, `${day} 18:00`)],
    }),
    'PAYABLE_VISIT G0088 8u -',
  ),
  c(
    '42 CFR 486.505: on that date',
    'the visit in the morning, the drug at night',
    payable(day, { administrations: [run('milrinone', `${day} 21:00`, `${day} 23:00`)] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'hit-benefit §13.8',
    'the visit a day after the drug',
    quiet(day, '2024-03-05', {
      administrations: [run('milrinone', `${day} 10:00`, `${day} 12:00`)],
      visits: [visit('2024-03-05 10:00', '2024-03-05 11:00')],
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-04 COVERED_BUNDLED_NO_LINE | P3 P4',
    '2024-03-05 COVERED_BUNDLED_NO_LINE | P2 P6',
  ),
  c(
    'Settled: a visit across midnight',
    'belongs to the date on which it began, with all its minutes',
    quiet(day, '2024-03-05', {
      administrations: [run('milrinone', `${day} 22:00`, '2024-03-05 03:00')],
      visits: [visit(`${day} 23:30`, '2024-03-05 00:30')],
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-04 PAYABLE_VISIT G0088 4u -',
    '2024-03-05 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    'Settled: a visit across midnight',
    'the drug begins after midnight only',
    quiet(day, '2024-03-05', {
      administrations: [run('milrinone', '2024-03-05 00:05', '2024-03-05 03:00')],
      visits: [visit(`${day} 23:30`, '2024-03-05 00:30')],
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-04 COVERED_BUNDLED_NO_LINE',
    '2024-03-05 COVERED_BUNDLED_NO_LINE',
  ),
];
