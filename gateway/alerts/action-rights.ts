import type { Alert, AlertAction } from '#model/alert.ts';
import type { Role } from '#model/role.ts';
import { isLatched } from './alert-life.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';

const clinicians: ReadonlySet<Role> = new Set(['nurse', 'supervisor', 'pharmacist', 'admin']);
const supervisors: ReadonlySet<Role> = new Set(['supervisor', 'admin']);

/**
 * Conditions of hubs that a technician answers for. Not a dark hub: it may hide a patient in need, and a nurse has to
 * answer for that.
 */
const hubCodes: ReadonlySet<string> = new Set(['clock-skew', 'sequence-gap', 'outage']);

export const isSupervisor = (role: Role): boolean => supervisors.has(role);

const isTechnical = (alert: Alert): boolean => alert.priority === 'technical' || hubCodes.has(alert.code);

/** Why this role may not do that to this alert, or null when it may. Alerting survey §2.3. */
export function denial({ alert, from }: AlertRecord, { action }: AlertAction, role: Role): string | null {
  if (clinicians.has(role)) {
    if (action === 'retire' && !isSupervisor(role)) return 'Only a supervisor gives a source up.';
    if (action === 'shelve' && !isSupervisor(role)) return 'Only a supervisor shelves an alert.';
    return null;
  }
  if (role !== 'technician') return 'This role does not answer for alerts.';
  if (!isTechnical(alert) && from !== 'gateway')
    return 'A technician answers for hubs and the gateway, not for patients.';
  return action === 'retire' ? 'Only a supervisor gives a source up.' : null;
}

/** Why an action means nothing in the present state, or null when it may be done. */
export function refusal(
  policy: AlertPolicy,
  record: AlertRecord,
  action: AlertAction,
  person: { readonly name: string; readonly role: Role },
  now: number,
): string | null {
  const { alert, undo } = record;
  if (action.action === 'undo') {
    if (undo === null || undo.person !== person.name) return 'Your last act on this alert cannot be taken back.';
    if (now > undo.until) return `An act can be taken back for ${policy.undoSeconds} s.`;
    return undo.version === alert.version ? null : 'It has changed since.';
  }
  if (action.action === 'note') return isBlank(action.note) ? 'A note needs words.' : null;
  if (alert.state === 'closed') return 'The alert is closed.';
  switch (action.action) {
    case 'ack':
      return null;
    case 'assign':
      if (isBlank(action.to)) return 'Name the person to assign it to.';
      return action.to === alert.acknowledgedBy && alert.response === 'acknowledged'
        ? `${action.to} has it already.`
        : null;
    case 'accept':
      return alert.assignedTo === person.name ? null : 'It was not assigned to you. Take it instead.';
    case 'decline':
      if (
        alert.response === 'acknowledged' &&
        alert.acknowledgedBy !== person.name &&
        alert.assignedTo !== person.name
      ) {
        return `${alert.acknowledgedBy ?? 'Somebody'} has it.`;
      }
      return null;
    case 'close':
      return refusalToClose(policy, alert, action.note);
    case 'snooze':
      return refusalToSnooze(policy, record, action.minutes, action.reason, isSupervisor(person.role));
    case 'shelve':
      return refusalToShelve(policy, alert, action.minutes, action.reason);
    case 'unshelve':
      return alert.response === 'shelved' ? null : 'It is not shelved.';
    case 'retire':
      if (isBlank(action.reason)) return 'Say why the source will not be heard again.';
      return isSilent(alert) ? null : 'Its source is heard: close it instead once the condition is over.';
  }
}

/** Nothing is heard from its source, or silence is the very condition. */
const isSilent = (alert: Alert): boolean =>
  alert.stateUnknown || ((alert.code === 'hub-dark' || alert.code === 'pump-quiet') && alert.condition === 'active');

const isBlank = (text: string): boolean => text.trim() === '';

function refusalToClose(policy: AlertPolicy, alert: Alert, note: string | undefined): string | null {
  if (alert.condition === 'active') return 'The condition is still there.';
  if (isLatched(policy, alert) && alert.response !== 'acknowledged') return 'Somebody must acknowledge it first.';
  if (policy.priorities[alert.priority].closeNeedsNote && isBlank(note ?? '')) return 'Closing it takes a note.';
  return null;
}

function refusalToSnooze(
  policy: AlertPolicy,
  { alert, snoozedMinutes }: AlertRecord,
  minutes: number,
  reason: string,
  bySupervisor: boolean,
): string | null {
  const { snoozeMinutes, snoozeTotalMinutes } = policy.priorities[alert.priority];
  if (alert.condition === 'cleared') return 'The condition has cleared: acknowledge or close it.';
  if (isBlank(reason)) return 'A snooze needs a reason.';
  if (!Number.isInteger(minutes) || minutes < 1) return 'A snooze lasts whole minutes, one at least.';
  if (minutes > snoozeMinutes) return `A snooze of this priority lasts ${snoozeMinutes} min at most.`;
  if (snoozeTotalMinutes !== null && !bySupervisor && snoozedMinutes + minutes > snoozeTotalMinutes) {
    return `It may be snoozed for ${snoozeTotalMinutes} min in all, after that by a supervisor; ${snoozedMinutes} min are used.`;
  }
  return null;
}

function refusalToShelve(policy: AlertPolicy, alert: Alert, minutes: number, reason: string): string | null {
  const { shelveMinutes } = policy.priorities[alert.priority];
  if (shelveMinutes === 0) return 'An alert of this priority is never shelved.';
  if (isBlank(reason)) return 'Shelving needs a reason.';
  if (!Number.isInteger(minutes) || minutes < 1) return 'Shelving lasts whole minutes, one at least.';
  return minutes > shelveMinutes ? `An alert of this priority is shelved for ${shelveMinutes} min at most.` : null;
}
