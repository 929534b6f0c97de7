import type { Alert } from '#model/alert.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';

/** Nobody answers for it. */
export const unanswered = {
  response: 'unacknowledged',
  acknowledgedBy: null,
  acknowledgedAt: null,
  acknowledgementExpires: null,
} as const satisfies Partial<Alert>;

/** Only a person closes it. */
export const isLatched = (policy: AlertPolicy, alert: Alert): boolean =>
  policy.priorities[alert.priority].closes === 'never';

/** It is over and nobody need be called for it, though it may still be listed. */
export const isResolved = (policy: AlertPolicy, alert: Alert): boolean =>
  alert.state === 'closed' || (alert.condition === 'cleared' && !isLatched(policy, alert));

/** Somebody has to be called: open, not over, and nobody has it. */
export const needsCalling = (policy: AlertPolicy, alert: Alert): boolean =>
  !isResolved(policy, alert) && alert.response === 'unacknowledged';

/** It went away before anybody took it, and its priority wants it seen. */
export const isMissed = (policy: AlertPolicy, alert: Alert): boolean =>
  alert.state === 'open' &&
  alert.condition === 'cleared' &&
  alert.response === 'unacknowledged' &&
  policy.priorities[alert.priority].closes === 'answered';

/** When the hold of a clearing condition ends; null while it is not clearing or its source is silent. */
export function holdEnds(policy: AlertPolicy, { clearingAt, alert }: AlertRecord): number | null {
  if (alert.state !== 'open' || alert.condition !== 'clearing' || alert.stateUnknown || clearingAt === null)
    return null;
  return clearingAt + ms(policy.priorities[alert.priority].clearHoldSeconds);
}

/** When a cleared occurrence closes by itself: once it can no longer come back into it. Null when a person has to. */
export function closesAt(policy: AlertPolicy, { alert }: AlertRecord): number | null {
  const { closes, reopenSeconds } = policy.priorities[alert.priority];
  if (alert.state !== 'open' || alert.condition !== 'cleared' || alert.clearedAt === null) return null;
  if (closes === 'never' || alert.chatter || alert.response === 'shelved') return null;
  if (closes === 'answered' && alert.response !== 'acknowledged') return null;
  return alert.clearedAt + ms(reopenSeconds);
}

/** A condition that returns now still belongs to this occurrence. */
export function takesBack(policy: AlertPolicy, alert: Alert, now: number): boolean {
  if (alert.condition !== 'cleared' || alert.response === 'shelved') return true;
  return now - (alert.clearedAt ?? 0) <= ms(policy.priorities[alert.priority].reopenSeconds);
}
