import { eventsOn, infusing, order, payable, quiet, run, service, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const next = '2024-03-05';
const jb = [order('ig', 'J1559', { modifiers: ['JB'] })];
const igClaim = [{ jcode: 'J1559', date: day }];
/** Immune globulin under the skin from 10:00 until then. */
const underSkin = (until: string) =>
  payable(day, { orders: jb, drugClaims: igClaim, administrations: [run('ig', `${day} 10:00`, `${day} ${until}`)] });
/** A visit on both dates, and milrinone that runs from the first into the night. */
const night = (end: string, zone?: string) =>
  quiet(day, next, {
    ...(zone === undefined ? {} : { patient: { id: 'patient-1', zone } }),
    administrations: [run('milrinone', `${day} 22:00`, end, 50, zone)],
    visits: [visit(`${day} 21:30`, `${day} 22:30`, {}, zone), visit(`${next} 08:00`, `${next} 08:30`, {}, zone)],
    drugClaims: [{ jcode: 'J2260', date: day }],
  });

const sc = 'SSA 1861(iii)(3)(C): 15 minutes or more';
const midnight = 'Settled: an administration is [start, end)';

/** What counts as a drug given on a date. */
export const administration = [
  c(sc, '15 minutes under the skin', underSkin('10:15'), 'PAYABLE_VISIT G0089 4u -'),
  c(sc, '14 minutes under the skin', underSkin('10:14'), 'COVERED_BUNDLED_NO_LINE | P2 P6'),
  c(sc, 'a second too short', underSkin('10:14:59'), 'COVERED_BUNDLED_NO_LINE | P2 P6'),
  c(sc, 'an hour under the skin', underSkin('11:00'), 'PAYABLE_VISIT G0089 4u -'),
  c(
    sc,
    'two of ten minutes are not one of twenty',
    payable(day, {
      orders: jb,
      drugClaims: igClaim,
      administrations: [run('ig', `${day} 10:00`, `${day} 10:10`), run('ig', `${day} 10:20`, `${day} 10:30`)],
    }),
    'COVERED_BUNDLED_NO_LINE',
  ),
  c(
    sc,
    'twenty minutes across midnight count on both dates',
    payable(day, {
      to: next,
      orders: jb,
      drugClaims: igClaim,
      administrations: [run('ig', `${day} 23:50`, `${next} 00:10`)],
      visits: [visit(`${day} 23:00`, `${day} 23:30`), visit(`${next} 09:00`, `${next} 09:30`)],
    }),
    '2024-03-04 PAYABLE_VISIT G0089 2u -',
    '2024-03-05 PAYABLE_VISIT G0069 2u -',
  ),
  c(
    sc,
    'the limit is for JB, not for a vein',
    payable(day, { administrations: [run('milrinone', `${day} 10:00`, `${day} 10:05`)] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    sc,
    'a category 1 drug under the skin for 14 minutes',
    infusing(day, [['J3285', 'JB']], { administrations: [run('J3285-0', `${day} 10:00`, `${day} 10:14`)] }),
    'COVERED_BUNDLED_NO_LINE',
  ),
  c(
    sc,
    'too short under the skin beside a listed drug in a vein',
    infusing(day, [['J2260'], ['J1559', 'JB']], {
      administrations: [run('J2260-0', `${day} 10:00`, `${day} 12:00`), run('J1559-1', `${day} 10:00`, `${day} 10:10`)],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    sc,
    'too short under the skin beside an unlisted drug',
    infusing(day, [['J1559', 'JB'], ['J0696']], {
      administrations: [run('J1559-0', `${day} 10:00`, `${day} 10:10`), run('J0696-1', `${day} 10:00`, `${day} 11:00`)],
    }),
    'NOT_HIT_BENEFIT',
  ),
  c(
    'Settled: neither does one of 0 mL',
    'nothing delivered',
    payable(day, { administrations: [run('milrinone', `${day} 10:00`, `${day} 12:00`, 0)] }),
    'COVERED_BUNDLED_NO_LINE | P2 P6',
  ),
  c(
    'Settled: neither does one of 0 mL',
    'a hundredth of a millilitre',
    payable(day, { administrations: [run('milrinone', `${day} 10:00`, `${day} 12:00`, 0.01)] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: neither does one of 0 mL',
    'one of two delivered',
    payable(day, {
      administrations: [
        run('milrinone', `${day} 08:00`, `${day} 09:00`, 0),
        run('milrinone', `${day} 10:00`, `${day} 12:00`),
      ],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: neither does one of 0 mL',
    'an unlisted drug of which nothing ran is no drug',
    infusing(day, [['J0696']], { administrations: [run('J0696-0', `${day} 10:00`, `${day} 12:00`, 0)] }),
    'COVERED_BUNDLED_NO_LINE',
  ),
  c(
    'design §10: each date with an administration',
    'a date with 0 mL only has its entry',
    payable(day, { visits: [], administrations: [run('milrinone', `${day} 10:00`, `${day} 12:00`, 0)] }),
    'COVERED_BUNDLED_NO_LINE | P2 P3 P4 P6',
  ),
  c(
    midnight,
    'ends at local midnight',
    night(`${next} 00:00`),
    '2024-03-04 PAYABLE_VISIT G0088 4u -',
    '2024-03-05 COVERED_BUNDLED_NO_LINE | P2 P6',
  ),
  c(
    midnight,
    'ends a second after midnight',
    night(`${next} 00:00:01`),
    '2024-03-04 PAYABLE_VISIT G0088 4u -',
    '2024-03-05 PAYABLE_VISIT G0068 2u -',
  ),
  c(
    midnight,
    'begins at local midnight',
    payable(next, { from: day, administrations: [run('milrinone', `${next} 00:00`, `${next} 01:00`)] }),
    '2024-03-05 PAYABLE_VISIT G0088 4u -',
  ),
  c(
    midnight,
    'takes no time',
    payable(day, { administrations: [run('milrinone', `${day} 10:00`, `${day} 10:00`)] }),
    'COVERED_BUNDLED_NO_LINE | P2 P6',
  ),
  c(
    midnight,
    'runs for three days, a visit on each',
    quiet(day, '2024-03-06', {
      administrations: [run('milrinone', `${day} 12:00`, '2024-03-06 12:00')],
      visits: [day, next, '2024-03-06'].map((date) => visit(`${date} 13:00`, `${date} 13:20`)),
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-04 PAYABLE_VISIT G0088 1u -',
    '2024-03-05 PAYABLE_VISIT G0068 1u -',
    '2024-03-06 PAYABLE_VISIT G0068 1u -',
  ),
  c(
    'design §10: from..to',
    'only the dates asked for are decided',
    quiet(next, next, {
      ...eventsOn(day),
      administrations: [run('milrinone', `${day} 12:00`, '2024-03-06 12:00')],
    }),
    '2024-03-05 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    'design §10: from..to',
    'a visit before the range leaves no line in it',
    quiet(next, next, {
      administrations: [
        run('milrinone', `${day} 10:00`, `${day} 12:00`),
        run('milrinone', `${next} 10:00`, `${next} 12:00`),
      ],
      visits: [visit(`${day} 10:00`, `${day} 11:00`), visit(`${next} 10:00`, `${next} 11:00`)],
      drugClaims: [{ jcode: 'J2260', date: day }],
    }),
    '2024-03-05 PAYABLE_VISIT G0088 4u -',
  ),
  c('design §10: dates with an event', 'a quiet range has no entries', quiet(day, '2024-04-30')),
  c(
    'hit-benefit §3.1 D',
    'remote monitoring only',
    quiet(day, day, { services: [service('s1', `${day} 09:00`, `${day} 09:05`)] }),
    'COVERED_BUNDLED_NO_LINE | P2 P3 P4 P6 + s1',
  ),
  c(
    'hit-benefit §3.1 C',
    'a dressing change without infusion',
    payable(day, { administrations: [] }),
    'COVERED_BUNDLED_NO_LINE | P2 P6',
  ),
  c('hit-benefit §3.1 B', 'infusion, no visit', payable(day, { visits: [] }), 'COVERED_BUNDLED_NO_LINE | P3 P4'),
  c(
    'hit-benefit §3.1 B',
    'infusion and monitoring, no visit',
    payable(day, { visits: [], services: [service('s1', `${day} 10:30`, `${day} 10:40`)] }),
    'COVERED_BUNDLED_NO_LINE | P3 P4 + s1',
  ),
  c('hit-benefit §3.1 A', 'infusion and visit', payable(day), 'PAYABLE_VISIT G0088 4u - |'),
];
