/** Ranges the reader can choose, with how many buckets to ask for: wide enough each for a pump's beat, narrow enough to see. */
export const ranges = [
  { hours: 1, points: 120, tableRows: 12 },
  { hours: 6, points: 360, tableRows: 12 },
  { hours: 24, points: 480, tableRows: 24 },
] as const;

export type RangeHours = (typeof ranges)[number]['hours'];

const hourMs = 3_600_000;

/** The span to show: around an instant, a third of it after, but never past the present; or up to the present. Unix ms. */
export function windowOf(hours: RangeHours, around: number | null, now: number): { from: number; to: number } {
  const to = around === null ? now : Math.min(now, around + (hours * hourMs) / 3);
  return { from: to - hours * hourMs, to };
}
