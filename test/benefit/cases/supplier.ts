import { payable, plan, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const held = 'HOLD_SUPPLIER G0088 4u - | P8';
const due = 'PAYABLE_VISIT G0088 4u -';
const qualified = (...spans: [from: string, to: string | null][]) => ({
  supplier: { qualified: spans.map(([from, to]) => ({ from, to })) },
});
const p8 = '42 CFR 424.68';
const order_ = 'Settled: precedence';

/** The supplier, and what comes first when several things hold a day. */
export const supplier = [
  c(p8, 'never qualified', payable(day, qualified()), held),
  c(p8, 'qualified until yesterday', payable(day, qualified(['2021-01-01', '2024-03-03'])), held),
  c(p8, 'qualified from tomorrow', payable(day, qualified(['2024-03-05', null])), held),
  c('Settled: spans include both ends', 'on the first day', payable(day, qualified([day, null])), due),
  c('Settled: spans include both ends', 'on the last day', payable(day, qualified(['2021-01-01', day])), due),
  c(
    p8,
    'in a gap between two spans',
    payable(day, qualified(['2021-01-01', '2024-03-01'], ['2024-03-10', null])),
    held,
  ),
  c(p8, 'in the second span', payable(day, qualified(['2021-01-01', '2023-03-01'], ['2024-03-01', null])), due),
  c(
    order_,
    'supplier before plan, signature and drug claim',
    payable(day, {
      ...qualified(),
      plans: [],
      drugClaims: [],
      visits: [visit(`${day} 10:00`, `${day} 11:00`, { signed: false })],
    }),
    'HOLD_SUPPLIER G0088 4u - | P3 P5 P6 P8',
  ),
  c(
    order_,
    'plan before signature and drug claim',
    payable(day, { plans: [], drugClaims: [], visits: [visit(`${day} 10:00`, `${day} 11:00`, { signed: false })] }),
    'HOLD_PLAN_OF_CARE G0088 4u - | P3 P5 P6',
  ),
  c(
    order_,
    'signature before drug claim',
    payable(day, { drugClaims: [], visits: [visit(`${day} 10:00`, `${day} 11:00`, { signed: false })] }),
    'HOLD_SIGNATURE G0088 4u - | P3 P6',
  ),
  c(
    order_,
    'no visit before everything that could hold',
    payable(day, { ...qualified(), plans: [], drugClaims: [], visits: [] }),
    'COVERED_BUNDLED_NO_LINE | P3 P4 P5 P6 P8',
  ),
  c(
    order_,
    'a second line before everything that could hold',
    payable(day, { ...qualified(), plans: [], priorLines: [{ date: day, code: 'G0068' }] }),
    'COVERED_BUNDLED_NO_LINE | P5 P7 P8',
  ),
  c(
    order_,
    'no benefit before everything',
    payable('2018-03-04', { ...qualified(), plans: [plan({ signedOn: null })] }),
    'NO_BENEFIT_YET | P1 P2 P5 P6 P8',
  ),
];
