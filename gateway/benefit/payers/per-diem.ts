import { datesBetween, type LocalDate, localDateAt } from '../local-days.ts';
import type { CountingRule } from '../settings.ts';

/** One therapy that a payer pays by the day. */
export interface Therapy {
  readonly id: string;
  /** Per-diem code of the therapy, such as S9348. */
  readonly code: string;
  /** From when to when the patient had access to it; `to` is the permanent stop. */
  readonly from: LocalDate;
  readonly to: LocalDate | null;
  /** When it was infused, Unix ms. */
  readonly infusions: readonly { readonly from: number; readonly to: number }[];
}

/** Paid days of one code in one calendar month. */
export interface PerDiemLine {
  readonly month: string;
  readonly code: string;
  /** SH: a second therapy at the same time, SJ: a third or later one. */
  readonly modifier: 'SH' | 'SJ' | null;
  readonly units: number;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const DAY_MS = 86_400_000;

/**
 * Per diems as the payer counts them. Access days: each day on which the patient has access to the therapy, from start to
 * permanent stop (NHIA). Infusion days: each local date on which it was infused. 24-hour blocks: each begun block of 24
 * hours of infusion, on the date on which it begins.
 */
export function perDiemsOf(
  therapies: readonly Therapy[],
  rule: CountingRule,
  zone: string,
  first: LocalDate,
  last: LocalDate,
): PerDiemLine[] {
  const ranked = therapies.toSorted((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from < b.from ? -1 : 1));
  const onDate = new Map<LocalDate, number>();
  const lines = new Map<string, PerDiemLine>();
  for (const therapy of ranked) {
    for (const [date, units] of unitsByDate(therapy, rule, zone, first, last)) {
      const before = onDate.get(date) ?? 0;
      onDate.set(date, before + 1);
      const modifier = before === 0 ? null : before === 1 ? 'SH' : 'SJ';
      const month = date.slice(0, 7);
      const key = `${month} ${therapy.code} ${modifier ?? ''}`;
      const line = lines.get(key);
      lines.set(key, {
        ...{ month, code: therapy.code, modifier },
        units: (line?.units ?? 0) + units,
        from: line && line.from < date ? line.from : date,
        to: line && line.to > date ? line.to : date,
      });
    }
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function unitsByDate(
  { from, to, infusions }: Therapy,
  rule: CountingRule,
  zone: string,
  first: LocalDate,
  last: LocalDate,
): Map<LocalDate, number> {
  const found = new Map<LocalDate, number>();
  const add = (date: LocalDate, most: number) => {
    if (first <= date && date <= last) found.set(date, Math.min(most, (found.get(date) ?? 0) + 1));
  };
  if (rule === 'access-days') {
    const end = to === null || to > last ? last : to;
    for (const date of datesBetween(from > first ? from : first, end)) add(date, 1);
  } else if (rule === 'infusion-days') {
    for (const { from: start, to: end } of infusions) {
      for (const date of datesBetween(localDateAt(start, zone), localDateAt(Math.max(start, end - 1), zone)))
        add(date, 1);
    }
  } else {
    let blockEnd = Number.NEGATIVE_INFINITY;
    for (const { from: start, to: end } of infusions.toSorted((a, b) => a.from - b.from)) {
      for (let at = Math.max(start, blockEnd); at < end; at = blockEnd) {
        add(localDateAt(at, zone), Number.POSITIVE_INFINITY);
        blockEnd = at + DAY_MS;
      }
    }
  }
  return found;
}
