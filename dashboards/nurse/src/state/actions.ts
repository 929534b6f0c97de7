import type { Alert, AlertAction } from '../../../../gateway/model/alert.ts';
import { api } from '../api/client.ts';
import type { Problem } from '../api/wire.ts';
import { clockTime } from '../text/time.ts';
import { conditionWord, holderWord } from '../text/words.ts';
import { withAlert } from './fleet-state.ts';
import { fleet, me, type Notice, now, session, setFleet, setNotice, setSending } from './store.ts';

const doneText: Readonly<Record<AlertAction['action'], string>> = {
  ack: 'Taken. You have it now.',
  snooze: 'Snoozed.',
  assign: 'Handed over.',
  note: 'Note kept.',
  close: 'Closed.',
};

function refusal(problem: Problem): Notice {
  const alert = problem.alert;
  if (alert === undefined || problem.code !== 'stale-version') {
    return { kind: 'refused', text: [problem.title, problem.detail, problem.next].filter(Boolean).join(' ') };
  }
  const stands = [holderWord(alert, me.value, now.value), conditionWord(alert).toLowerCase()].join(', ');
  const when = alert.acknowledgedAt === null ? '' : `, since ${clockTime(alert.acknowledgedAt, now.value)}`;
  return { kind: 'refused', text: `It changed before your tap, so nothing was done. Now: ${stands}${when}.` };
}

/**
 * Does something to an alert, naming the version the person saw. Only the gateway's answer changes what is shown: until
 * then the alert stands as it was and escalation goes on. True when it was done.
 */
export async function act(alert: Alert, action: AlertAction): Promise<boolean> {
  setSending(alert.id, true);
  setNotice(alert.id, null);
  const answer = await api.act(alert.id, action);
  setSending(alert.id, false);
  if (answer.result === 'ok') {
    setFleet(withAlert(fleet.value, answer.body));
    setNotice(alert.id, { kind: 'done', text: doneText[action.action] });
    return true;
  }
  if (answer.result === 'offline') {
    setNotice(alert.id, {
      kind: 'unsent',
      text: 'No answer from the gateway. It may not have arrived, and escalation goes on. Try again.',
    });
    return false;
  }
  if (answer.problem.status === 401) {
    session.value = { kind: 'signed-out', says: 'Your session ended before this was sent. Nothing was done.' };
    return false;
  }
  if (answer.problem.alert !== undefined) setFleet(withAlert(fleet.value, answer.problem.alert));
  setNotice(alert.id, refusal(answer.problem));
  return false;
}

export const take = (alert: Alert): Promise<boolean> => act(alert, { action: 'ack', version: alert.version });
