import { describe, expect, it } from 'vitest';
import { checkClaimFacts } from '#benefit/check-claim-facts.ts';
import { order, payable, plan, rate, run, service, visit } from './builders.ts';

const day = '2024-03-04';
const good = payable(day, { services: [service('s1', `${day} 09:00`, `${day} 09:10`)], rates: [rate('G0088', 100)] });

/** Where the problems lie, in their order. */
function wheres(input: unknown): string[] {
  const checked = checkClaimFacts(input);
  return checked.ok ? [] : checked.problems.map(({ where }) => where);
}

/** The whole of it, changed at one place. */
const changed = (change: (facts: Record<string, unknown>) => void): unknown => {
  const copy: Record<string, unknown> = structuredClone({ ...good });
  change(copy);
  return copy;
};

describe('the form of the facts', () => {
  it('takes the documented form', () => {
    expect(checkClaimFacts(good)).toEqual({ ok: true, facts: good });
  });

  it.each(Object.keys(good))('misses %s', (key) => {
    expect(wheres(changed((facts) => delete facts[key]))).toContain(key);
  });

  it.each([
    ['a list', []],
    ['a text', 'facts'],
    ['nothing', null],
    ['a number', 7],
  ])('refuses %s', (_, input) => {
    expect(checkClaimFacts(input)).toEqual({ ok: false, problems: [{ where: '', problem: 'must be an object' }] });
  });

  it.each<[string, object, string]>([
    ['a day that is not in the calendar', { from: '2024-02-30' }, 'from'],
    ['a date with a time', { submitOn: '2024-03-04T00:00:00Z' }, 'submitOn'],
    ['a date without zeros', { to: '2024-3-4' }, 'to'],
    ['a range that ends before it begins', { to: '2024-03-03' }, 'to'],
    ['an unknown zone', { patient: { id: 'p', zone: 'America/Nowhere' } }, 'patient.zone'],
    ['a bare offset as zone', { patient: { id: 'p', zone: '-05:00' } }, 'patient.zone'],
    ['an empty id', { patient: { id: '', zone: 'UTC' } }, 'patient.id'],
    ['a key that does not exist', { colour: 'red' }, 'colour'],
    ['a discharge that is no date', { discharges: [day, 'soon'] }, 'discharges[1]'],
    ['a prior line of another code', { priorLines: [{ date: day, code: '99601' }] }, 'priorLines[0].code'],
    ['a drug claim without date', { drugClaims: [{ jcode: 'J2260' }] }, 'drugClaims[0].date'],
    ['a drug claim of no code', { drugClaims: [{ jcode: 'milrinone', date: day }] }, 'drugClaims[0].jcode'],
    ['an amount in dollars and cents', { rates: [{ ...rate('G0088', 1), amountCents: 12.5 }] }, 'rates[0].amountCents'],
    [
      'the amount of the fee schedule file',
      { rates: [{ ...rate('G0088', 1), amountCents: 0 }] },
      'rates[0].amountCents',
    ],
    ['a negative amount', { rates: [{ ...rate('G0088', 1), amountCents: -5 }] }, 'rates[0].amountCents'],
    ['an amount as text', { rates: [{ ...rate('G0088', 1), amountCents: '100' }] }, 'rates[0].amountCents'],
    ['a rate with an open end', { rates: [{ ...rate('G0088', 1), to: null }] }, 'rates[0].to'],
    ['a rate that ends before it begins', { rates: [rate('G0088', 1, '2024-01-01', '2023-12-31')] }, 'rates[0].to'],
    ['two amounts from one day', { rates: [rate('G0088', 1), rate('G0088', 2)] }, 'rates[1]'],
    [
      'a supplier span that is reversed',
      { supplier: { qualified: [{ from: day, to: '2020-01-01' }] } },
      'supplier.qualified[0].to',
    ],
    ['a supplier without spans', { supplier: {} }, 'supplier.qualified'],
    ['a plan of an unknown author', { plans: [{ ...plan(), establishedBy: 'nurse' }] }, 'plans[0].establishedBy'],
    ['a plan with an unknown service', { plans: [{ ...plan(), services: ['massage'] }] }, 'plans[0].services[0]'],
    ['a plan that ends before it begins', { plans: [plan({ from: day, to: '2024-01-01' })] }, 'plans[0].to'],
    [
      'an order that ends before it begins',
      { orders: [order('milrinone', 'J2260', { from: day, to: '2024-01-01' })] },
      'orders[0].to',
    ],
    ['two orders of one id', { orders: [order('milrinone', 'J2260'), order('milrinone', 'J9000')] }, 'orders[1].id'],
    [
      'an administration of no order',
      { administrations: [run('other', `${day} 10:00`, `${day} 11:00`)] },
      'administrations[0].order',
    ],
    [
      'an administration that ends before it begins',
      { administrations: [run('milrinone', `${day} 10:00`, `${day} 09:00`)] },
      'administrations[0].end',
    ],
    [
      'a negative volume',
      { administrations: [run('milrinone', `${day} 10:00`, `${day} 11:00`, -1)] },
      'administrations[0].volume_ml',
    ],
    [
      'an instant without offset',
      { administrations: [{ ...run('milrinone', `${day} 10:00`, `${day} 11:00`), start: '2024-03-04T10:00:00' }] },
      'administrations[0].start',
    ],
    [
      'an instant that does not exist',
      { administrations: [{ ...run('milrinone', `${day} 10:00`, `${day} 11:00`), end: '2024-03-04T25:00:00Z' }] },
      'administrations[0].end',
    ],
    ['a visit that ends before it begins', { visits: [visit(`${day} 10:00`, `${day} 09:59`)] }, 'visits[0].out'],
    [
      'a visit signed by a word',
      { visits: [{ ...visit(`${day} 10:00`, `${day} 11:00`), signed: 'yes' }] },
      'visits[0].signed',
    ],
    [
      'a visit twice',
      {
        visits: [
          visit(`${day} 10:00`, `${day} 11:00`, { id: 'v' }),
          visit(`${day} 12:00`, `${day} 13:00`, { id: 'v' }),
        ],
      },
      'visits[1].id',
    ],
    [
      'a service of an unknown kind',
      { services: [{ ...service('s', `${day} 10:00`, `${day} 11:00`), kind: 'call' }] },
      'services[0].kind',
    ],
    [
      'a service that ends before it begins',
      { services: [service('s', `${day} 10:00`, `${day} 09:00`)] },
      'services[0].end',
    ],
  ])('refuses %s', (_, change, where) => {
    expect(wheres({ ...good, ...change })).toContain(where);
  });

  it('names every problem at once, those of sense beside those of form', () => {
    const problems = wheres({
      ...good,
      from: 'soon',
      visits: Array.from({ length: 12 }, () => ({ id: 7 })),
      administrations: [run('other', `${day} 10:00`, `${day} 09:00`)],
    });
    expect(problems).toContain('from');
    expect(problems).toContain('visits[11].signed');
    expect(problems).toContain('administrations[0].order');
    expect(problems).toContain('administrations[0].end');
    expect(problems.length).toBe(1 + 12 * 7 + 2);
  });
});
