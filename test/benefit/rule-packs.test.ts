import { describe, expect, it } from 'vitest';
import { decideClaims } from '#benefit/decide-claims.ts';
import { medicareHitPack, packName, parseProposal, parseRulePack, presenceBillPack } from '#benefit/rule-packs.ts';
import { whatIf } from '#benefit/what-if.ts';
import lawFile from '../../gateway/benefit/rule-packs/medicare-hit.json' with { type: 'json' };
import proposalFile from '../../gateway/benefit/rule-packs/what-if-s1058.json' with { type: 'json' };
import { infusing, payable, plan, rate, visit } from './builders.ts';

const day = '2024-03-04';
const law = medicareHitPack;
const one = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined) throw new Error('the list is empty');
  return first;
};
const of = (date: string, more: Parameters<typeof payable>[1], pack = law) =>
  one(decideClaims(payable(date, more), pack).days);

describe('the pack of the law', () => {
  it('names itself in each decision', () => {
    expect(decideClaims(payable(day)).rulePack).toBe('medicare-hit@1');
    expect(packName(presenceBillPack)).toBe('what-if-s1058@1');
  });

  it('gives a citation and a mark to every row', () => {
    const rows = [...Object.values(law.lists), ...Object.values(law.rules), ...Object.values(law.tests)].flat();
    expect(rows.length).toBeGreaterThan(100);
    expect(
      rows.filter(({ citation, mark }) => citation === '' || !/^(FOUND|RECALLED|INFERRED|DERIVED)$/.test(mark)),
    ).toEqual([]);
  });

  it('keeps what is only recalled where a person can change it: units and home places', () => {
    expect(law.rules.units.map(({ mark }) => mark)).toEqual(['RECALLED']);
    expect(law.lists.homePlaces.map(({ mark }) => mark)).toEqual(['RECALLED']);
  });

  it('holds no amount of money', () => {
    expect(JSON.stringify(lawFile)).not.toMatch(/cents|usd|dollar/i);
    expect(JSON.stringify(proposalFile)).not.toMatch(/cents|usd|dollar/i);
  });
});

