import { infusing, newYork, payable, plan, quiet, service, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const two = [
  service('watch', `${day} 14:00`, `${day} 14:10`),
  service('teach', `${day} 11:00`, `${day} 11:30`, 'training'),
];
const listed = 'Settled: bundledServices on payable and covered days';

/** Services that are covered, inside the payment of a day, and never a line. */
export const bundled = [
  c(
    'hit-benefit §0.5',
    'monitoring on a visit day is evidence, not a line',
    payable(day, { services: two }),
    'PAYABLE_VISIT G0088 4u - + teach watch',
  ),
  c('hit-benefit §0.4', 'monitoring only', quiet(day, day, { services: two }), 'COVERED_BUNDLED_NO_LINE + teach watch'),
  c(listed, 'not the visits', payable(day), 'PAYABLE_VISIT G0088 4u - +'),
  c(
    listed,
    'on a day that is not of the benefit: none',
    infusing(day, [['J0696']], { services: two }),
    'NOT_HIT_BENEFIT +',
  ),
  c(
    listed,
    'before the benefit: none',
    quiet('2018-03-04', '2018-03-04', { services: [service('s', '2018-03-04 09:00', '2018-03-04 09:10')] }),
    'NO_BENEFIT_YET +',
  ),
  c(
    listed,
    'on a held day: none',
    payable(day, { services: two, plans: [plan({ signedOn: null })] }),
    'HOLD_PLAN_OF_CARE G0088 4u - +',
  ),
  c(
    listed,
    'of every kind',
    quiet(day, day, {
      services: (['remote-monitoring', 'training', 'other-monitoring', 'professional'] as const).map((kind, i) =>
        service(`s${i}`, `${day} 1${i}:00`, `${day} 1${i}:10`, kind),
      ),
    }),
    'COVERED_BUNDLED_NO_LINE + s0 s1 s2 s3',
  ),
  c(
    'hit-benefit §13.1',
    'three alerts answered on three days: no line',
    quiet(day, '2024-03-06', {
      services: [day, '2024-03-05', '2024-03-06'].map((date) => service(date, `${date} 03:00`, `${date} 03:05`)),
    }),
    '2024-03-04 COVERED_BUNDLED_NO_LINE + 2024-03-04',
    '2024-03-05 COVERED_BUNDLED_NO_LINE + 2024-03-05',
    '2024-03-06 COVERED_BUNDLED_NO_LINE + 2024-03-06',
  ),
  c(
    'Settled: a service across midnight',
    'belongs to the date on which it began',
    quiet(day, '2024-03-05', { services: [service('late', `${day} 23:55`, '2024-03-05 00:20')] }),
    '2024-03-04 COVERED_BUNDLED_NO_LINE + late',
  ),
  c(
    'Settled: a service across midnight',
    'one that began before the range is not in it',
    quiet('2024-03-05', '2024-03-05', { services: [service('late', `${day} 23:55`, '2024-03-05 00:20')] }),
  ),
  c(
    'hit-benefit §3.1 C',
    'teaching in the home without a drug',
    quiet(day, day, {
      visits: [visit(`${day} 10:00`, `${day} 11:00`)],
      services: [two[1] ?? service('none', `${day} 09:00`, `${day} 09:01`)],
    }),
    'COVERED_BUNDLED_NO_LINE | P2 P6 + teach',
  ),
  c(
    'MBPM 15 §320.8',
    'monitoring that the plan does not name is no line either',
    payable(day, { services: two, plans: [plan({ services: ['professional'] })], patient: { id: 'p', zone: newYork } }),
    'PAYABLE_VISIT G0088 4u - + teach watch',
  ),
];
