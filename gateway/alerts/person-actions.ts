import type { ActionResult, Alert, AlertAction, AlertEventKind } from '#model/alert.ts';
import type { Person } from '#model/role.ts';
import { denial, refusal } from './action-rights.ts';
import type { AlertBook, Cause } from './alert-book.ts';
import { unanswered } from './alert-life.ts';
import type { AlertRecord } from './engine-state.ts';
import { request } from './escalation.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';

const mostRememberedActs = 8;

/** What an act is done with. */
interface Acting {
  readonly policy: AlertPolicy;
  readonly book: AlertBook;
  readonly person: string;
}

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
  person: Person,
): ActionResult {
  const { alert } = record;
  const act = JSON.stringify([person.name, action]);
  const denied = denial(record, action, person.role);
  if (denied !== null) return { result: 'forbidden', alert, why: denied };
  if (isRepeat(record, action, person.name, act)) return { result: 'done', alert };
  if (action.version !== alert.version) return { result: 'stale', alert };
  const why = refusal(policy, record, action, person, book.now);
  if (why !== null) return { result: 'not-allowed', alert, why };
  const acts = [...record.acts, act].slice(-mostRememberedActs);
  const after = perform({ policy, book, person: person.name }, { ...record, acts }, action);
  return { result: 'done', alert: after.alert };
}

function isRepeat(record: AlertRecord, action: AlertAction, person: string, act: string): boolean {
  const { response, acknowledgedBy } = record.alert;
  const holdsIt = response === 'acknowledged' && acknowledgedBy === person;
  const sameAct = record.acts.includes(act);
  if (action.action === 'ack' || action.action === 'accept') return holdsIt && (sameAct || action.note === undefined);
  return sameAct;
}

function perform(acting: Acting, record: AlertRecord, action: AlertAction): AlertRecord {
  const { book, person } = acting;
  const { alert } = record;
  switch (action.action) {
    case 'ack':
    case 'accept':
      return acknowledge(acting, record, action.note);
    case 'snooze': {
      const snoozedMinutes = record.snoozedMinutes + action.minutes;
      const reason = `${person} snoozed it for ${action.minutes} min: ${action.reason}`;
      return answer(acting, record, 'snoozed', putOff(acting, 'snoozed', action.minutes), reason, { snoozedMinutes });
    }
    case 'shelve': {
      const reason = `${person} shelved it for ${action.minutes} min: ${action.reason}`;
      return answer(acting, record, 'shelved', putOff(acting, 'shelved', action.minutes), reason);
    }
    case 'unshelve':
      return answer(acting, record, 'unshelved', unanswered, `${person} took it off the shelf.`);
    case 'assign':
      return assign(acting, record, action.to);
    case 'decline':
      return decline(acting, record, action.reason);
    case 'note':
      return book.change(record, 'noted', {}, { by: person, reason: `${person} wrote a note.`, note: action.note });
    case 'close': {
      const patch = { ...over(book.now, alert), outcome: action.outcome };
      return answer(acting, record, 'closed', patch, `${person} closed it: ${action.outcome}.`, {}, action.note);
    }
    case 'retire': {
      const patch = { ...over(book.now, alert), outcome: 'retired' } as const;
      return answer(acting, record, 'closed', patch, `${person} gave its source up: ${action.reason}`);
    }
    case 'undo':
      return undo(acting, record);
  }
}

const over = (now: number, alert: Alert) =>
  ({
    state: 'closed',
    closedAt: now,
    clearedAt: alert.clearedAt ?? now,
    condition: 'cleared',
    acknowledgementExpires: null,
  }) as const;

const putOff = ({ book, person }: Acting, response: 'snoozed' | 'shelved', minutes: number) => ({
  response,
  acknowledgedBy: person,
  acknowledgedAt: null,
  acknowledgementExpires: book.now + minutes * 60_000,
});

/** An act that its person may take back for a while. */
function answer(
  { policy, book, person }: Acting,
  record: AlertRecord,
  kind: AlertEventKind,
  patch: Partial<Alert>,
  reason: string,
  beside: Partial<AlertRecord> = {},
  note?: string,
): AlertRecord {
  const { response, acknowledgedBy, acknowledgedAt, acknowledgementExpires, assignedTo, ...rest } = record.alert;
  const { state, condition, clearedAt, closedAt, outcome } = rest;
  const answered = { response, acknowledgedBy, acknowledgedAt, acknowledgementExpires, assignedTo };
  const undo = {
    person,
    until: book.now + ms(policy.undoSeconds),
    version: record.alert.version + 1,
    before: { ...answered, state, condition, clearedAt, closedAt, outcome },
    snoozedMinutes: record.snoozedMinutes,
  };
  const cause: Cause = { reason, by: person, ...(note === undefined ? {} : { note }) };
  return book.change(record, kind, patch, cause, { ...beside, undo });
}

function acknowledge(acting: Acting, record: AlertRecord, note: string | undefined): AlertRecord {
  const { policy, book, person } = acting;
  const { alert } = record;
  if (alert.response === 'acknowledged' && alert.acknowledgedBy === person) {
    const said = note === undefined ? {} : { note };
    return book.change(record, 'noted', {}, { by: person, reason: `${person} wrote a note.`, ...said });
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
  return book.closeIfOver(answer(acting, record, 'acknowledged', patch, `${person} has it.${from}`, {}, note));
}

function assign(acting: Acting, record: AlertRecord, to: string): AlertRecord {
  const { policy, book, person } = acting;
  const { response, acknowledgedBy } = record.alert;
  const holder = response === 'acknowledged' ? acknowledgedBy : null;
  const until = holder === null ? '' : `; ${holder} answers for it until then`;
  const after = answer(acting, record, 'assigned', { assignedTo: to }, `${person} asked ${to} to take it${until}.`);
  book.leave(request(policy.escalation, after, to, book.now));
  return after;
}

function decline({ book, person }: Acting, record: AlertRecord, why: string | undefined): AlertRecord {
  const { alert } = record;
  const because = why === undefined || why.trim() === '' ? '' : `: ${why}`;
  const reason = `${person} cannot take it${because}.`;
  if (alert.assignedTo === person) return book.change(record, 'declined', { assignedTo: null }, { reason, by: person });
  // Whoever has it and gives it up leaves it with nobody: the change itself begins to call again.
  const holdsIt = alert.response === 'acknowledged' && alert.acknowledgedBy === person;
  const after = book.change(record, 'declined', holdsIt ? { ...unanswered } : {}, { reason, by: person });
  return holdsIt ? after : book.hasten(after);
}

function undo({ book, person }: Acting, record: AlertRecord): AlertRecord {
  if (record.undo === null) return record;
  const { before, snoozedMinutes } = record.undo;
  const cause = { reason: `${person} took back the last act.`, by: person };
  return book.change(record, 'undone', before, cause, { undo: null, snoozedMinutes });
}
