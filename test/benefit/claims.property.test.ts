import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { checkClaimFacts } from '#benefit/check-claim-facts.ts';
import { claimDecisionSchema, type DayDecision, dispositions, hasLine } from '#benefit/claim-decision.ts';
import type { ClaimFacts } from '#benefit/claim-facts.ts';
import { decideClaims } from '#benefit/decide-claims.ts';
import { benefitCodes } from '#model/benefit-facts.ts';
import { arbitraryFacts, shuffled } from './arbitrary-facts.ts';
import { failedTests } from './claim-case.ts';

const holds = (runs: number) => ({ numRuns: runs });

/** A second, plain telling of what a line needs, from the facts and not from the reasons. */
function evidence(facts: ClaimFacts, { date }: DayDecision) {
  const zoned = (iso: string) => Temporal.Instant.from(iso).toZonedDateTimeISO(facts.patient.zone);
  const localDate = (iso: string) => zoned(iso).toPlainDate().toString();
  const midnight = Temporal.PlainDate.from(date).toZonedDateTime(facts.patient.zone).epochMilliseconds;
  const nextMidnight = Temporal.PlainDate.from(date)
    .add({ days: 1 })
    .toZonedDateTime(facts.patient.zone).epochMilliseconds;
  const ms = (iso: string) => Temporal.Instant.from(iso).epochMilliseconds;
  const ran = facts.administrations.filter(
    ({ start, end, volume_ml }) =>
      volume_ml > 0 && ms(start) < nextMidnight && ms(end) > midnight && ms(start) < ms(end),
  );
  const drugs = facts.orders.filter(
    ({ id, pumpCode }) => pumpCode === 'E0781' && ran.some(({ order }) => order === id),
  );
  const window = Temporal.PlainDate.from(date).subtract({ days: 30 }).toString();
  return {
    presence: facts.visits.some(
      (visit) =>
        localDate(visit.in) === date &&
        visit.place === '12' &&
        visit.professional !== 'aide' &&
        visit.complex &&
        visit.signed,
    ),
    drug: drugs.length > 0,
    plan: facts.plans.some(
      (plan) =>
        plan.establishedBy === 'physician' &&
        plan.signedOn !== null &&
        plan.signedOn <= facts.submitOn &&
        plan.from <= date &&
        (plan.to === null || date <= plan.to) &&
        plan.services.includes('professional'),
    ),
    match: drugs.some(({ jcode }) =>
      facts.drugClaims.some((claim) => claim.jcode === jcode && window <= claim.date && claim.date <= date),
    ),
    supplier: facts.supplier.qualified.some(({ from, to }) => from <= date && (to === null || date <= to)),
    alone: !facts.priorLines.some((line) => line.date === date),
  };
}

