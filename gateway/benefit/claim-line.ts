import type { Rate } from './claim-facts.ts';
import type { ListedDrug } from './drugs-of-day.ts';
import { daysBetween, inSpan, type LocalDate } from './local-days.ts';
import type { Category } from './rule-pack.ts';
import type { RulesOn } from './rules-on.ts';

/** What a line says: category and code are null while a person has to assign the category, the amount without a rate. */
export interface LinePrice {
  readonly category: Category | null;
  readonly code: string | null;
  readonly amountCents: number | null;
}

/** Lines of the patient before a date, and the discharges. */
export interface History {
  readonly lineDates: readonly LocalDate[];
  readonly discharges: readonly LocalDate[];
}

export interface Course {
  /** Date of the last line of any category before this date. */
  readonly lastLine: LocalDate | null;
  readonly daysSince: number | null;
  /** A discharge since that line and before this date. */
  readonly discharge: LocalDate | null;
  readonly initial: boolean;
}

/** Whether a visit on this date is an initial one. The clock is the patient's: a line of any category restarts it. */
export function courseOn({ lineDates, discharges }: History, { date, initial: { value } }: RulesOn): Course {
  const lastLine =
    lineDates
      .filter((line) => line < date)
      .toSorted()
      .at(-1) ?? null;
  if (lastLine === null) return { lastLine, daysSince: null, discharge: null, initial: value.whenNoLine };
  const daysSince = daysBetween(lastLine, date);
  const discharge =
    discharges
      .filter((day) => lastLine <= day && day < date)
      .toSorted()
      .at(-1) ?? null;
  const initial = daysSince >= value.daysSinceLast && (discharge !== null || !value.afterDischarge);
  return { lastLine, daysSince, discharge, initial };
}

/**
 * The one line of a date with these drugs. Of several categories the highest amount in force counts, a tie goes to the
 * higher category; where a code that competes has no rate, the order of the rules decides. Amounts come from the rates
 * given and from nowhere else.
 */
export function priceOf(
  competing: readonly ListedDrug[],
  initial: boolean,
  rates: readonly Rate[],
  rules: RulesOn,
): LinePrice {
  if (competing.length === 0 || competing.some(({ category }) => category === null)) {
    return { category: null, code: null, amountCents: null };
  }
  const priced = rules.orderWithoutRates.value
    .filter((category) => competing.some((drug) => drug.category === category))
    .map((category) => {
      const code = codeFor(category, initial, rules);
      return { category, code, amountCents: rateOn(rates, code, rules.date) };
    });
  const byAmount = priced.toSorted((a, b) => (b.amountCents ?? 0) - (a.amountCents ?? 0) || b.category - a.category);
  const allKnown = priced.every(({ amountCents }) => amountCents !== null);
  return (allKnown ? byAmount : priced)[0] ?? { category: null, code: null, amountCents: null };
}

/** The code of a category for this kind of visit; before 2021 a code means any visit. */
function codeFor(category: Category, initial: boolean, { codes }: RulesOn): string | null {
  const kind = initial ? 'initial' : 'subsequent';
  const row =
    codes.find((one) => one.category === category && one.visit === kind) ??
    codes.find((one) => one.category === category && one.visit === 'any');
  return row?.code ?? null;
}

/** An amount of money for a code over some time, perhaps without an end. */
type Amount = Omit<Rate, 'to'> & { readonly to: LocalDate | null };

/** The amount in force; of rates that overlap, the one that began last. Null without a rate. */
export function rateOn(rates: readonly Amount[], code: string | null, date: LocalDate): number | null {
  const inForce = rates
    .filter((rate) => rate.code === code && inSpan(date, rate))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return inForce.at(-1)?.amountCents ?? null;
}
