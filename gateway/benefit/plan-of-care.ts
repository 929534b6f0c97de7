import type { Plan } from './claim-facts.ts';
import { type ListedDrug, labelOf } from './drugs-of-day.ts';
import { inSpan, type LocalDate } from './local-days.ts';
import type { RulesOn } from './rules-on.ts';

export interface PlanJudgement {
  /** Id of a plan that meets every condition by itself; null when none does. */
  readonly plan: string | null;
  /** For each plan that does not, what it lacks. */
  readonly lacks: readonly string[];
  /** Listed drugs that were given outside the span of their order. */
  readonly outsideOrder: readonly string[];
  readonly met: boolean;
}

export function judgePlans(
  plans: readonly Plan[],
  listed: readonly ListedDrug[],
  submitOn: LocalDate,
  rules: RulesOn,
): PlanJudgement {
  const judged = plans
    .map((plan) => ({ id: plan.id, lacks: lacksOf(plan, submitOn, rules) }))
    .sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const plan = judged.find(({ lacks }) => lacks.length === 0)?.id ?? null;
  const lacks = judged.map(textOf);
  const outsideOrder = listed
    .filter(({ inOrderSpan }) => !inOrderSpan)
    .map(({ order }) => `${labelOf(order)} (order ${order.id})`);
  return { plan, lacks, outsideOrder, met: plan !== null && outsideOrder.length === 0 };
}

const textOf = ({ id, lacks }: { id: string; lacks: readonly string[] }): string => `${id}: ${lacks.join(', ')}`;

function lacksOf(plan: Plan, submitOn: LocalDate, { date, plan: { value } }: RulesOn): string[] {
  const { establishedBy, signedOn, services } = plan;
  const lacks: string[] = [];
  if (!inSpan(date, plan)) lacks.push('not in force on this date');
  if (!value.establishedBy.includes(establishedBy)) lacks.push(`established by a ${establishedBy}, not a physician`);
  if (signedOn === null) lacks.push('not signed');
  else if (signedOn > submitOn || (signedOn === submitOn && !value.signedOnSubmitDay)) {
    lacks.push(`signed ${signedOn}, after the claim (${submitOn})`);
  }
  if (!services.some((kind) => kind === value.service)) lacks.push(`without ${value.service} services`);
  return lacks;
}
