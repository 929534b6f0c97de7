import type { Alert } from '#model/alert.ts';
import type { Page, PageTarget } from '#model/paging.ts';
import type { Visit } from '#model/pump-context.ts';
import { inDayHours } from './day-hours.ts';
import type { AlertRecord } from './engine-state.ts';
import type { EscalationPlan, EscalationPolicy, EscalationStep } from './escalation-policy.ts';
import { spoken } from './words.ts';

/** A step as it is kept: it may also name a person. */
export type PlannedStep = Omit<EscalationStep, 'targets'> & { readonly targets: readonly PageTarget[] };

/**
 * How far the escalation of an occurrence is. The plan is a copy from when it began, so that a change of policy does not
 * change what was promised. JSON.
 */
export type Escalation = {
  readonly plan: Omit<EscalationPlan, 'steps'> & { readonly steps: readonly PlannedStep[] };
  /** From when the steps are counted. */
  readonly startedAt: number;
  /** The step that pages next; the number of steps when the last one repeats. */
  readonly next: number;
  /** How often each step has paged in this occurrence, over all its plans. */
  readonly rounds: readonly number[];
  /** Whose promise ran out: paged beside those on call, once. */
  readonly also: string | null;
};

/** What an escalation is at an instant: where it stands and when it pages next. */
export interface Planned {
  readonly escalation: Escalation;
  readonly nextStepAt: number;
}

/** The plan of an alert. One that is cleared and waits to be closed keeps the pace of a medium one. */
export function planOf(policy: EscalationPolicy, alert: Alert, visit: Visit | null, now: number): Escalation['plan'] {
  if (alert.condition === 'cleared') return policy.medium;
  const plan = policy.byCode[alert.code] ?? policy[alert.priority];
  if (visit === null || now < visit.since || now >= visit.until) return plan;
  const [first] = plan.steps;
  if (first === undefined) return plan;
  const shifted = plan.steps.map((step) => ({
    ...step,
    afterSeconds: step.afterSeconds + policy.visitHeadStartSeconds,
  }));
  return { ...plan, steps: [{ ...first, afterSeconds: 0, targets: [{ person: visit.nurse }] }, ...shifted] };
}

const stepAt = (plan: Escalation['plan'], index: number): PlannedStep | undefined =>
  plan.steps[Math.min(index, plan.steps.length - 1)];

const afterMs = (plan: Escalation['plan'], index: number): number => (stepAt(plan, index)?.afterSeconds ?? 0) * 1000;

/** Begins a plan, so that step `from` pages when its time has come. */
export function begin(plan: Escalation['plan'], before: Escalation | null, now: number, from = 0): Planned {
  const next = Math.min(from, plan.steps.length - 1);
  const escalation = { plan, startedAt: now, next, rounds: before?.rounds ?? [], also: before?.also ?? null };
  return { escalation, nextStepAt: now + afterMs(plan, next) };
}

/** Step `from` pages at once, the later ones as far behind it as the plan has them. `also` is paged with it. */
export function resume(escalation: Escalation, now: number, from: number, also: string | null): Planned {
  const { plan } = escalation;
  const next = Math.min(from, plan.steps.length);
  return { escalation: { ...escalation, next, also, startedAt: now - afterMs(plan, next) }, nextStepAt: now };
}

export const wasPaged = ({ escalation }: AlertRecord): boolean =>
  escalation?.rounds.some((times) => times > 0) === true;

/** In the last step already, which repeats. */
export const isRepeating = ({ plan, next }: Escalation): boolean => next >= plan.steps.length;

/** The page is the one that was made last for this alert. */
export function isNewestPage({ alert, escalation }: AlertRecord, page: string): boolean {
  const index = alert.escalationStep;
  const times = index === null ? 0 : (escalation?.rounds[index] ?? 0);
  return times > 0 && page === `${alert.id}/${index}/${times - 1}`;
}

/**
 * The page that is due, and the escalation after it. When several steps fell due at once (the gateway was away), the
 * farthest of them pages, once.
 */
