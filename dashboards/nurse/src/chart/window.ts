/**
 * Ranges the reader can choose, shortest first, with the most buckets to ask for: the shortest shows each reading of a
 * pump that reports every 2 s, the longest is as fine as the eye can tell.
 */
export const ranges = [
  { minutes: 15, label: '15 min', buckets: 450, refreshMs: 5_000 },
  { minutes: 60, label: '1 h', buckets: 480, refreshMs: 10_000 },
  { minutes: 360, label: '6 h', buckets: 480, refreshMs: 10_000 },
  { minutes: 1_440, label: '24 h', buckets: 480, refreshMs: 10_000 },
  { minutes: 4_320, label: '72 h', buckets: 480, refreshMs: 60_000 },
  { minutes: 525_600, label: '1 y', buckets: 480, refreshMs: 600_000 },
] as const;

export type Range = (typeof ranges)[number];
export type RangeMinutes = Range['minutes'];

/** The longest that is chosen for the reader; longer ones they choose themselves. */
export const longest = ranges[3];

/** What a chart is about: an alert from its onset to its end (null: it goes on), or a pump as it is now (null). Unix ms. */
export type Subject = { readonly since: number; readonly until: number | null } | null;

/** A span of time, Unix ms. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;
/** No more than this share of an alert's window comes after the onset: the rest is what led to it. */
const shareAfter = 2 / 3;
/** So fine that two readings of a pump that reports every 2 s never share a bucket. */
const finestBucketMs = 1_000;
const shortestMs = minuteMs;

const lengthOf = (range: Range): number => range.minutes * minuteMs;

/** The span a range shows: up to the present, or as far past the onset as leaves a third of it for the time before. */
export function windowOf(range: Range, subject: Subject, now: number): TimeWindow {
  const to = subject === null ? now : Math.min(now, subject.since + lengthOf(range) * shareAfter);
  return { from: to - lengthOf(range), to };
}

/**
 * The range to begin with. For an alert the shortest that shows all of it until now, or until its end, and what led to it;
 * for a pump the shortest that holds its data, of which the first is at `firstAt`. The longest when none is long enough.
 */
export function rangeFor(subject: Subject, firstAt: number | null, now: number): Range {
  const fits = (range: Range): boolean =>
    subject === null
      ? firstAt !== null && firstAt >= now - lengthOf(range)
      : (subject.until ?? now) - subject.since <= lengthOf(range) * shareAfter;
  return ranges.find((range) => range.minutes <= longest.minutes && fits(range)) ?? longest;
}

/**
 * The window without its empty head when there is no data before it: it begins at `firstAt` and a little earlier, and is
 * never shorter than a minute.
 */
export function fromFirst({ from, to }: TimeWindow, firstAt: number | null): TimeWindow {
  if (firstAt === null || firstAt < from || firstAt >= to) return { from, to };
  const little = Math.max(2_000, (to - firstAt) * 0.03);
  return { from: Math.max(from, Math.min(firstAt - little, to - shortestMs)), to };
}

export const bucketsOf = (range: Range, { from, to }: TimeWindow): number =>
  Math.max(1, Math.min(range.buckets, Math.ceil((to - from) / finestBucketMs)));
