import { describe, expect, it } from 'vitest';
import { checkClaimFacts } from '#benefit/check-claim-facts.ts';
import { decideClaims } from '#benefit/decide-claims.ts';
import { administration } from './cases/administration.ts';
import { bundled } from './cases/bundled.ts';
import { categories } from './cases/categories.ts';
import { drugMatch } from './cases/drug-match.ts';
import { drugs } from './cases/drugs.ts';
import { initialVisit } from './cases/initial-visit.ts';
import { localDays } from './cases/local-days.ts';
import { planOfCare } from './cases/plan.ts';
import { presence } from './cases/presence.ts';
import { regimes } from './cases/regimes.ts';
import { supplier } from './cases/supplier.ts';
import { units } from './cases/units.ts';
import { inNotation } from './claim-case.ts';

const table = {
  regimes,
  drugs,
  administration,
  presence,
  units,
  planOfCare,
  drugMatch,
  categories,
  initialVisit,
  supplier,
  bundled,
  localDays,
};

describe.each(Object.entries(table))('%s', (_, cases) => {
  it.each(cases)('$clause: $name', ({ facts, expected }) => {
    expect(checkClaimFacts(facts)).toEqual({ ok: true, facts });
    expect(inNotation(decideClaims(facts), expected)).toEqual(expected);
  });
});

it('has at least 200 cases, each with its clause and a name of its own', () => {
  const cases = Object.values(table).flat();
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect(cases.filter(({ clause }) => clause === '')).toEqual([]);
  const names = cases.map(({ clause, name }) => `${clause}: ${name}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
