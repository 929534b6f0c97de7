import type { ClaimFacts, Order } from './claim-facts.ts';
import type { DayFacts, Given } from './day-facts.ts';
import { daysBetween, inSpan, type LocalDate } from './local-days.ts';
import type { Category } from './rule-pack.ts';
import type { DrugRow, RulesOn } from './rules-on.ts';

/** A listed home infusion drug that ran through a DME pump. */
export interface ListedDrug {
  readonly order: Order;
  readonly row: DrugRow;
  /** Null until a person assigns it. */
  readonly category: Category | null;
  readonly inOrderSpan: boolean;
  /** Date of the nearest drug claim in the window; null when there is none. */
  readonly claimedOn: LocalDate | null;
}

/** What was infused on a date, sorted by what the benefit makes of it. */
export interface DrugsOfDay {
  readonly listed: readonly ListedDrug[];
  /** Ran, but is not on the list, or not through a DME pump. */
  readonly outside: readonly { readonly label: string; readonly why: string }[];
  /** Does not count as given. */
  readonly uncounted: readonly { readonly label: string; readonly why: string; readonly volumeMl: number }[];
  /** The listed drugs that compete for the category of the day: those with a drug claim, or all while none has one. */
  readonly competing: readonly ListedDrug[];
  /** A drug claim is there, and each drug that competes has its category. */
  readonly matched: boolean;
}

export function drugsOfDay({ given, date }: DayFacts, { drugClaims }: ClaimFacts, rules: RulesOn): DrugsOfDay {
  const uncounted = given.flatMap((one) => {
    const why = whyUncounted(one, rules);
    return why === null ? [] : [{ label: labelOf(one.order), why, volumeMl: one.volumeMl }];
  });
  const orders = new Set(given.filter((one) => whyUncounted(one, rules) === null).map(({ order }) => order));
  const ran = [...orders].sort((a, b) => (a.id < b.id ? -1 : 1));
  const listed = ran.flatMap((order): ListedDrug[] => {
    const row = rowOf(order, rules);
    if (row === undefined || !rules.dmePumps.has(order.pumpCode)) return [];
    const claimedOn = claimFor(order.jcode, date, drugClaims, rules.drugMatch.value.daysBefore);
    return [{ order, row, category: row.category, inOrderSpan: inSpan(date, order), claimedOn }];
  });
  const outside = ran
    .filter((order) => !listed.some((drug) => drug.order === order))
    .map((order) => ({
      label: labelOf(order),
      why: rowOf(order, rules) === undefined ? 'not on the list' : `${order.pumpCode || 'nothing'} is no DME pump`,
    }));
  const claimed = listed.filter(({ claimedOn }) => claimedOn !== null);
  const competing = claimed.length > 0 ? claimed : listed;
  const matched = claimed.length > 0 && claimed.every(({ category }) => category !== null);
  return { listed, outside, uncounted, competing, matched };
}

/** Code and modifiers, as people write them. */
export const labelOf = ({ jcode, modifiers }: Order): string => [jcode, ...modifiers.toSorted()].join(' ');

function whyUncounted({ order, volumeMl, minutes }: Given, { subcutaneous }: RulesOn): string | null {
  if (volumeMl === 0) return 'nothing was delivered';
  const { modifier, leastMinutes } = subcutaneous.value;
  if (order.modifiers.includes(modifier) && minutes < leastMinutes)
    return `under ${leastMinutes} minutes under the skin`;
  return null;
}

/** The row of the drug list; one that names a modifier of the order goes before one that names none. */
function rowOf({ jcode, modifiers }: Order, { drugs }: RulesOn): DrugRow | undefined {
  const rows = drugs.filter(({ code }) => code === jcode);
  return (
    rows.find(({ modifier }) => modifier !== null && modifiers.includes(modifier)) ??
    rows.find(({ modifier }) => modifier === null)
  );
}

/** The last drug claim dated on the visit or at most so many days before it. */
function claimFor(
  jcode: string,
  date: LocalDate,
  claims: ClaimFacts['drugClaims'],
  daysBefore: number,
): LocalDate | null {
  const dates = claims
    .filter((claim) => claim.jcode === jcode)
    .map((claim) => claim.date)
    .filter((claimed) => claimed <= date && daysBetween(claimed, date) <= daysBefore)
    .sort();
  return dates.at(-1) ?? null;
}
