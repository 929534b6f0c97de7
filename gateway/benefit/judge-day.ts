import type { ClaimFacts } from './claim-facts.ts';
import { type Course, courseOn, type History } from './claim-line.ts';
import type { DayFacts } from './day-facts.ts';
import { type DrugsOfDay, drugsOfDay } from './drugs-of-day.ts';
import { inSpan } from './local-days.ts';
import { judgePlans, type PlanJudgement } from './plan-of-care.ts';
import { type Presence, presenceOf } from './presence.ts';
import type { RulesOn } from './rules-on.ts';

/** Everything the tests P1 to P8 ask about one date. */
export interface DayJudgement {
  readonly rules: RulesOn;
  readonly drugs: DrugsOfDay;
  readonly presence: Presence;
  readonly plan: PlanJudgement;
  readonly course: Course;
  /** Another line stands on this date already. */
  readonly secondLine: boolean;
  readonly supplierQualified: boolean;
}

export function judgeDay(day: DayFacts, facts: ClaimFacts, history: History, rules: RulesOn): DayJudgement {
  const drugs = drugsOfDay(day, facts, rules);
  return {
    rules,
    drugs,
    presence: presenceOf(day.visits, rules),
    plan: judgePlans(facts.plans, drugs.listed, facts.submitOn, rules),
    course: courseOn(history, rules),
    secondLine: history.lineDates.includes(day.date),
    supplierQualified: facts.supplier.qualified.some((span) => inSpan(day.date, span)),
  };
}
