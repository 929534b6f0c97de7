import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { Person } from '#model/role.ts';
import type { AlertBook, Cause } from './alert-book.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';

const mostRememberedActs = 8;

/**
 * What a person does to an alert. They act on the version they saw: when it has changed since, nothing is done and they
 * see the present one. A repeat of what the same person already did (a double tap, a retry after a lost answer) is `done`
 * and changes nothing.
 */
export function actOn(
  policy: AlertPolicy,
  book: AlertBook,
  record: AlertRecord,
  action: AlertAction,
  { name: person }: Person,
): ActionResult {
  const { alert } = record;
  const act = fingerprint(action, person);
  if (isRepeat(record, action, person, act)) return { result: 'done', alert };
  if (action.version !== alert.version) return { result: 'stale', alert };
  const why = refusal(policy, record, action);
  if (why !== null) return { result: 'not-allowed', alert, why };
  const acts = [...record.acts, act].slice(-mostRememberedActs);
  const after = perform(policy, book, { ...record, acts }, action, person);
  return { result: 'done', alert: after.alert };
}

const fingerprint = (action: AlertAction, person: string): string => JSON.stringify([person, action]);

function isRepeat(record: AlertRecord, action: AlertAction, person: string, act: string): boolean {
  const { response, acknowledgedBy } = record.alert;
  const holdsIt = response === 'acknowledged' && acknowledgedBy === person;
  const sameAct = record.acts.includes(act);
  if (action.action !== 'ack') return sameAct;
  return holdsIt && (sameAct || action.note === undefined);
}

/** Why an action means nothing in the present state, or null when it may be done. */
function refusal(policy: AlertPolicy, record: AlertRecord, action: AlertAction): string | null {
  const { alert } = record;
  if (action.action === 'note') return isBlank(action.note) ? 'A note needs words.' : null;
  if (alert.state === 'closed') return 'The alert is closed.';
  if (action.action === 'assign') return isBlank(action.to) ? 'Name the person to assign it to.' : null;
  if (action.action === 'close') return refusalToClose(policy, alert);
  if (action.action === 'snooze') return refusalToSnooze(policy, record, action.minutes, action.reason);
  return null;
}

const isBlank = (text: string): boolean => text.trim() === '';

function refusalToClose(policy: AlertPolicy, alert: Alert): string | null {
  if (alert.condition === 'active') return 'The condition is still there.';
  if (policy.priorities[alert.priority].latched && alert.response !== 'acknowledged') {
    return 'Somebody must acknowledge it first.';
  }
  return null;
}

function refusalToSnooze(policy: AlertPolicy, record: AlertRecord, minutes: number, reason: string): string | null {
  const { snoozeMinutes, snoozeTotalMinutes } = policy.priorities[record.alert.priority];
  if (record.alert.condition === 'cleared') return 'The condition has cleared: acknowledge or close it.';
  if (isBlank(reason)) return 'A snooze needs a reason.';
  if (!Number.isInteger(minutes) || minutes < 1) return 'A snooze lasts whole minutes, one at least.';
  if (minutes > snoozeMinutes) return `A snooze of this priority lasts ${snoozeMinutes} min at most.`;
  if (snoozeTotalMinutes !== null && record.snoozedMinutes + minutes > snoozeTotalMinutes) {
    return `It may be snoozed for ${snoozeTotalMinutes} min in all; ${record.snoozedMinutes} min are used.`;
  }
  return null;
}

function perform(
  policy: AlertPolicy,
  book: AlertBook,
  record: AlertRecord,
  action: AlertAction,
  person: string,
): AlertRecord {
  const by = (reason: string, note?: string): Cause => ({
    reason,
    by: person,
    ...(note === undefined ? {} : { note }),
  });
  switch (action.action) {
    case 'ack':
      return acknowledge(policy, book, record, by, person, action.note);
    case 'snooze': {
      const until = book.now + action.minutes * 60_000;
      const patch = { response: 'snoozed', acknowledgementExpires: until } as const;
      const snoozedMinutes = record.snoozedMinutes + action.minutes;
      const cause = by(`${person} snoozed it for ${action.minutes} min: ${action.reason}`);
      return book.change(record, 'snoozed', patch, cause, { snoozedMinutes });
    }
    case 'assign': {
      const holder = record.alert.acknowledgedBy;
      const until = holder === null ? '' : `; ${holder} answers for it until then`;
      const cause = by(`${person} asked ${action.to} to take it${until}.`);
      return book.change(record, 'assigned', { assignedTo: action.to }, cause);
    }
    case 'note':
      return book.change(record, 'noted', {}, by(`${person} wrote a note.`, action.note));
    case 'close': {
      const patch = {
        state: 'closed',
        closedAt: book.now,
        clearedAt: record.alert.clearedAt ?? book.now,
        condition: 'cleared',
        outcome: action.outcome,
        acknowledgementExpires: null,
      } as const;
      return book.change(record, 'closed', patch, by(`${person} closed it: ${action.outcome}.`, action.note));
    }
    default:
      return record;
  }
}

function acknowledge(
  policy: AlertPolicy,
  book: AlertBook,
  record: AlertRecord,
  by: (reason: string, note?: string) => Cause,
  person: string,
  note: string | undefined,
): AlertRecord {
  const { alert } = record;
  if (alert.response === 'acknowledged' && alert.acknowledgedBy === person) {
    return book.change(record, 'noted', {}, by(`${person} wrote a note.`, note));
  }
  const rules = policy.priorities[alert.priority];
  const lasts = alert.condition === 'cleared' ? rules.clearedAcknowledgementSeconds : rules.acknowledgementSeconds;
  const from = alert.response === 'acknowledged' ? ` It was with ${alert.acknowledgedBy ?? 'nobody'}.` : '';
  const patch = {
    response: 'acknowledged',
    acknowledgedBy: person,
    acknowledgedAt: book.now,
    acknowledgementExpires: book.now + ms(lasts),
    assignedTo: null,
  } as const;
  const after = book.change(record, 'acknowledged', patch, by(`${person} has it.${from}`, note));
  return book.closeIfAnswered(after);
}
