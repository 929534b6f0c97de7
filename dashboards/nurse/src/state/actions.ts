import { signal } from '@preact/signals';
import type { Alert, AlertAction } from '../../../../gateway/model/alert.ts';
import { api } from '../api/client.ts';
import type { Problem } from '../api/wire.ts';
import { words } from '../text/language.ts';
import { clockTime } from '../text/time.ts';
import { conditionWord, holderWord } from '../text/words.ts';
import { withAlert } from './fleet-state.ts';
import { fleet, me, type Notice, now, session, setFleet, setNotice, setSending } from './store.ts';
import { givenUpAfterMs, sortWaiting, type WaitingActs, withoutWaiting, withWaiting } from './waiting.ts';

/** Taps that the gateway has not answered yet. They live in this tab and go with it: notes may speak of a patient. */
export const waiting = signal<WaitingActs>(new Map());

function refusal(problem: Problem): Notice {
  const alert = problem.alert;
  if (alert === undefined || problem.code !== 'stale-version') {
    return { kind: 'refused', text: [problem.title, problem.detail, problem.next].filter(Boolean).join(' ') };
  }
  const t = words.value.refused;
  const stands = [holderWord(alert, me.value, now.value), conditionWord(alert).toLowerCase()].join(', ');
  const when = alert.acknowledgedAt === null ? '' : t.since(clockTime(alert.acknowledgedAt, now.value));
  return { kind: 'refused', text: t.changed(stands, when) };
}

/** Sends one action; `unsent` when no answer came. Only the gateway's answer changes what is shown. */
async function send(alert: Alert['id'], action: AlertAction): Promise<'done' | 'refused' | 'unsent'> {
  setSending(alert, true);
  const answer = await api.act(alert, action);
  setSending(alert, false);
  if (answer.result === 'offline') return 'unsent';
  if (answer.result === 'ok') {
    setFleet(withAlert(fleet.value, answer.body));
    setNotice(alert, { kind: 'done', text: words.value.done[action.action] ?? words.value.doneOther });
    return 'done';
  }
  if (answer.problem.status === 401) {
    session.value = { kind: 'signed-out', says: 'session-over' };
    return 'refused';
  }
  if (answer.problem.alert !== undefined) setFleet(withAlert(fleet.value, answer.problem.alert));
  setNotice(alert, refusal(answer.problem));
  return 'refused';
}

/**
 * Does something to an alert, naming the version the person saw. Until the gateway answers the alert stands as it was and
 * escalation goes on; a tap without an answer waits and is sent again. True when it was done.
 */
export async function act(alert: Alert, action: AlertAction): Promise<boolean> {
  if (waiting.value.has(alert.id)) return false;
  setNotice(alert.id, null);
  const result = await send(alert.id, action);
  if (result === 'unsent') {
    waiting.value = withWaiting(waiting.value, { alert: alert.id, action, person: me.value, tappedAt: now.value });
  }
  return result === 'done';
}

export const take = (alert: Alert): Promise<boolean> => act(alert, { action: 'ack', version: alert.version });

export function callOff(alert: Alert['id']): void {
  waiting.value = withoutWaiting(waiting.value, alert);
}

let flushing = false;

/** Sends what waits, oldest first, until one gets no answer again. */
export async function sendWaiting(): Promise<void> {
  if (flushing || waiting.value.size === 0) return;
  flushing = true;
  const { due, old } = sortWaiting(waiting.value, me.value, now.value);
  for (const { alert } of old) {
    callOff(alert);
    setNotice(alert, { kind: 'refused', text: words.value.waitingToSend.tooLate(givenUpAfterMs / 60_000) });
  }
  for (const { alert, action } of due) {
    if ((await send(alert, action)) === 'unsent') break;
    callOff(alert);
  }
  flushing = false;
}
