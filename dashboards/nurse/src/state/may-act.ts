import type { Alert } from '../../../../gateway/model/alert.ts';
import type { Person, TimelineEntry } from '../api/wire.ts';

/** Actions that take words or a length of time, each with a small form of its own. */
export type FormAction = 'snooze' | 'assign' | 'shelve' | 'retire';
/** Actions of one tap. */
export type TapAction = 'accept' | 'decline' | 'unshelve' | 'undo';

const undoWithinMs = 60_000;
const undoable: ReadonlySet<string> = new Set([
  'acknowledged',
  'snoozed',
  'assigned',
  'shelved',
  'unshelved',
  'closed',
]);

/** The last thing that happened was this person's, a moment ago: it can be taken back. */
export function canUndo(timeline: readonly TimelineEntry[], me: string, now: number): boolean {
  const last = timeline.findLast(({ kind }) => kind !== 'paged' && kind !== 'page-held');
  return last !== undefined && last.by === me && undoable.has(last.kind) && now - last.at < undoWithinMs;
}

/** What to offer this person for this alert as it stands. The gateway has the last word. */
export function offered(alert: Alert, { name, role }: Person): readonly (FormAction | TapAction)[] {
  if (alert.state === 'closed') return [];
  const leads = role === 'supervisor' || role === 'admin';
  const mine = alert.acknowledgedBy === name && alert.response === 'acknowledged';
  const asked = alert.assignedTo === name;
  const offers: (FormAction | TapAction | false)[] = [
    asked && 'accept',
    (alert.response === 'unacknowledged' || asked || mine) && 'decline',
    alert.response === 'shelved' && 'unshelve',
    alert.condition !== 'cleared' && alert.response !== 'shelved' && 'snooze',
    'assign',
    leads && alert.priority !== 'high' && alert.response !== 'shelved' && 'shelve',
    leads && alert.stateUnknown && 'retire',
  ];
  return offers.filter((offer) => offer !== false);
}

/** Lengths to choose from, min: none longer than the policy's built-in limits for that priority. */
export function lengthsFor(action: 'snooze' | 'shelve', priority: Alert['priority']): readonly number[] {
  if (action === 'shelve') return priority === 'medium' ? [60, 240, 480] : [480, 1_440, 4_320];
  return { high: [5, 10], medium: [15, 30, 60], low: [60, 240, 720], technical: [60, 240, 720] }[priority];
}
