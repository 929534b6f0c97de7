import type { Assignment } from '#model/registry.ts';
import { boundsOf, datesBetween, type LocalDate, localDateAt } from '../local-days.ts';
import type { DatedWindow } from './evidence-book.ts';

/**
 * For each date of first..last and each pump that ran for the patient on it, the times of that date in which it did. A pump
 * that was given and taken twice on a date has two: between them it may have been another patient's.
 */
export function windowsOf(
  patient: string,
  zone: string,
  assignments: readonly Assignment[],
  first: LocalDate,
  last: LocalDate,
  now: number,
): DatedWindow[] {
  const windows: DatedWindow[] = [];
  for (const { pump, from, to } of assignments) {
    const end = Math.min(to ?? now, now);
    if (end <= from) continue;
    const [begin, until] = [localDateAt(from, zone), localDateAt(end - 1, zone)];
    for (const date of datesBetween(begin > first ? begin : first, until < last ? until : last)) {
      const day = boundsOf(date, zone);
      if (!day) continue;
      // The end of a date that is not over is the date's own end, or its window would be another at each look.
      const stop = to === null ? day.to : Math.min(to, day.to);
      windows.push({ patient, pump, date, from: Math.max(from, day.from), to: stop });
    }
  }
  return windows.sort((a, b) => a.from - b.from || (a.pump < b.pump ? -1 : 1));
}
