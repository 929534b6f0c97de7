import { words } from './language.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time as a nurse says it: `40 s`, `6 min`, `2 h 05 min`, `3 d 4 h`. Below zero counts as zero. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minute) return `${Math.floor(length / second)} s`;
  if (length < hour) return `${Math.floor(length / minute)} min`;
  if (length < day) {
    const minutes = Math.floor((length % hour) / minute);
    return `${Math.floor(length / hour)} h ${String(minutes).padStart(2, '0')} min`;
  }
  return `${Math.floor(length / day)} d ${Math.floor((length % day) / hour)} h`;
}

/** IANA zone of the reader; undefined is the device's own. */
type Zone = string | undefined;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formatters are slow to make, and every row of a long list asks for the time each minute: they are kept. */
function part(at: number, zone: Zone, options: Intl.DateTimeFormatOptions): string {
  const { locale } = words.value;
  const key = [locale, zone, ...Object.entries(options)].join();
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { ...options, ...(zone === undefined ? {} : { timeZone: zone }) });
    formats.set(key, format);
  }
  return format.format(at);
}

const dateOf = (at: number, zone: Zone) => part(at, zone, { day: 'numeric', month: 'short', year: 'numeric' });

/** Local 24-hour time, as charting uses it; with the day when that is not today: `14:02`, `21 Nov 14:02`. */
export function clockTime(at: number, now: number, zone?: string): string {
  const time = part(at, zone, { hour: '2-digit', minute: '2-digit' });
  if (dateOf(at, zone) === dateOf(now, zone)) return time;
  return `${dayWord(at, zone)} ${time}`;
}

/** Local day and month: `21 Nov`. */
export const dayWord = (at: number, zone?: string): string => part(at, zone, { day: 'numeric', month: 'short' });

/** A date of the calendar, `2026-03-09`, in words: `Monday 9 March`. It is no instant, so no zone moves it. */
export const dateWord = (date: string): string =>
  part(Date.parse(`${date}T00:00:00Z`), 'UTC', { weekday: 'long', day: 'numeric', month: 'long' });

/** A month, `2026-03`, in words. */
export const monthWord = (month: string): string =>
  part(Date.parse(`${month}-01T00:00:00Z`), 'UTC', { month: 'long', year: 'numeric' });

/** Local 24-hour time with seconds. */
export const clockTimeSeconds = (at: number, zone?: string): string =>
  part(at, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