export function step(
  policy: EscalationPolicy,
  { alert, escalation }: AlertRecord & { readonly escalation: Escalation },
  now: number,
  gathers: readonly string[],
): { readonly page: Page; readonly planned: Planned } {
  const { plan, startedAt } = escalation;
  let at = escalation.next;
  while (at + 1 < plan.steps.length && startedAt + afterMs(plan, at + 1) <= now) at += 1;
  const index = Math.min(at, plan.steps.length - 1);
  const chosen = stepAt(plan, index);
  if (chosen === undefined) throw new RangeError('an escalation plan without steps');
  const round = escalation.rounds[index] ?? 0;
  const rounds = Array.from({ length: Math.max(index + 1, escalation.rounds.length) }, (_, i) =>
    i === index ? round + 1 : (escalation.rounds[i] ?? 0),
  );
  const next = Math.min(at + 1, plan.steps.length);
  const nextStepAt = next < plan.steps.length ? startedAt + afterMs(plan, next) : repeatAt(policy, plan, now);
  const page: Page = {
    id: `${alert.id}/${index}/${round}`,
    kind: gathers.length > 0 ? 'digest' : 'page',
    ...addressOf(alert),
    step: index,
    round,
    targets: escalation.also === null ? chosen.targets : [...chosen.targets, { person: escalation.also }],
    channels: chosen.channels,
    receiptMs: chosen.receiptSeconds === null ? null : chosen.receiptSeconds * 1000,
    at: now,
    nextAt: nextStepAt,
    by: null,
    gathers,
  };
  return { page, planned: { escalation: { ...escalation, next, rounds, also: null }, nextStepAt } };
}

function repeatAt(
  policy: EscalationPolicy,
  { repeatSeconds, repeatByDayOnly }: Escalation['plan'],
  now: number,
): number {
  const at = now + repeatSeconds * 1000;
  return repeatByDayOnly ? inDayHours(policy.dayHours, at) : at;
}

const addressOf = ({ id, version, priority, hub, pump, patient }: Alert) => ({
  alert: id,
  version,
  priority,
  hub,
  pump,
  patient,
});

/** Tells all who were paged what has become of it. */
export function notice(
  policy: EscalationPolicy,
  record: AlertRecord,
  kind: 'taken' | 'resolved',
  by: string | null,
  now: number,
): Page {
  const { alert } = record;
  return {
    id: `${alert.id}/${kind}/${alert.version}`,
    kind,
    ...addressOf(alert),
    step: alert.escalationStep ?? 0,
    round: 0,
    targets: ['paged'],
    channels: policy.noticeChannels,
    receiptMs: null,
    at: now,
    nextAt: null,
    by,
    gathers: [],
  };
}

/** Asks one person to take an alert over. */
export function request(policy: EscalationPolicy, record: AlertRecord, person: string, now: number): Page {
  return {
    ...notice(policy, record, 'taken', null, now),
    id: `${record.alert.id}/assigned/${record.alert.version}`,
    kind: 'page',
    targets: [{ person }],
    channels: record.escalation?.plan.steps[0]?.channels ?? policy.noticeChannels,
    receiptMs: (record.escalation?.plan.steps[0]?.receiptSeconds ?? 0) * 1000 || null,
  };
}

/** A page in words, for the log of the alert. */
export function pageInWords({
  step: index,
  round,
  targets,
  channels,
  receiptMs,
  nextAt,
  at,
  kind,
  gathers,
}: Page): string {
  const who = targets.map((target) => (typeof target === 'string' ? target : target.person)).join(', ');
  const [first = [], ...more] = channels;
  const later =
    more.length === 0 || receiptMs === null
      ? ''
      : `, by ${more.flat().join(', ')} without a receipt in ${spoken(receiptMs)}`;
  const again = round === 0 ? '' : ` again (${round + 1})`;
  const gathered = kind === 'digest' ? ` with ${gathers.length} alerts gathered` : '';
  const next = nextAt === null ? '' : ` The next step follows in ${spoken(nextAt - at)}.`;
  return `Step ${index}${again}: ${who} paged by ${first.join(', ')}${later}${gathered}.${next}`;
}
