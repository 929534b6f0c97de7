/** A local date of a patient, the text `YYYY-MM-DD`; such texts sort as the days do. */
export type LocalDate = string;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A day that is in the calendar, written `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
  return DATE.test(text) && succeeds(() => Temporal.PlainDate.from(text, { overflow: 'reject' }));
}

/** A zone of the IANA time zone database; a bare offset knows no daylight saving and is none. */
export function isZone(text: string): boolean {
  return /^[A-Za-z]/.test(text) && succeeds(() => new Temporal.ZonedDateTime(0n, text));
}

/** The date on the patient's wall at this time. */
export function localDateAt(ms: number, zone: string): LocalDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString();
}

export interface Span {
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
}

/** Whether the date lies in the span; both ends belong to it, and an end that is null is open. */
export const inSpan = (date: LocalDate, { from, to }: Span): boolean =>
  (from === null || from <= date) && (to === null || date <= to);

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
