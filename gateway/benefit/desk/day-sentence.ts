import type { DayDecision, Disposition } from '../claim-decision.ts';

const ends: Readonly<Record<Disposition, string>> = {
  NO_BENEFIT_YET: 'The benefit had not begun: no line.',
  NOT_HIT_BENEFIT: 'What ran is not of this benefit: no line.',
  COVERED_BUNDLED_NO_LINE: 'Covered and bundled: no line.',
  HOLD_SUPPLIER: 'Held: the supplier was not qualified on this date.',
  HOLD_PLAN_OF_CARE: 'Held: the plan of care or an order does not cover it.',
  HOLD_SIGNATURE: 'Held: the visit note awaits the professional’s signature.',
  HOLD_DRUG_MATCH: 'Held: a drug claim, or the category of a drug, is missing.',
  PAYABLE_VISIT: 'Payable: one line is due.',
};

/** The decision of a date in one sentence that a person can act on. */
export function sentenceOf(decision: DayDecision): string {
  const { disposition, code, units, bundledServices } = decision;
  if (disposition === 'COVERED_BUNDLED_NO_LINE') return `Covered, bundled, no line: ${whyNoLine(decision)}.`;
  if (disposition !== 'PAYABLE_VISIT') return ends[disposition];
  const also = bundledServices.length === 0 ? '' : `, ${counted(bundledServices.length, 'service')} bundled into it`;
  return `Payable: the drug ran and a professional was in the home, one line ${code} of ${counted(units ?? 0, 'unit')}${also}.`;
}

function whyNoLine({ reasons, bundledServices }: DayDecision): string {
  const failed = (test: string) => reasons.some((reason) => reason.test === test && !reason.passed);
  const monitored = bundledServices.length > 0;
  if (!failed('P7') && !failed('P2') && failed('P3')) {
    return monitored ? 'remote services only, nobody was in the home' : 'the drug ran, nobody was in the home';
  }
  if (failed('P2')) return monitored && failed('P3') ? 'services only, no drug ran' : 'no listed drug ran';
  if (failed('P4')) return 'the visit needed no skilled professional';
  return 'the date has its line already';
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
