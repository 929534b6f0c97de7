import type { AlarmPriority } from '../../../../gateway/model/alarms.ts';
import type { Alert, AlertEventKind, AlertOutcome } from '../../../../gateway/model/alert.ts';
import type { PumpState } from '../../../../gateway/model/reading.ts';
import { drugWord } from './drugs.ts';
import { clockTime, span } from './time.ts';

export const priorityWord: Readonly<Record<AlarmPriority, string>> = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  technical: 'Technical',
};

export const pumpStateWord: Readonly<Record<PumpState, string>> = {
  infusing: 'Infusing',
  bolus: 'Bolus',
  kvo: 'Keeping vein open',
  priming: 'Priming',
  paused: 'Paused',
  stopped: 'Stopped',
  standby: 'Standby',
  complete: 'Complete',
  off: 'Off',
};

export const outcomeWord: Readonly<Record<AlertOutcome, string>> = {
  'kinked-line': 'Kinked line',
  'clamp-open': 'Clamp opened',
  'site-changed': 'Site changed',
  'bag-changed': 'Bag changed',
  false: 'False alarm',
  'sent-to-ed': 'Sent to ED',
  other: 'Other',
};

export const outcomes: readonly AlertOutcome[] = [
  'kinked-line',
  'clamp-open',
  'site-changed',
  'bag-changed',
  'false',
  'sent-to-ed',
  'other',
];

export const eventWord: Readonly<Record<AlertEventKind, string>> = {
  opened: 'Opened',
  raised: 'Priority raised',
  recurred: 'Came back',
  clearing: 'Clearing',
  cleared: 'Cleared',
  'state-unknown': 'State unknown',
  'state-known': 'State known again',
  acknowledged: 'Taken',
  'acknowledgement-expired': 'Taking ran out',
  snoozed: 'Snoozed',
  'snooze-expired': 'Snooze over',
  assigned: 'Handed over',
  noted: 'Note',
  closed: 'Closed',
};

/** Conditions that end because a worse one takes their place: the pump then reports that one only. */
const worse: Readonly<Record<string, { readonly code: string; readonly word: string; readonly clause: string }>> = {
  'reservoir-low': { code: 'reservoir-empty', word: 'Now empty', clause: 'it has run empty since' },
  'battery-low': { code: 'battery-depleted', word: 'Now depleted', clause: 'it is empty now' },
  'near-end': { code: 'infusion-complete', word: 'Now complete', clause: 'the infusion is complete now' },
};

/** What has become of an alert that seems over only because its pump reports the next, worse condition. */
export function becomeOf(
  alert: Alert,
  others: readonly Alert[],
): { readonly word: string; readonly clause: string } | null {
  const next = worse[alert.code];
  if (next === undefined || alert.condition === 'active') return null;
  const there = others.some(
    ({ pump, code, condition }) => pump === alert.pump && code === next.code && condition === 'active',
  );
  return there ? next : null;
}

/** Whether the hazard is there, in one or two words. `others`: the open alerts. */
export function conditionWord(alert: Alert, others: readonly Alert[] = []): string {
  if (alert.state === 'closed') return 'Closed';
  if (alert.stateUnknown) return 'State unknown';
  const become = becomeOf(alert, others);
  if (become !== null) return become.word;
  return { active: 'Active', clearing: 'Clearing', cleared: 'Cleared' }[alert.condition];
}

/** "Pump 7F3K", but "pump-03" where the id says already what it is. */
export const named = (word: 'Pump' | 'Hub', id: string): string =>
  id.toLowerCase().startsWith(word.toLowerCase()) ? id : `${word} ${id}`;

/** What the alert is about: the pump, or the hub when there is no pump. */
export const subjectOf = (alert: Alert): string =>
  alert.pump === null ? named('Hub', alert.hub) : named('Pump', alert.pump);

/** Who answers for the alert, in a few words. `me` is the reader's own name. */
export function holderWord(alert: Alert, me: string, now: number): string {
  const holder = alert.acknowledgedBy === me ? 'You' : alert.acknowledgedBy;
  switch (alert.response) {
    case 'unacknowledged':
      return 'Nobody has it yet';
    case 'snoozed':
      return holder === null ? 'Snoozed' : `Snoozed, ${holder}`;
    case 'shelved':
      return 'Shelved';
    case 'acknowledged': {
      const has = holder === 'You' ? 'You have it' : `${holder ?? 'Somebody'} has it`;
      return alert.acknowledgementExpires === null || alert.state === 'closed'
        ? has
        : `${has} until ${clockTime(alert.acknowledgementExpires, now)}`;
    }
  }
}

const conditionClause = (alert: Alert, now: number, others: readonly Alert[]): string => {
  if (alert.stateUnknown) return 'its present state is unknown because nothing is heard from it';
  const become = becomeOf(alert, others);
  if (become !== null) return become.clause;
  if (alert.condition === 'clearing') return 'it seems over, but not for long enough to be sure';
  if (alert.condition === 'cleared') {
    return alert.clearedAt === null ? 'it has cleared' : `cleared at ${clockTime(alert.clearedAt, now)}`;
  }
  return `still active after ${span(now - alert.since)}`;
};

/** One sentence for the head of the detail panel: where, what, since when, how it stands. `others`: the open alerts. */
export function describe(alert: Alert, now: number, others: readonly Alert[] = []): string {
  const of = [
    alert.patient === null ? null : `patient ${alert.patient}`,
    alert.drug === null ? null : drugWord(alert.drug),
  ].filter((part) => part !== null);
  const where = `On ${subjectOf(alert).replace(/^(Pump|Hub) /, (word) => word.toLowerCase())}${of.length === 0 ? '' : ` (${of.join(', ')})`}`;
  const late = alert.learnedAt - alert.since > 120_000 ? `, learned of at ${clockTime(alert.learnedAt, now)}` : '';
  const again = alert.count > 1 ? `, ${alert.count} times` : '';
  return `${where} since ${clockTime(alert.since, now)}${late}${again}; ${conditionClause(alert, now, others)}.`;
}

/** What the live region speaks for a new high alert. */
export const spokenAlert = (alert: Alert): string =>
  `High priority alert. ${alert.text}. ${subjectOf(alert)}${alert.patient === null ? '' : `, patient ${alert.patient}`}.`;
