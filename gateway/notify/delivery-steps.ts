import type { Random } from '#kernel/random.ts';
import type { Plain } from '#kernel/state-store.ts';
import { hours } from '#kernel/time.ts';
import type { ContactPoint } from '#model/contact.ts';
import type { ChannelKind, DeliveryState, Page } from '#model/paging.ts';
import type { SendResult } from './channel.ts';
import { type DeliveryRecord, deliveryKey } from './records.ts';
import { retryWait } from './retry-schedule.ts';

/** What becomes of a delivery. Pure: the same record, event and dice give the same record. */

/** How long a message is worth sending when nothing follows it: a page for a day, news of one for an hour. */
const PAGE_LIFE = hours(24);
const NEWS_LIFE = hours(1);

/** Rungs of the ladder. `failed` and `expired` stand beside it and end it. */
const rung: Readonly<Record<DeliveryState, number>> = {
  queued: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  replied: 4,
  failed: 5,
  expired: 5,
};

export const isReceipt = (state: DeliveryState): boolean =>
  state === 'delivered' || state === 'read' || state === 'replied';
export const hasEnded = (state: DeliveryState): boolean => state === 'failed' || state === 'expired';

export function newDelivery(
  page: Plain<Page>,
  code: string,
  recipient: string,
  channel: ChannelKind,
  now: number,
): DeliveryRecord {
  const life = page.kind === 'page' ? PAGE_LIFE : NEWS_LIFE;
  return {
    key: deliveryKey(page.id, recipient, channel),
    page: page.id,
    alert: page.alert,
    step: page.step,
    kind: page.kind,
    recipient,
    channel,
    state: 'queued',
    queuedAt: now,
    changedAt: now,
    tries: 0,
    problem: null,
    priority: page.priority,
    hub: page.hub,
    by: page.by,
    code,
    gathers: page.gathers.length,
    pageAt: page.at,
    firstTryAt: null,
    dueAt: now,
    attemptAt: null,
    expiresAt: page.nextAt ?? page.at + life,
    providerId: null,
    carrier: null,
  };
}

/** A send begins. `carrier` is the delivery whose message says this one, too. */
export const attempted = (record: DeliveryRecord, now: number, carrier: string): DeliveryRecord => ({
  ...record,
  tries: record.tries + 1,
  firstTryAt: record.firstTryAt ?? now,
  dueAt: null,
  attemptAt: now,
  carrier,
});

export function settled(record: DeliveryRecord, result: SendResult, now: number, random: Random): DeliveryRecord {
  const done = { ...record, attemptAt: null, dueAt: null };
  // A receipt, or the answer of the person, may have come before the provider's own answer.
  if (record.state !== 'queued') return done;
  if (result.result === 'accepted') {
    const state = result.delivered ? 'delivered' : 'sent';
    return { ...done, state, changedAt: now, problem: null, providerId: result.providerId ?? null };
  }
  if (result.permanent) return { ...done, state: 'failed', changedAt: now, problem: result.problem };
  const wait = Math.max(result.retryAfterMs ?? 0, retryWait(record.tries, random));
  const next = now + wait;
  if (next >= record.expiresAt) return { ...done, state: 'expired', changedAt: now, problem: result.problem };
  return { ...done, dueAt: next, problem: result.problem };
}

/** A receipt: only upwards, and never after the end. */
export function risen(
  record: DeliveryRecord,
  state: DeliveryState,
  now: number,
  problem: string | null,
): DeliveryRecord {
  if (hasEnded(record.state) || rung[state] <= rung[record.state]) return record;
  // A provider that calls a message failed after the phone had it is behind the times.
  if (hasEnded(state) && isReceipt(record.state)) return record;
  return { ...record, state, changedAt: now, dueAt: null, problem };
}

/** Not worth sending any more. What is under way is left to its end. */
export const calledOff = (record: DeliveryRecord, now: number, problem: string): DeliveryRecord =>
  record.state === 'queued' && record.attemptAt === null
    ? { ...record, state: 'expired', changedAt: now, dueAt: null, problem }
    : record;

/** The groups of a page that a person can be reached by. Someone with no point in any of them gets all they have. */
export function groupsFor(page: Plain<Page>, points: readonly ContactPoint[]): ChannelKind[][] {
  const has = new Set<ChannelKind>(points.filter((point) => point.confirmedAt !== null).map(({ channel }) => channel));
  const groups = page.channels.map((group) => group.filter((channel) => has.has(channel)));
  const usable = groups.filter((group) => group.length > 0);
  if (usable.length > 0 || has.size === 0 || page.channels.length === 0) return usable;
  return page.kind === 'page' ? [[...has]] : [];
}
