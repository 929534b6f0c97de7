import type { AlarmPriority } from '../../../../gateway/model/alarms.ts';
import type { Alert, AlertResponse } from '../../../../gateway/model/alert.ts';
import type { WirePump } from '../api/wire.ts';

/** Where an alert stands on the page: somebody must take it, somebody has it, or it can wait for a quiet minute. */
export type AlertGroup = 'waiting' | 'in-hand' | 'advisory';

export const groupOf = (alert: Alert): AlertGroup => {
  if (alert.priority === 'low' || alert.priority === 'technical') return 'advisory';
  return alert.response === 'unacknowledged' ? 'waiting' : 'in-hand';
};

const groupRank: Readonly<Record<AlertGroup, number>> = { waiting: 0, 'in-hand': 1, advisory: 2 };
/** Within a group: what nobody answers for, then what somebody has, then what was put off. */
const responseRank: Readonly<Record<AlertResponse, number>> = {
  unacknowledged: 0,
  acknowledged: 1,
  snoozed: 2,
  shelved: 3,
};
const priorityRank: Readonly<Record<AlarmPriority, number>> = { high: 0, medium: 1, low: 2, technical: 3 };

/** Group, then whether somebody has it, then priority, then the oldest first; the id settles ties so that rows never swap under a finger. */
export const compareAlerts = (a: Alert, b: Alert): number =>
  groupRank[groupOf(a)] - groupRank[groupOf(b)] ||
  responseRank[a.response] - responseRank[b.response] ||
  priorityRank[a.priority] - priorityRank[b.priority] ||
  a.since - b.since ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether a row has all the words that are searched for, in any of what it says. */
export function matches(searched: string, said: readonly (string | null | undefined)[]): boolean {
  const text = said.join(' ').toLowerCase();
  return searched
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export const openInOrder = (alerts: Iterable<Alert>): readonly Alert[] =>
  [...alerts].filter((alert) => alert.state === 'open').sort(compareAlerts);

/**
 * Pumps in the order of their most pressing open alert, then those of unknown state, then by id as people count
 * ("pump-2" before "pump-10"). `alerts`: open ones, in order.
 */
export function pumpsInOrder(pumps: Iterable<WirePump>, alerts: readonly Alert[]): readonly WirePump[] {
  const rank = (pump: WirePump) => {
    const place = alerts.findIndex((alert) => alert.pump === pump.id);
    return place >= 0 ? place : alerts.length + (pump.stateUnknown ? 0 : 1);
  };
  return [...pumps].sort(
    (a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id, 'en', { numeric: true, sensitivity: 'base' }),
  );
}

/** The item `step` places from `current`, held at both ends; the first (or last) when nothing is selected. */
export function neighbour<T>(items: readonly T[], current: T | null, step: 1 | -1): T | null {
  const at = current === null ? -1 : items.indexOf(current);
  if (at < 0) return (step === 1 ? items[0] : items.at(-1)) ?? null;
  return items[Math.min(items.length - 1, Math.max(0, at + step))] ?? null;
}
