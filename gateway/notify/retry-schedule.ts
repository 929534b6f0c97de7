import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';

const WAITS_S = [1, 2, 4, 8, 15] as const;
const LAST_S = 15;
const JITTER = 0.2;

/** How long to wait after the n-th failed try (from 1): 1, 2, 4, 8, 15, 15 … s, each up to 20 % shorter by chance. */
export function retryWait(tries: number, random: Random): DurationMs {
  const full = seconds(WAITS_S[Math.max(0, tries - 1)] ?? LAST_S);
  return millis(Math.round(full * (1 - JITTER * random())));
}
