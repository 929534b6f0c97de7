import type { ChannelKind, Delivery } from '#model/paging.ts';

/** By these a message is as good as there once the server has it: nobody tells of more. */
const withoutReceipt: ReadonlySet<ChannelKind> = new Set<ChannelKind>(['email', 'ntfy']);
/** A message may take this long to be told of. */
const RECEIPT_TIME_MS = 60_000;

/** What is known of an alert that was paged for and has reached nobody. */
export interface Unreached {
  /** When its first message was queued, Unix ms. */
  readonly since: number;
  readonly tries: number;
  /** Why the last message that failed did; null when none has. */
  readonly problem: string | null;
}

/** Judges the messages of one alert; null when one arrived, or it is too early to say. */
export function unreachedOf(deliveries: readonly Delivery[], now: number): Unreached | null {
  const pages = deliveries.filter(({ kind, channel }) => kind === 'page' && channel !== 'hub');
  const [first, ...others] = pages;
  if (!first || pages.some(hasArrived)) return null;
  const since = others.reduce((at, { queuedAt }) => Math.min(at, queuedAt), first.queuedAt);
  if (now - since < RECEIPT_TIME_MS) return null;
  const failed = pages.filter(({ problem }) => problem !== null).toSorted((a, b) => b.changedAt - a.changedAt)[0];
  return { since, tries: pages.reduce((sum, { tries }) => sum + tries, 0), problem: failed?.problem ?? null };
}

const hasArrived = ({ state, channel }: Delivery): boolean =>
  state === 'delivered' || state === 'read' || state === 'replied' || (state === 'sent' && withoutReceipt.has(channel));
