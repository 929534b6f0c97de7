/** Where a reading stands among the readings of its pump. JSON. */
export type ReadingKey = {
  readonly boot: string;
  readonly seq: number;
  /** Unix ms for comparing boots, see `orderingInstant`. */
  readonly at: number;
};

/** A measured skew below this is left alone when boots are compared, so that noise of the estimate cannot reorder them. */
const trustedSkewMs = 120_000;

/** The hub's instant for comparing readings of different boots: its own clock, corrected only when that is far off. */
export const orderingInstant = (atMs: number, skewMs: number): number =>
  Math.abs(skewMs) < trustedSkewMs ? atMs : atMs - skewMs;

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
