import type { Alert } from '#model/alert.ts';
import { isGone, isThere } from './conditions.ts';
import type { AlertRecord } from './engine-state.ts';
import type { Rules } from './rules.ts';

const code = 'alarm-chatter';

/** A supervisor is asked to mend the limit of a condition that comes and goes. It mutes nothing. */
export function openChatter({ policy, book }: Rules, { alert }: AlertRecord): void {
  if (alert.code === code || alert.priority === 'technical') return;
  const { pump, hub, patient, drug } = alert;
  const onset = {
    pump,
    hub,
    patient,
    drug,
    code,
    priority: 'low',
    since: book.now,
    stateUnknown: false,
    count: 1,
  } as const;
  const text = 'An alarm comes and goes: its limit needs mending';
  isThere(policy, book, { ...onset, text, from: 'gateway' }, { reason: `${text}. It is: ${alert.text}.` });
}

/** The last alert of its source that came and went is closed. */
export function endChatter({ book }: Rules, { pump, hub, chatter }: Alert): void {
  if (!chatter || book.openOf(pump, hub).some(({ alert }) => alert.chatter)) return;
  isGone(book, { pump, hub, code }, { reason: 'The alarm that came and went is closed.' });
}
