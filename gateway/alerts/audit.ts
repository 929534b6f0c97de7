import { priorityRank } from '#model/alarms.ts';
import type { AlertEventKind } from '#model/alert.ts';
import { isResolved, needsCalling } from './alert-life.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';

/** A step may be this late before it counts as forgotten: the gateway may just have been busy. */
const latenessMs = 60_000;
const dayMs = 86_400_000;

/** What must hold of an open occurrence at any moment, and does not. In words for a technician, without patient data. */
export function auditRecord(
  policy: AlertPolicy,
  { alert, escalation }: AlertRecord,
  now: number,
  mayBeLateMs = latenessMs,
): string[] {
  const broken: string[] = [];
  const fail = (rule: string) => broken.push(`${alert.id} ${alert.code}: ${rule}`);
  const { nextStepAt, response, acknowledgementExpires } = alert;
  const promised = response !== 'unacknowledged';
  if (alert.state === 'closed') {
    if (nextStepAt !== null || acknowledgementExpires !== null) fail('closed, and something of it is still due');
    return broken;
  }
  // I4: whoever has it has it for a time.
  if (promised !== (acknowledgementExpires !== null)) fail('a promise without an end, or an end without a promise');
  if (promised && (acknowledgementExpires ?? 0) < now - mayBeLateMs) fail('a promise that ran out was not ended');
  // I1: somebody will be called, and soon.
  if (!needsCalling(policy, alert)) {
    if (nextStepAt !== null) fail('pages although nobody needs to be called');
  } else if (nextStepAt === null || escalation === null) fail('nobody will be called for it');
  else if (nextStepAt - now > longestWaitMs(escalation.plan)) fail('its next page is too far away');
  else if (nextStepAt < now - mayBeLateMs && alert.held === null) fail('its next page is overdue');
  if ((alert.condition === 'cleared') !== (alert.clearedAt !== null))
    fail('cleared without an instant, or the reverse');
  return broken;
}

/** The longest time between two steps of a plan. */
function longestWaitMs({
  steps,
  repeatSeconds,
  repeatByDayOnly,
}: NonNullable<AlertRecord['escalation']>['plan']): number {
  const gaps = steps.map((step, i) => step.afterSeconds - (steps[i - 1]?.afterSeconds ?? 0));
  return ms(Math.max(repeatSeconds, ...gaps)) + (repeatByDayOnly ? dayMs : 0);
}

/** Changes after which the next page may be later than before. */
const mayDelay: ReadonlySet<AlertEventKind> = new Set(['paged', 'cleared', 'recurred', 'raised', 'undone']);

/** What a change must not do, and did. `now` is its instant. */
export function auditTransition(
  policy: AlertPolicy,
  before: AlertRecord | undefined,
  after: AlertRecord,
  kind: AlertEventKind,
  now: number,
): string[] {
  const { alert } = after;
  const broken: string[] = [];
  const fail = (rule: string) => broken.push(`${alert.id} ${alert.code}, ${kind}: ${rule}`);
  broken.push(...auditRecord(policy, after, now, Number.POSITIVE_INFINITY));
  if (before === undefined) return broken;
  const was = before.alert;
  // I2: a page never comes later, but by an answer or a rule that says so.
  const bothDue = was.nextStepAt !== null && alert.nextStepAt !== null;
  if (bothDue && (alert.nextStepAt ?? 0) > (was.nextStepAt ?? 0) && !mayDelay.has(kind)) fail('put a page off');
  // I5: missing data clears nothing.
  const clears = was.condition !== 'cleared' && alert.condition === 'cleared';
  if (clears && was.stateUnknown && alert.outcome === null) fail('cleared while nothing was heard');
  // I6: nobody lowers a priority.
  if (priorityRank[alert.priority] > priorityRank[was.priority]) fail('lowered the priority');
  // I13: what a person or a rule closed stays closed, but by the undoing of that act.
  if (was.state === 'closed' && alert.state === 'open' && kind !== 'undone') fail('opened a closed occurrence again');
  if (isResolved(policy, alert) && !isResolved(policy, was) && kind !== 'cleared' && kind !== 'closed') {
    fail('resolved without having cleared');
  }
  return broken;
}