describe('a pack that a person changed', () => {
  const changed = (rules: object, lists: object = {}) =>
    parseRulePack({ ...law, version: '1-own', rules: { ...law.rules, ...rules }, lists: { ...law.lists, ...lists } });
  const sourced = { from: null, to: null, citation: 'own reading', mark: 'INFERRED' };
  const held = { drugClaims: [{ jcode: 'J2260', date: '2024-02-02' }] };

  it('moves the window of the drug claim', () => {
    expect(of(day, held).disposition).toBe('HOLD_DRUG_MATCH');
    const pack = changed({ drugMatch: [{ ...sourced, value: { daysBefore: 31 } }] });
    expect(of(day, held, pack).disposition).toBe('PAYABLE_VISIT');
    expect(decideClaims(payable(day), pack).rulePack).toBe('medicare-hit@1-own');
  });

  it('rounds units in another way', () => {
    const pack = changed({
      units: [{ ...sourced, value: { table: [{ units: 1, lessThanMinutes: 61 }], stepMinutes: 30 } }],
    });
    expect(of(day, {}, pack).units).toBe(1);
    expect(of(day, { visits: [visit(`${day} 10:00`, `${day} 11:01`)] }, pack).units).toBe(2);
    expect(of(day, { visits: [visit(`${day} 10:00`, `${day} 11:31`)] }, pack).units).toBe(3);
  });

  it('adds a place, a professional, a pump', () => {
    const value = (text: string) => [{ ...sourced, value: text }];
    const visits = [visit(`${day} 10:00`, `${day} 11:00`, { place: '13', professional: 'dietitian' })];
    expect(of(day, { visits }).disposition).toBe('COVERED_BUNDLED_NO_LINE');
    const pack = changed({}, { homePlaces: value('13'), professionals: value('dietitian') });
    expect(of(day, { visits }, pack).disposition).toBe('PAYABLE_VISIT');
    expect(of(day, {}, changed({}, { dmePumps: value('E0779') })).disposition).toBe('NOT_HIT_BENEFIT');
  });

  it('assigns the category of a drug that has none of its own', () => {
    const drugs = law.lists.drugs.map((row) => (row.code === 'J7999' ? { ...row, category: 1 } : row));
    const decide = (pack = law) => one(decideClaims(infusing(day, [['J7999']]), pack).days);
    expect(decide()).toMatchObject({ disposition: 'HOLD_DRUG_MATCH', code: null });
    expect(decide(changed({}, { drugs }))).toMatchObject({ disposition: 'PAYABLE_VISIT', code: 'G0088' });
  });

  it('changes a rule from a date on, and not before', () => {
    const window = [
      { ...sourced, to: '2024-03-31', value: { daysBefore: 30 } },
      { ...sourced, from: '2024-04-01', value: { daysBefore: 5 } },
    ];
    const claimTenBefore = (date: string) => ({
      drugClaims: [{ jcode: 'J2260', date: Temporal.PlainDate.from(date).subtract({ days: 10 }).toString() }],
    });
    const pack = changed({ drugMatch: window });
    expect(of('2024-03-31', claimTenBefore('2024-03-31'), pack).disposition).toBe('PAYABLE_VISIT');
    expect(of('2024-04-01', claimTenBefore('2024-04-01'), pack).disposition).toBe('HOLD_DRUG_MATCH');
  });

  it('takes a signature only before the day of the claim', () => {
    const value = { ...one(law.rules.plan).value, signedOnSubmitDay: false };
    const same = { plans: [plan({ signedOn: '2024-04-01' })], submitOn: '2024-04-01' };
    expect(of(day, same).disposition).toBe('PAYABLE_VISIT');
    expect(of(day, same, changed({ plan: [{ ...sourced, value }] })).disposition).toBe('HOLD_PLAN_OF_CARE');
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', {}, /id: is missing\n {2}version: is missing/],
    [
      'a rule with a gap',
      { ...law, rules: { ...law.rules, drugMatch: [{ ...sourced, from: '2024-01-01', value: { daysBefore: 3 } }] } },
      /rules\.drugMatch: must hold on every date exactly once/,
    ],
    [
      'a rule that is there twice',
      { ...law, rules: { ...law.rules, units: [...law.rules.units, ...law.rules.units] } },
      /rules\.units: must hold/,
    ],
    [
      'a drug that is there twice',
      { ...law, lists: { ...law.lists, drugs: [...law.lists.drugs, law.lists.drugs[0]] } },
      /lists\.drugs\[\d+\]: J0133 is there twice/,
    ],
    [
      'a fourth category',
      { ...law, lists: { ...law.lists, drugs: [{ ...law.lists.drugs[0], category: 4 }] } },
      /category: must be 1, 2, 3, or null/,
    ],
    [
      'a row without citation',
      { ...law, lists: { ...law.lists, dmePumps: [{ from: null, to: null, mark: 'FOUND', value: 'E0781' }] } },
      /dmePumps\[0\]\.citation: is missing/,
    ],
  ])('is refused with %s', (_, input, says) => {
    expect(() => parseRulePack(input)).toThrow(says);
  });
});

describe('a proposed law', () => {
  const absent = { visits: [], rates: [rate('G0068', 10_001), rate('G0088', 20_000)] };

  it('shows what it would pay without presence, as no claim', () => {
    const result = whatIf(payable(day, absent));
    expect(result).toMatchObject({ claim: false, rulePack: 'what-if-s1058@1', comparedWith: 'medicare-hit@1' });
    expect(one(result.days)).toMatchObject({
      date: day,
      presentDisposition: 'COVERED_BUNDLED_NO_LINE',
      percent: 50,
      wouldPayCents: 5_000,
    });
    expect(JSON.stringify(result)).not.toMatch(/G00/);
    expect(one(decideClaims(payable(day, absent), presenceBillPack).days).disposition).toBe('COVERED_BUNDLED_NO_LINE');
  });

  it.each<[string, Parameters<typeof payable>[1]]>([
    ['a visit in the home', { rates: absent.rates }],
    ['no plan', { ...absent, plans: [] }],
    ['no drug claim', { ...absent, drugClaims: [] }],
    ['no drug', { ...absent, administrations: [] }],
    ['a line on the date', { ...absent, priorLines: [{ date: day, code: 'G0068' }] }],
    ['no supplier', { ...absent, supplier: { qualified: [] } }],
  ])('adds nothing with %s', (_, more) => {
    expect(whatIf(payable(day, more)).days).toEqual([]);
  });

  it('says so when there is no rate, and nothing before 2021', () => {
    expect(one(whatIf(payable(day, { visits: [] })).days).wouldPayCents).toBeNull();
    expect(whatIf(payable('2020-03-04', absent)).days).toEqual([]);
  });

  it('must name the law that it would change', () => {
    expect(() => parseProposal({ ...proposalFile, basedOn: 'another' }, law)).toThrow(/basedOn: must be medicare-hit/);
    expect(() => parseProposal({ ...proposalFile, rules: { absentDayPercent: [] } }, law)).toThrow(/absentDayPercent/);
  });
});
