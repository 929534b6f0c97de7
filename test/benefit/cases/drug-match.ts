import { infusing, payable, rate } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-31';
const p6 = 'CR 11880: with the visit or no more than 30 days before';
const due = 'PAYABLE_VISIT G0088 4u -';
const held = 'HOLD_DRUG_MATCH G0088 4u - | P6';
const claimed = (...dates: string[]) => payable(day, { drugClaims: dates.map((date) => ({ jcode: 'J2260', date })) });
const own = 'Settled: only drugs with a claim of their own compete';
const rates = [rate('G0088', 100), rate('G0090', 300), rate('G0089', 200)];

/** The drug claim that a visit needs. */
export const drugMatch = [
  c(p6, 'on the day', claimed(day), due),
  c(p6, 'a day before', claimed('2024-03-30'), due),
  c('Settled: both ends of the window', '30 days before', claimed('2024-03-01'), due),
  c(p6, '31 days before', claimed('2024-02-29'), held),
  c(p6, 'a day after', claimed('2024-04-01'), held),
  c(p6, 'none', claimed(), held),
  c(p6, '31 days before and a day after', claimed('2024-02-29', '2024-04-01'), held),
  c(p6, 'one of several in the window', claimed('2023-12-01', '2024-03-10', '2024-06-01'), due),
  c(p6, 'of another drug', payable(day, { drugClaims: [{ jcode: 'J9000', date: day }] }), held),
  c(
    'hit-benefit §3.1 G',
    'a held day carries its amount',
    payable(day, { drugClaims: [], rates: [rate('G0088', 12_345)] }),
    'HOLD_DRUG_MATCH G0088 4u 12345 | P6',
  ),
  c(
    own,
    'the dearer drug has no claim',
    infusing(day, [['J2260'], ['J9000']], { rates, drugClaims: [{ jcode: 'J2260', date: day }] }),
    'PAYABLE_VISIT G0088 4u 100',
  ),
  c(
    own,
    'the cheaper drug has no claim',
    infusing(day, [['J2260'], ['J9000']], { rates, drugClaims: [{ jcode: 'J9000', date: day }] }),
    'PAYABLE_VISIT G0090 4u 300',
  ),
  c(
    own,
    'without rates too',
    infusing(day, [['J2260'], ['J9000']], { drugClaims: [{ jcode: 'J2260', date: day }] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    own,
    'its claim is too old',
    infusing(day, [['J2260'], ['J9000']], {
      rates,
      drugClaims: [
        { jcode: 'J2260', date: day },
        { jcode: 'J9000', date: '2024-02-29' },
      ],
    }),
    'PAYABLE_VISIT G0088 4u 100',
  ),
  c(
    'Settled: a held day carries what it will have on release',
    'neither has a claim',
    infusing(day, [['J2260'], ['J9000']], { rates, drugClaims: [] }),
    'HOLD_DRUG_MATCH G0090 4u 300',
  ),
  c(own, 'both have one', infusing(day, [['J2260'], ['J9000']], { rates }), 'PAYABLE_VISIT G0090 4u 300'),
  c(
    p6,
    'the window crosses 29 February of a leap year',
    payable('2024-03-15', { drugClaims: [{ jcode: 'J2260', date: '2024-02-14' }] }),
    due,
  ),
  c(
    p6,
    'and in a common year is a day more',
    payable('2023-03-15', { drugClaims: [{ jcode: 'J2260', date: '2023-02-13' }] }),
    due,
  ),
  c(
    p6,
    'the window crosses the start of daylight saving',
    payable('2024-04-05', { drugClaims: [{ jcode: 'J2260', date: '2024-03-06' }] }),
    due,
  ),
  c(
    p6,
    'and is no longer for it',
    payable('2024-04-05', { drugClaims: [{ jcode: 'J2260', date: '2024-03-05' }] }),
    held,
  ),
];
