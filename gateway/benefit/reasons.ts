import type { Reason } from './claim-decision.ts';
import { type DrugsOfDay, labelOf } from './drugs-of-day.ts';
import type { DayJudgement } from './judge-day.ts';
import type { Presence } from './presence.ts';
import type { TestName } from './rule-pack.ts';
import { cite, type RulesOn } from './rules-on.ts';

/** The eight tests of a payable day, each passed or failed, in one sentence and with its citation. */
export function reasonsOf(judgement: DayJudgement): Reason[] {
  const { rules, drugs } = judgement;
  const reason = (test: TestName, passed: boolean, text: string, ...more: string[]): Reason => ({
    test,
    passed,
    text,
    citation: [...new Set([cite(rules.tests[test]), ...more])].join('; '),
  });
  const { benefit, name } = rules.regime.value;
  const rows = drugs.listed.map(({ row }) => cite(row)).sort();
  const thin = drugs.uncounted.some(({ volumeMl }) => volumeMl > 0) ? [cite(rules.subcutaneous)] : [];
  return [
    reason('P1', benefit, benefit ? `The date is in the ${name}.` : `On this date there was ${name}.`),
    reason('P2', drugs.listed.length > 0, drugText(drugs), ...rows, ...thin),
    reason('P3', judgement.presence.signed, presenceText(judgement.presence)),
    reason('P4', judgement.presence.complex.length > 0, complexText(judgement.presence)),
    reason('P5', judgement.plan.met, planText(judgement)),
    reason('P6', drugs.matched, matchText(judgement)),
    reason('P7', !judgement.secondLine, lineText(judgement), ...(splits(rules) ? [cite(rules.initial)] : [])),
    reason('P8', judgement.supplierQualified, supplierText(judgement)),
  ];
}

function drugText({ listed, outside, uncounted }: DrugsOfDay): string {
  const notes = [...outside, ...uncounted].map(({ label, why }) => `${label} (${why})`).sort();
  const besides = notes.length > 0 ? ` Not counted: ${[...new Set(notes)].join(', ')}.` : '';
  if (listed.length > 0) {
    const names = listed.map(({ order, category }) => {
      return `${labelOf(order)} (category ${category ?? 'to be assigned'}, ${order.pumpCode})`;
    });
    return `Given on this date: ${[...new Set(names)].sort().join(', ')}.${besides}`;
  }
  return `No listed home infusion drug was given through a pump of durable medical equipment on this date.${besides}`;
}

function presenceText({ home, complex, signed, counted, refused }: Presence): string {
  if (home.length === 0) {
    const why = refused.length > 0 ? ` ${refused.join('; ')}.` : '';
    return `No skilled professional was in the home on this date; remote contact is no presence.${why}`;
  }
  const proof = complex.length > 0 ? counted : home.filter((visit) => visit.signed === signed);
  const visits = proof.map(({ id, professional }) => `${id} (${professional})`).sort();
  return signed ? `In the home, signed: ${visits.join(', ')}.` : `The note awaits a signature: ${visits.join(', ')}.`;
}

function complexText({ home, complex }: Presence): string {
  if (home.length === 0) return 'There is no visit in the home to judge.';
  return complex.length > 0
    ? 'The service needed a skilled professional.'
    : 'No service of the visit needed a skilled professional.';
}

function planText({ plan: { plan, lacks, outsideOrder } }: DayJudgement): string {
  const orders = outsideOrder.length > 0 ? ` Given outside the span of its order: ${outsideOrder.join(', ')}.` : '';
  if (plan !== null) return `Plan of care ${plan} is signed and in force and has the service.${orders}`;
  const why = lacks.length > 0 ? ` ${lacks.join('; ')}.` : '';
  return `No plan of care meets every condition.${why}${orders}`;
}

function matchText({ drugs: { listed, competing, matched }, rules }: DayJudgement): string {
  if (listed.length === 0) return 'There is no listed drug to match.';
  const { daysBefore } = rules.drugMatch.value;
  const names = (drugs: typeof listed, part: (drug: (typeof listed)[number]) => string) =>
    [...new Set(drugs.map((drug) => `${drug.order.jcode}${part(drug)}`))].sort().join(', ');
  if (matched) return `Drug claim: ${names(competing, ({ claimedOn }) => ` of ${claimedOn}`)}.`;
  if (competing.some(({ claimedOn }) => claimedOn !== null)) {
    const open = competing.filter(({ category }) => category === null);
    return `A person has to assign the category of ${names(open, () => '')}.`;
  }
  return `No drug claim dated on this date or up to ${daysBefore} days before: ${names(listed, () => '')}.`;
}

function lineText({ secondLine, course, rules }: DayJudgement): string {
  if (secondLine) return 'A home infusion therapy line stands on this date already; there is one payment a day.';
  const { lastLine, daysSince, discharge, initial } = course;
  if (lastLine === null) return 'No other line on this date, and none before it.';
  const last = `No other line on this date. The last was ${daysSince} days before, ${lastLine}`;
  if (!splits(rules)) return `${last}.`;
  const left = discharge === null ? 'not discharged since' : `discharged ${discharge}`;
  const from = `initial from day ${rules.initial.value.daysSinceLast} after a discharge`;
  return `${last}, ${left}: ${initial ? 'an initial' : 'a subsequent'} visit (${from}).`;
}

/** Whether the codes in force tell an initial visit from later ones. */
const splits = ({ codes }: RulesOn): boolean => codes.some(({ visit }) => visit === 'initial');

function supplierText({ supplierQualified }: DayJudgement): string {
  return supplierQualified
    ? 'The supplier was qualified on this date.'
    : 'The supplier was not qualified on this date: enrolment or accreditation is missing.';
}
