import type { AlarmPriority } from '#model/alarms.ts';
import type { Alert } from '#model/alert.ts';

/** Which alerts to show. Absent fields do not restrict. */
export interface AlertFilter {
  readonly state?: Alert['state'];
  readonly priority?: AlarmPriority;
  readonly pump?: string;
  readonly patient?: string;
}

export const matches = (alert: Alert, { state, priority, pump, patient }: AlertFilter): boolean =>
  (state === undefined || alert.state === state) &&
  (priority === undefined || alert.priority === priority) &&
  (pump === undefined || alert.pump === pump) &&
  (patient === undefined || alert.patient === patient);

const isUrgent = (alert: Alert): boolean => alert.priority === 'high' && alert.response === 'unacknowledged';

/** The order of the triage list: unacknowledged high ones first, then by age, oldest first. */
export function byUrgency(a: Alert, b: Alert): number {
  if (isUrgent(a) !== isUrgent(b)) return isUrgent(a) ? -1 : 1;
  return a.since - b.since || (a.id < b.id ? -1 : 1);
}
