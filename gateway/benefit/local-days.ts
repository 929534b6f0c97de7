import { inSpan, isLocalDate, isZone, type LocalDate, localDateAt, type Span } from '#model/calendar.ts';

/**
 * Calendar days as the patient lives them: local dates of an IANA zone, daylight saving and missing midnights included.
 * A local date is the text `YYYY-MM-DD`; such texts sort as the days do.
 */
export { inSpan, isLocalDate, isZone, type LocalDate, localDateAt, type Span };

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A point in time, ISO 8601 with an offset or Z. */
export function isInstant(text: string): boolean {
  return INSTANT.test(text) && succeeds(() => Temporal.Instant.from(text));
}

/** Unix ms of an instant written in ISO 8601. @throws RangeError when it is no instant */
export const instantMs = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

/**
 * The local dates within `first`..`last` that the time from `startMs` to just before `endMs` touches. What ends at local
 * midnight does not touch the date that begins there; what takes no time touches none; neither does anything touch a date
 * that the zone left out.
 */
export function datesTouched(
  startMs: number,
  endMs: number,
  zone: string,
  first: LocalDate,
  last: LocalDate,
): LocalDate[] {
  if (endMs <= startMs) return [];
  const from = later(localDateAt(startMs, zone), first);
  const to = earlier(localDateAt(endMs - 1, zone), last);
  const dates: LocalDate[] = [];
  for (let day = Temporal.PlainDate.from(from); day.toString() <= to; day = day.add({ days: 1 })) {
    const dayStart = day.toZonedDateTime(zone).epochMilliseconds;
    const dayEnd = day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    if (dayStart < dayEnd && startMs < dayEnd && endMs > dayStart) dates.push(day.toString());
  }
  return dates;
}

/** The instants at which a date begins and ends on the patient's wall, Unix ms; null when the zone left it out. */
export function boundsOf(date: LocalDate, zone: string): { readonly from: number; readonly to: number } | null {
  const day = Temporal.PlainDate.from(date);
  const from = day.toZonedDateTime(zone).epochMilliseconds;
  const to = day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  return from < to ? { from, to } : null;
}

/** The dates first..last, in order. */
export function datesBetween(first: LocalDate, last: LocalDate): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let day = Temporal.PlainDate.from(first); day.toString() <= last; day = day.add({ days: 1 })) {
    dates.push(day.toString());
  }
  return dates;
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
}

export const later = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
export const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
