import { type ClockSkew, skewMs } from './clock-skew.ts';

/** Where a reading stands among the readings of its pump. JSON. */
export type ReadingKey = {
  readonly boot: string;
  readonly seq: number;
  /** Unix ms for comparing boots, see `orderingInstant`. */
  readonly at: number;
};

/** A measured skew below this is left alone when boots are compared, so that noise of the estimate cannot reorder them. */
const noticeableSkewMs = 120_000;

/**
 * The instant for comparing readings of different boots: the hub's own clock, corrected when it is known to be far off,
 * and never later than the arrival, or a boot with a clock in the future would outrank all that follow.
 */
export function orderingInstant(atMs: number, skew: ClockSkew, receivedAt: number): number {
  const ahead = skew.trusted ? skewMs(skew) : 0;
  return Math.min(receivedAt, Math.abs(ahead) < noticeableSkewMs ? atMs : atMs - ahead);
}

/**
 * Whether reading `a` was taken after reading `b` of the same pump, whatever order they arrived in. Within a boot the
 * sequence decides and the clock does not matter. Between boots the one that the hub said it is running now
 * (`runningBoot`) wins; otherwise the instant decides.
 */
export function isNewer(a: ReadingKey, b: ReadingKey, runningBoot: string | null): boolean {
  if (a.boot === b.boot) return a.seq > b.seq;
  if (a.boot === runningBoot) return true;
  return a.at > b.at || (a.at === b.at && a.boot > b.boot);
}
