import { isoUtc, wallMs } from '#kernel/time.ts';

/** A length of time as a nurse would say it: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function spoken(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined(`${hours} h`, minutes % 60, 'min');
  return joined(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

const joined = (first: string, rest: number, unit: string): string => (rest === 0 ? first : `${first} ${rest} ${unit}`);

/** `14:03 UTC`: reasons are stored once and read in many time zones. */
export const clockTime = (unixMs: number): string => `${isoUtc(wallMs(unixMs)).slice(11, 16)} UTC`;
