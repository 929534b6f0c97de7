import type { TimedVisit } from './day-facts.ts';
import type { RulesOn } from './rules-on.ts';

/** What the visits of a date prove. */
export interface Presence {
  /** Visits of a skilled professional in the home that took time. */
  readonly home: readonly TimedVisit[];
  /** Those of them whose service needed the professional. */
  readonly complex: readonly TimedVisit[];
  /** The visits whose minutes count: the signed ones; while none is signed, those that await it. */
  readonly counted: readonly TimedVisit[];
  readonly signed: boolean;
  /** Why the other visits prove nothing. */
  readonly refused: readonly string[];
}

export function presenceOf(visits: readonly TimedVisit[], rules: RulesOn): Presence {
  const home = visits.filter((visit) => whyNoPresence(visit, rules) === null);
  const complex = home.filter((visit) => visit.complex);
  const signedComplex = complex.filter((visit) => visit.signed);
  const signed = complex.length > 0 ? signedComplex.length > 0 : home.some((visit) => visit.signed);
  const refused = visits.flatMap((visit) => whyNoPresence(visit, rules) ?? []).sort();
  return { home, complex, counted: signedComplex.length > 0 ? signedComplex : complex, signed, refused };
}

function whyNoPresence({ id, place, professional, minutes }: TimedVisit, rules: RulesOn): string | null {
  if (!rules.homePlaces.has(place)) return `${id}: place ${place} is not the home`;
  if (!rules.professionals.has(professional)) return `${id}: ${professional} is no skilled professional`;
  if (minutes <= 0) return `${id}: took no time`;
  return null;
}

/** Units of a line: the minutes of its visits together, rounded once by the table. */
export function unitsOf(visits: readonly TimedVisit[], { units: { value } }: RulesOn): number {
  const minutes = visits.reduce((sum, visit) => sum + visit.minutes, 0);
  const row = value.table.find(({ lessThanMinutes }) => minutes < lessThanMinutes);
  if (row !== undefined) return row.units;
  const last = value.table.at(-1);
  return last === undefined ? 0 : last.units + 1 + Math.floor((minutes - last.lessThanMinutes) / value.stepMinutes);
}
