import type { ClaimDecision, DayDecision } from '#benefit/claim-decision.ts';
import type { ClaimFacts } from '#benefit/claim-facts.ts';

/** One case of the table: what the clause says must come out of these facts. */
export interface ClaimCase {
  /** The clause it was written from: a statute, a section of the reference, or a sentence of the contract. */
  readonly clause: string;
  readonly name: string;
  readonly facts: ClaimFacts;
  /**
   * A line for each date: `DISPOSITION`, for a line also `CODE UNITSu AMOUNT`, with `-` for null. With several dates
   * each begins with its date. `| P3 P4` names the tests that fail, `+ s1 s2` the bundled services, where a case asks.
   */
  readonly expected: readonly string[];
}

export const claimCase = (clause: string, name: string, facts: ClaimFacts, ...expected: string[]): ClaimCase => ({
  clause,
  name,
  facts,
  expected,
});

/** The decision in the notation of the cases; failed tests and services only where the case names them. */
export function inNotation(decision: ClaimDecision, expected: readonly string[]): string[] {
  return decision.days.map((day, i) => {
    const wanted = expected[i] ?? '';
    const dated = expected.length > 1 || /^\d/.test(wanted) ? `${day.date} ` : '';
    const failed = wanted.includes(' |') ? ` | ${failedTests(day).join(' ')}`.trimEnd() : '';
    const bundled = wanted.includes(' +') ? ` + ${day.bundledServices.join(' ')}`.trimEnd() : '';
    return `${dated}${lineText(day)}${failed}${bundled}`;
  });
}

export const failedTests = ({ reasons }: DayDecision): string[] =>
  reasons.filter(({ passed }) => !passed).map(({ test }) => test);

function lineText({ disposition, code, category, units, amountCents }: DayDecision): string {
  const empty = code === null && category === null && units === null && amountCents === null;
  return empty ? disposition : `${disposition} ${code ?? '-'} ${units ?? '-'}u ${amountCents ?? '-'}`;
}
