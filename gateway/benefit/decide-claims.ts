import { type ClaimDecision, type DayDecision, type Disposition, hasLine } from './claim-decision.ts';
import type { ClaimFacts } from './claim-facts.ts';
import { type History, priceOf } from './claim-line.ts';
import { type DayFacts, dayFactsOf } from './day-facts.ts';
import { type DayJudgement, judgeDay } from './judge-day.ts';
import type { LocalDate } from './local-days.ts';
import { unitsOf } from './presence.ts';
import { reasonsOf } from './reasons.ts';
import type { RulePack } from './rule-pack.ts';
import { medicareHitPack, packName } from './rule-packs.ts';
import { rulesOn } from './rules-on.ts';

/**
 * What each date from..to is, that has a visit, an administration or a service. Lines decided for earlier dates are
 * history for later ones, held lines too: released, they would otherwise stand beside a second initial visit.
 * Pure: the same facts in any order give the same decision.
 */
export function decideClaims(facts: ClaimFacts, pack: RulePack = medicareHitPack): ClaimDecision {
  const days = judgeInTurn(facts, pack, ({ decision }) => decision);
  return { rulePack: packName(pack), days };
}

/** Judges the dates in their order, each with the lines decided before it. */
export function judgeInTurn<R>(
  facts: ClaimFacts,
  pack: RulePack,
  use: (day: { decision: DayDecision; judgement: DayJudgement }) => R,
): R[] {
  const lineDates: LocalDate[] = facts.priorLines.map(({ date }) => date);
  const history: History = { lineDates, discharges: facts.discharges };
  return dayFactsOf(facts).map((day) => {
    const judgement = judgeDay(day, facts, history, rulesOn(pack, day.date));
    const decision = decideDay(day, judgement, facts);
    if (hasLine(decision)) lineDates.push(day.date);
    return use({ decision, judgement });
  });
}

function decideDay(day: DayFacts, judgement: DayJudgement, facts: ClaimFacts): DayDecision {
  const disposition = dispositionOf(judgement);
  const { drugs, presence, course, rules } = judgement;
  const line = hasLine({ disposition })
    ? {
        ...priceOf(drugs.competing, course.initial, facts.rates, rules),
        units: unitsOf(presence.counted, rules),
      }
    : { code: null, category: null, units: null, amountCents: null };
  const bundles = disposition === 'PAYABLE_VISIT' || disposition === 'COVERED_BUNDLED_NO_LINE';
  return {
    date: day.date,
    disposition,
    code: line.code,
    category: line.category,
    units: line.units,
    amountCents: line.amountCents,
    reasons: reasonsOf(judgement),
    bundledServices: bundles ? day.services.map(({ id }) => id) : [],
  };
}

/** The first that applies, in the order of precedence of `dispositions`. */
function dispositionOf(judgement: DayJudgement): Disposition {
  const { rules, drugs, presence, plan, secondLine, supplierQualified } = judgement;
  if (!rules.regime.value.benefit) return 'NO_BENEFIT_YET';
  if (drugs.listed.length === 0 && drugs.outside.length > 0) return 'NOT_HIT_BENEFIT';
  if (drugs.listed.length === 0 || presence.complex.length === 0 || secondLine) return 'COVERED_BUNDLED_NO_LINE';
  if (!supplierQualified) return 'HOLD_SUPPLIER';
  if (!plan.met) return 'HOLD_PLAN_OF_CARE';
  if (!presence.signed) return 'HOLD_SIGNATURE';
  return drugs.matched ? 'PAYABLE_VISIT' : 'HOLD_DRUG_MATCH';
}
