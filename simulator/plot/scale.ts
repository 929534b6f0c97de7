/** Steps that people read well, for an axis of about `count` marks from 0 to `max`. */
export function ticks(max: number, count: number): number[] {
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const TIME_STEPS_S = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

export function timeTicks(durationS: number, count: number): { readonly atS: number; readonly text: string }[] {
  const step = TIME_STEPS_S.find((each) => durationS / each <= count) ?? 86_400;
  return Array.from({ length: Math.floor(durationS / step) + 1 }, (_, i) => ({ atS: i * step, text: clock(i * step) }));
}

/** `5 min`, `1:05 h`, `20 s`. */
function clock(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (seconds % 60 !== 0) return `${minutes}:${String(seconds % 60).padStart(2, '0')} min`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} h`;
}