describe('whatever the facts', () => {
  it('the generator makes facts of the form, and every disposition', () => {
    const seen = new Set<string>();
    for (const facts of fc.sample(arbitraryFacts(true), { numRuns: 300, seed: 7 })) {
      expect(checkClaimFacts(facts)).toMatchObject({ ok: true });
      for (const { disposition } of decideClaims(facts).days) seen.add(disposition);
    }
    expect([...seen].sort()).toEqual([...dispositions].sort());
  });

  it('the decision is of its documented form, its days in order, each once, all within the range', () => {
    fc.assert(
      fc.property(arbitraryFacts(true), (facts) => {
        const decision = decideClaims(facts);
        expect(Value.Check(claimDecisionSchema, decision)).toBe(true);
        const dates = decision.days.map(({ date }) => date);
        expect(dates).toEqual([...new Set(dates)].sort());
        expect(dates.every((date) => facts.from <= date && date <= facts.to)).toBe(true);
        for (const day of decision.days) {
          expect(day.reasons.map(({ test }) => test)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8']);
          expect(day.reasons.every(({ text, citation }) => text !== '' && /\[[A-Z]+\]$/.test(citation))).toBe(true);
          if (!hasLine(day)) expect(day).toMatchObject({ code: null, category: null, units: null, amountCents: null });
          expect(day.disposition === 'PAYABLE_VISIT').toBe(failedTests(day).length === 0);
        }
      }),
      holds(120),
    );
  });

  it('no two lines stand on one date, prior lines included', () => {
    fc.assert(
      fc.property(arbitraryFacts(true), (facts) => {
        const lines = decideClaims(facts)
          .days.filter(hasLine)
          .map(({ date }) => date);
        const prior = new Set(facts.priorLines.map(({ date }) => date));
        expect(lines.filter((date) => prior.has(date))).toEqual([]);
        expect(new Set(lines).size).toBe(lines.length);
      }),
      holds(120),
    );
  });

  it('no line is payable without drug, presence, plan, match and supplier', () => {
    fc.assert(
      fc.property(arbitraryFacts(true), (facts) => {
        for (const day of decideClaims(facts).days.filter(({ disposition }) => disposition === 'PAYABLE_VISIT')) {
          expect(day.date >= '2019-01-01').toBe(true);
          expect(evidence(facts, day)).toEqual({
            presence: true,
            drug: true,
            plan: true,
            match: true,
            supplier: true,
            alone: true,
          });
        }
      }),
      holds(120),
    );
  });

  it('the order in which facts arrived changes nothing', () => {
    const pairs = arbitraryFacts(true).chain((facts) => fc.tuple(fc.constant(facts), shuffled(facts)));
    fc.assert(
      fc.property(pairs, ([facts, others]) => {
        expect(decideClaims(others)).toEqual(decideClaims(facts));
      }),
      holds(120),
    );
  });

  it('a range at once and day by day, with the earlier lines as prior lines, come out the same', () => {
    fc.assert(
      fc.property(arbitraryFacts(), (facts) => {
        const { days } = decideClaims(facts);
        const priorLines = [...facts.priorLines];
        for (const day of days) {
          const alone = decideClaims({ ...facts, from: day.date, to: day.date, priorLines: [...priorLines] });
          expect(alone.days).toEqual([day]);
          const code = benefitCodes.find((one) => one === day.code);
          if (code !== undefined) priorLines.push({ date: day.date, code });
        }
      }),
      holds(60),
    );
  });

  it('an amount is one of the rates given for that code and date, and without rates there is none', () => {
    fc.assert(
      fc.property(arbitraryFacts(), (facts) => {
        for (const { date, code, amountCents } of decideClaims(facts).days) {
          if (amountCents === null) continue;
          const inForce = facts.rates.filter((rate) => rate.code === code && rate.from <= date && date <= rate.to);
          expect(inForce.map((rate) => rate.amountCents)).toContain(amountCents);
        }
        const unpriced = decideClaims({ ...facts, rates: [] }).days;
        expect(unpriced.every(({ amountCents }) => amountCents === null)).toBe(true);
      }),
      holds(120),
    );
  });

  it('initial visits are at least 61 days apart', () => {
    fc.assert(
      fc.property(arbitraryFacts(), (facts) => {
        const { days } = decideClaims(facts);
        const lines = [...facts.priorLines, ...days.filter(hasLine)].map(({ date }) => date);
        const initial = days.filter(({ code }) => code === 'G0088' || code === 'G0089' || code === 'G0090');
        for (const { date } of initial) {
          const clear = Temporal.PlainDate.from(date).subtract({ days: 60 }).toString();
          expect(lines.filter((line) => clear <= line && line < date)).toEqual([]);
        }
      }),
      holds(120),
    );
  });

  it('services and monitoring alone never make a line', () => {
    fc.assert(
      fc.property(arbitraryFacts(true), (facts) => {
        const without = decideClaims({ ...facts, services: [] }).days;
        const lines = (days: DayDecision[]) => days.filter(hasLine).map(({ bundledServices, ...line }) => line);
        expect(lines(decideClaims(facts).days)).toEqual(lines(without));
        const noVisit = decideClaims({ ...facts, visits: [] }).days;
        expect(noVisit.filter(hasLine)).toEqual([]);
      }),
      holds(120),
    );
  });
});
