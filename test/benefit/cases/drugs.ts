import { infusing, order, payable, run } from '../builders.ts';
import { type ClaimCase, claimCase as c } from '../claim-case.ts';

const transitional = '2020-06-01';
const permanent = '2023-06-01';

/** As they stand in SSA 1834(u)(7)(C). */
const category1 =
  'J0133 J0285 J0287 J0288 J0289 J0895 J1170 J1250 J1265 J1325 J1455 J1457 J1570 J2175 J2260 J2270 J2274 J2278 J3010 J3285'.split(
    ' ',
  );
const category2 = ['J1555', 'J1559', 'J1561', 'J1562', 'J1569', 'J1575'];
const category3 = ['J9000', 'J9039', 'J9040', 'J9065', 'J9100', 'J9190', 'J9200', 'J9360', 'J9370'];
/** Not IV and not SC, so not of the permanent list. */
const dropped = ['J2278', 'J9200'];

const eachOf = (codes: readonly string[], make: (code: string) => ClaimCase): ClaimCase[] => codes.map(make);
const kept = (codes: readonly string[]) => codes.filter((code) => !dropped.includes(code));

const lists = [
  ...eachOf(category1, (code) =>
    c('SSA 1834(u)(7)(C)(i)', `${code} in 2020`, infusing(transitional, [[code]]), 'PAYABLE_VISIT G0068 4u -'),
  ),
  ...eachOf(category2, (code) =>
    c(
      'SSA 1834(u)(7)(C)(ii)',
      `${code} JB in 2020`,
      infusing(transitional, [[code, 'JB']]),
      'PAYABLE_VISIT G0069 4u -',
    ),
  ),
  ...eachOf(category3, (code) =>
    c('SSA 1834(u)(7)(C)(iii)', `${code} in 2020`, infusing(transitional, [[code]]), 'PAYABLE_VISIT G0070 4u -'),
  ),
  ...eachOf(kept(category1), (code) =>
    c('hit-benefit §5.2 category 1', `${code} in 2023`, infusing(permanent, [[code]]), 'PAYABLE_VISIT G0088 4u -'),
  ),
  ...eachOf([...category2, 'J1551', 'J1558'], (code) =>
    c(
      'hit-benefit §5.2 category 2',
      `${code} JB in 2023`,
      infusing(permanent, [[code, 'JB']]),
      'PAYABLE_VISIT G0089 4u -',
    ),
  ),
  ...eachOf(kept(category3), (code) =>
    c('hit-benefit §5.2 category 3', `${code} in 2023`, infusing(permanent, [[code]]), 'PAYABLE_VISIT G0090 4u -'),
  ),
  ...eachOf(dropped, (code) =>
    c('hit-benefit §5.2: not IV or SC', `${code} in 2023`, infusing(permanent, [[code]]), 'NOT_HIT_BENEFIT | P2 P6'),
  ),
  ...eachOf(dropped, (code) =>
    c(
      'hit-benefit §5: effective-dated',
      `${code} on 2020-12-31`,
      infusing('2020-12-31', [[code]]),
      code === 'J2278' ? 'PAYABLE_VISIT G0068 4u -' : 'PAYABLE_VISIT G0070 4u -',
    ),
  ),
  ...eachOf(['J1551', 'J1558'], (code) =>
    c('hit-benefit §5.1', `${code} JB is not transitional`, infusing(transitional, [[code, 'JB']]), 'NOT_HIT_BENEFIT'),
  ),
  ...eachOf([...category2, 'J1551', 'J1558'], (code) =>
    c(
      'hit-benefit §5.2: without JB not category 2',
      `${code} without JB`,
      infusing(permanent, [[code]]),
      'NOT_HIT_BENEFIT',
    ),
  ),
  ...eachOf(['E0779', 'E0780', 'E0781', 'E0791', 'K0455'], (pumpCode) =>
    c(
      'hit-benefit §7: pumps of DME',
      `through ${pumpCode}`,
      payable(permanent, { orders: [order('milrinone', 'J2260', { pumpCode })] }),
      'PAYABLE_VISIT G0088 4u -',
    ),
  ),
  ...eachOf(['A4305', 'E0776', 'E0784', ''], (pumpCode) =>
    c(
      'hit-benefit §2.1: no DME pump, no benefit',
      `through ${pumpCode || 'nothing that is named'}`,
      payable(permanent, { orders: [order('milrinone', 'J2260', { pumpCode })] }),
      'NOT_HIT_BENEFIT | P2 P6',
    ),
  ),
];

