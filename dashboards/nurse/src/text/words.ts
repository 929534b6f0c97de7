import type { Alert } from '../../../../gateway/model/alert.ts';
import { drugWord } from './drugs.ts';
import type { Words } from './en.ts';
import { words } from './language.ts';
import { clockTime, span } from './time.ts';

/** What the alert says, in the reader's language where its code has words there, else as the gateway put it. */
export const alertText = (alert: Pick<Alert, 'code' | 'text'>): string => words.value.alarm[alert.code] ?? alert.text;

/** Conditions that end because a worse one takes their place: the pump then reports that one only. */
const worse: Readonly<Record<string, keyof Words['worse']>> = {
  'reservoir-low': 'reservoir-empty',
  'battery-low': 'battery-depleted',
  'near-end': 'infusion-complete',
};

/** What has become of an alert that seems over only because its pump reports the next, worse condition. */
export function becomeOf(
  alert: Alert,
  others: readonly Alert[],
): { readonly word: string; readonly clause: string } | null {
  const next = worse[alert.code];
  if (next === undefined || alert.condition === 'active') return null;
  const there = others.some(
    ({ pump, code, condition }) => pump === alert.pump && code === next && condition === 'active',
  );
  return there ? words.value.worse[next] : null;
}

/** Whether the hazard is there, in one or two words. `others`: the open alerts. */
export function conditionWord(alert: Alert, others: readonly Alert[] = []): string {
  const t = words.value;
  if (alert.state === 'closed') return t.closed;
  if (alert.stateUnknown) return t.stateUnknown;
  return becomeOf(alert, others)?.word ?? t.condition[alert.condition];
}

/** "Pump 7F3K", but "pump-03" where the id says already what it is. */
export const named = (kind: 'pump' | 'hub', id: string): string =>
  id.toLowerCase().startsWith(kind) ? id : `${words.value[kind]} ${id}`;

/** What the alert is about: the pump, the hub when there is no pump, or the gateway itself. */
export function subjectOf({ pump, hub }: Pick<Alert, 'pump' | 'hub'>): string {
  if (pump !== null) return named('pump', pump);
  return hub === null ? words.value.gateway : named('hub', hub);
}

/** Who answers for the alert, in a few words. `me` is the reader's own name. */
export function holderWord(alert: Alert, me: string, now: number): string {
  const t = words.value.holder;
  const mine = alert.acknowledgedBy === me;
  switch (alert.response) {
    case 'unacknowledged':
      return t.nobody;
    case 'snoozed': {
      const snoozed = alert.acknowledgedBy === null ? t.snoozed : t.snoozedBy(mine ? t.you : alert.acknowledgedBy);
      return withExpiry(snoozed, alert, now);
    }
    case 'shelved':
      return withExpiry(t.shelved, alert, now);
    case 'acknowledged':
      return withExpiry(mine ? t.youHave : t.has(alert.acknowledgedBy ?? t.somebody), alert, now);
  }
}

const withExpiry = (has: string, alert: Alert, now: number): string =>
  alert.acknowledgementExpires === null || alert.state === 'closed'
    ? has
    : words.value.holder.until(has, clockTime(alert.acknowledgementExpires, now));

const conditionClause = (alert: Alert, now: number, others: readonly Alert[]): string => {
  const t = words.value.describe;
  if (alert.stateUnknown) return t.silent;
  const become = becomeOf(alert, others);
  if (become !== null) return become.clause;
  if (alert.condition === 'clearing') return t.clearing;
  if (alert.condition === 'active') return t.active(span(now - alert.since));
  return alert.clearedAt === null ? t.cleared : t.clearedAt(clockTime(alert.clearedAt, now));
};

/** The subject within a sentence: an id stays as it is written. */
function subjectInside(alert: Alert): string {
  const subject = subjectOf(alert);
  return subject === alert.pump || subject === alert.hub ? subject : subject.charAt(0).toLowerCase() + subject.slice(1);
}

/** One sentence for the head of the detail panel: where, what, since when, how it stands. `others`: the open alerts. */
export function describe(alert: Alert, now: number, others: readonly Alert[] = []): string {
  const t = words.value;
  const details = [
    alert.patient === null ? null : t.patientNamed(alert.patient),
    alert.drug === null ? null : drugWord(alert.drug),
  ].filter((part) => part !== null);
  const where = t.describe.where(subjectInside(alert), details.join(', '));
  const late = alert.learnedAt - alert.since > 120_000 ? t.describe.late(clockTime(alert.learnedAt, now)) : '';
  const again = alert.count > 1 ? t.describe.again(alert.count) : '';
  const since = t.describe.since(where, clockTime(alert.since, now));
  return `${since}${late}${again}; ${conditionClause(alert, now, others)}.`;
}

/** What the live region speaks for a new high alert. */
export const spokenAlert = (alert: Alert): string => {
  const t = words.value;
  const patient = alert.patient === null ? '' : `, ${t.patientNamed(alert.patient)}`;
  return t.spoken(alertText(alert), `${subjectOf(alert)}${patient}`);
};
