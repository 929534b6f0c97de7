import { order, payable, plan, run } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const held = 'HOLD_PLAN_OF_CARE G0088 4u - | P5';
const due = 'PAYABLE_VISIT G0088 4u -';
const with_ = (...plans: Parameters<typeof plan>[0][]) => payable(day, { plans: plans.map(plan) });
const signed = 'MBPM 15 §320.4: signed before the claim';
const alone = 'Settled: one plan by itself';
const ordered = (from: string, to: string | null) =>
  payable(day, { orders: [order('milrinone', 'J2260', { from, to })] });

/** Plan of care and orders. */
export const planOfCare = [
  c('42 CFR 414.1515', 'no plan', payable(day, { plans: [] }), held),
  c('42 CFR 414.1515', 'a physician established it', with_({}), due),
  c('hit-benefit §13.12', 'a nurse practitioner established it', with_({ establishedBy: 'nurse-practitioner' }), held),
  c(
    'hit-benefit §13.12',
    'a physician assistant established it',
    with_({ establishedBy: 'physician-assistant' }),
    held,
  ),
  c(signed, 'unsigned', with_({ signedOn: null }), held),
  c(
    signed,
    'signed after the visit, before the claim',
    payable(day, { plans: [plan({ signedOn: '2024-03-20' })], submitOn: '2024-03-21' }),
    due,
  ),
  c(
    'Settled: signedOn = submitOn counts',
    'signed on the day of the claim',
    payable(day, { plans: [plan({ signedOn: '2024-03-21' })], submitOn: '2024-03-21' }),
    due,
  ),
  c(
    signed,
    'signed a day after the claim',
    payable(day, { plans: [plan({ signedOn: '2024-03-22' })], submitOn: '2024-03-21' }),
    held,
  ),
  c('Settled: spans include both ends', 'its first day', with_({ from: day }), due),
  c('Settled: spans include both ends', 'its last day', with_({ to: day }), due),
  c('Settled: spans include both ends', 'one day only', with_({ from: day, to: day }), due),
  c('MBPM 15 §320.4: current', 'begins tomorrow', with_({ from: '2024-03-05' }), held),
  c('MBPM 15 §320.4: current', 'ended yesterday', with_({ to: '2024-03-03' }), held),
  c(
    'MBPM 15 §320.5: every service billed is in the plan',
    'without professional services',
    with_({ services: ['training', 'remote-monitoring', 'other-monitoring'] }),
    held,
  ),
  c(
    'MBPM 15 §320.5: every service billed is in the plan',
    'professional services only',
    with_({ services: ['professional'] }),
    due,
  ),
  c('MBPM 15 §320.5: every service billed is in the plan', 'no services', with_({ services: [] }), held),
  c(
    alone,
    'unsigned, and another by a nurse practitioner',
    with_({ signedOn: null }, { establishedBy: 'nurse-practitioner' }),
    held,
  ),
  c(alone, 'ended, and another without the service', with_({ to: '2024-01-01' }, { services: [] }), held),
  c(alone, 'a good one beside a bad one', with_({ id: 'a', signedOn: null }, { id: 'b' }), due),
  c(
    alone,
    'three bad ones, each for another reason',
    with_({ from: '2024-04-01' }, { signedOn: null }, { services: ['training'] }),
    held,
  ),
  c('Settled: outside its order', 'the order ended yesterday', ordered('2024-01-01', '2024-03-03'), held),
  c('Settled: outside its order', 'the order begins tomorrow', ordered('2024-03-05', null), held),
  c('Settled: spans include both ends', 'the first day of the order', ordered(day, null), due),
  c('Settled: spans include both ends', 'the last day of the order', ordered('2024-01-01', day), due),
  c(
    'Settled: outside its order',
    'a run into the date after the order ended',
    payable(day, {
      orders: [order('milrinone', 'J2260', { to: '2024-03-03' })],
      administrations: [run('milrinone', '2024-03-03 20:00', `${day} 06:00`)],
    }),
    held,
  ),
  c(
    'Settled: outside its order',
    'one listed drug within its order, another without',
    payable(day, {
      orders: [order('milrinone', 'J2260'), order('late', 'J1250', { to: '2024-03-03' })],
      administrations: [run('milrinone', `${day} 10:00`, `${day} 12:00`), run('late', `${day} 10:00`, `${day} 12:00`)],
    }),
    held,
  ),
  c(
    'Settled: outside its order',
    'an administration that does not count holds nothing',
    payable(day, {
      orders: [order('milrinone', 'J2260'), order('late', 'J1250', { to: '2024-03-03' })],
      administrations: [
        run('milrinone', `${day} 10:00`, `${day} 12:00`),
        run('late', `${day} 10:00`, `${day} 12:00`, 0),
      ],
    }),
    due,
  ),
  c(
    'Settled: outside its order',
    'a second order of the same drug covers it not: each administration names its order',
    payable(day, {
      orders: [order('milrinone', 'J2260', { to: '2024-03-03' }), order('renewed', 'J2260', { from: day })],
    }),
    held,
  ),
  c(
    'hit-benefit §3.1 F',
    'the plan is unsigned: monitoring is not listed on a held day',
    payable(day, { plans: [plan({ signedOn: null })] }),
    `${held} +`,
  ),
];