const oddities = [
  c('hit-benefit §2.1: insulin', 'insulin', infusing(permanent, [['J1817']]), 'NOT_HIT_BENEFIT'),
  c('hit-benefit §3.1 E', 'an unlisted antibiotic', infusing(permanent, [['J0696']]), 'NOT_HIT_BENEFIT'),
  c('hit-benefit §5.2: J1171 is not mapped unseen', 'J1171', infusing('2025-02-03', [['J1171']]), 'NOT_HIT_BENEFIT'),
  c('hit-benefit §5.2: on the LCD is not on the list', 'J7356', infusing('2026-03-02', [['J7356']]), 'NOT_HIT_BENEFIT'),
  c(
    'hit-benefit §5.2: category follows the code',
    'J3285 under the skin',
    infusing(permanent, [['J3285', 'JB']]),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'hit-benefit §5.2: category follows the code',
    'J0895 under the skin',
    infusing(permanent, [['J0895', 'JB']]),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'hit-benefit §13.9',
    'other modifiers change nothing',
    infusing(permanent, [['J1559', 'KX', 'JB']]),
    'PAYABLE_VISIT G0089 4u -',
  ),
  c('hit-benefit §13.9', 'another modifier is no JB', infusing(permanent, [['J1559', 'KX']]), 'NOT_HIT_BENEFIT'),
  c(
    'CR 11880 of 2020-12-31',
    'J7799 JB is category 2',
    infusing(permanent, [['J7799', 'JB']]),
    'PAYABLE_VISIT G0089 4u -',
  ),
  c(
    'CR 11880 of 2020-12-31',
    'J7799 JB on its first day',
    infusing('2021-01-01', [['J7799', 'JB']]),
    'PAYABLE_VISIT G0089 4u -',
  ),
  c(
    'SSA 1834(u)(7)(C)(iv)',
    'J7799 JB before that is assigned by a person',
    infusing(transitional, [['J7799', 'JB']]),
    'HOLD_DRUG_MATCH - 4u - | P6',
  ),
  c(
    'Settled: J7799 without JB',
    'held for its category',
    infusing(permanent, [['J7799']]),
    'HOLD_DRUG_MATCH - 4u - | P6',
  ),
  c('Settled: J7999', 'held for its category', infusing(permanent, [['J7999']]), 'HOLD_DRUG_MATCH - 4u - | P6'),
  c('Settled: J7999', 'JB assigns nothing', infusing(permanent, [['J7999', 'JB']]), 'HOLD_DRUG_MATCH - 4u - | P6'),
  c('Settled: J7999', 'held in 2019 too', infusing('2019-06-03', [['J7999']]), 'HOLD_DRUG_MATCH - 4u -'),
  c(
    'Settled: J7799 without JB',
    'beside a drug with its category, and claimed: still held',
    infusing(permanent, [['J7799'], ['J9000']]),
    'HOLD_DRUG_MATCH - 4u -',
  ),
  c(
    'Settled: only drugs with a claim of their own compete',
    'J7999 without a claim beside a claimed drug',
    infusing(permanent, [['J7999'], ['J2260']], { drugClaims: [{ jcode: 'J2260', date: permanent }] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: J7799 without JB',
    'unsigned plan and category open: the plan goes first',
    infusing(permanent, [['J7799']], { plans: [] }),
    'HOLD_PLAN_OF_CARE - 4u - | P5 P6',
  ),
  c(
    'Settled: an unlisted drug beside a listed one',
    'changes nothing',
    infusing(permanent, [['J2260'], ['J0696']]),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: an unlisted drug beside a listed one',
    'even without an order in force or a claim',
    payable(permanent, {
      orders: [order('milrinone', 'J2260'), order('other', 'J0696', { to: '2020-01-01' })],
      administrations: ['milrinone', 'other'].map((id) => run(id, `${permanent} 10:00`, `${permanent} 12:00`)),
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: NOT_HIT_BENEFIT only when no listed drug ran through a DME pump',
    'a listed drug by gravity beside one through a pump',
    infusing(permanent, [['J2260'], ['J9000']], {
      orders: [order('J2260-0', 'J2260'), order('J9000-1', 'J9000', { pumpCode: 'A4305' })],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'Settled: NOT_HIT_BENEFIT only when no listed drug ran through a DME pump',
    'a listed drug by gravity beside an unlisted through a pump',
    infusing(permanent, [['J2260'], ['J0696']], {
      orders: [order('J2260-0', 'J2260', { pumpCode: 'A4305' }), order('J0696-1', 'J0696')],
    }),
    'NOT_HIT_BENEFIT',
  ),
  c(
    'hit-benefit §3.1 E: any monitoring, any visit',
    'an unlisted drug without a visit',
    infusing(permanent, [['J0696']], { visits: [] }),
    'NOT_HIT_BENEFIT',
  ),
];

export const drugs = [...lists, ...oddities];
