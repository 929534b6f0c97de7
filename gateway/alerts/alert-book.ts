import { type AlarmPriority, priorityRank } from '#model/alarms.ts';
import type { Alert, AlertEvent, AlertEventKind, AlertHold } from '#model/alert.ts';
import type { Page } from '#model/paging.ts';
import type { Visit } from '#model/pump-context.ts';
import { closesAt, holdEnds, isLatched, isMissed, isResolved, needsCalling, unanswered } from './alert-life.ts';
import { auditRecord, auditTransition } from './audit.ts';
import type { DueQueue } from './due-queue.ts';
import type { AlertRecord } from './engine-state.ts';
import * as escalating from './escalation.ts';
import { OpenAlerts } from './open-alerts.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';

/** Why an alert changes. `offset` is the journal entry behind it; `by` the person. */
export interface Cause {
  readonly reason: string;
  readonly offset?: number;
  readonly by?: string;
  readonly note?: string;
}

/** What an occurrence begins with. */
export interface Onset {
  readonly pump: string | null;
  readonly hub: string | null;
  readonly patient?: string | null;
  readonly from?: AlertRecord['from'];
  readonly code: string;
  readonly priority: AlarmPriority;
  readonly text: string;
  readonly since: number;
  readonly drug: string | null;
  readonly stateUnknown: boolean;
  readonly count: number;
}

/** Makes the id of an occurrence from what sets it apart from all others and its instant. */
export type AlertIdMaker = (of: string, at: number) => string;

export interface BookParts {
  readonly policy: AlertPolicy;
  readonly newId: AlertIdMaker;
  readonly queue: DueQueue;
  readonly onClosed: (record: AlertRecord) => void;
  /** An occurrence was found to come and go. */
  readonly onChatter: (record: AlertRecord) => void;
  /** The nurse's visit at a pump. */
  readonly visitAt: (pump: string) => Visit | null;
  /** Why an alert's own pages wait now, and null when they do not. */
  readonly holdOf: (alert: Alert) => AlertHold | null;
  /** The alerts that a page of this one stands for beside itself. */
  readonly gathered: (alert: Alert) => readonly string[];
}

/** Steps of the escalation are no change that an action could be stale by. */
const isPaging = (kind: AlertEventKind): boolean => kind === 'paged' || kind === 'page-held';

/**
 * The open occurrences and the only place where one changes: each change is one event in the log, with the pages that
 * it causes. Knows the life of an occurrence, not what causes it. `now` is set by the engine before it acts.
 */
export class AlertBook {
  now = 0;
  /** How many events were made ever. */
  made = 0;
  readonly #parts: BookParts;
  readonly #policy: AlertPolicy;
  readonly #queue: DueQueue;
  readonly #alerts = new OpenAlerts();
  #events: AlertEvent[] = [];
  #pages: Page[] = [];
  #broken: string[] = [];

  constructor(parts: BookParts) {
    this.#parts = parts;
    this.#policy = parts.policy;
    this.#queue = parts.queue;
  }

  /** Takes an open occurrence from the store. */
  restore(record: AlertRecord): void {
    this.#alerts.keep(record);
    this.#schedule(undefined, record);
  }

  get(id: string): AlertRecord | undefined {
    return this.#alerts.get(id);
  }

  allOpen(): AlertRecord[] {
    return this.#alerts.all();
  }

  /** Open occurrences of a pump, or of a hub itself (`pump` null), oldest first. */
  openOf(pump: string | null, hub: string | null): AlertRecord[] {
    return this.#alerts.of(pump, hub);
  }

  openCount(pump: string | null, hub: string | null): number {
    return this.#alerts.countOf(pump, hub);
  }

  hasOpen(pump: string | null, hub: string | null): boolean {
    return this.#alerts.countOf(pump, hub) > 0;
  }

  /** The newest open occurrence of one condition. */
  latest(pump: string | null, hub: string | null, code: string): AlertRecord | undefined {
    return this.hasOpen(pump, hub) ? this.openOf(pump, hub).findLast(({ alert }) => alert.code === code) : undefined;
  }

  /** The events since the last call. The caller stores them with the records they belong to. */
  takeEvents(): AlertEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The pages since the last call. They are stored in the transaction of the events. */
  takePages(): Page[] {
    const pages = this.#pages;
    this.#pages = [];
    return pages;
  }

  /** What broke a rule that must always hold, in words for a technician. */
  takeBroken(): string[] {
    const broken = this.#broken;
    this.#broken = [];
    return broken;
  }

  /** Looks at all that is open. An alert that nobody would be called for any more is called for at once. */
  audit(now: number): string[] {
    const broken: string[] = [];
    for (const record of this.allOpen()) {
      const found = auditRecord(this.#policy, record, now);
      broken.push(...found);
      if (found.length === 0 || !needsCalling(this.#policy, record.alert)) continue;
      this.now = Math.max(this.now, now);
      this.#call(record);
    }
    return broken;
  }

  /** Forgets closed occurrences whose events are stored. */
  forgetClosed(ids: Iterable<string>): void {
    this.#alerts.forgetClosed(ids);
  }

  open(onset: Onset, cause: Cause): AlertRecord {
    const alert = this.#begin(onset, cause);
    for (const other of this.openOf(onset.pump, onset.hub)) {
      const outranked = priorityRank[onset.priority] <= priorityRank[other.alert.priority];
      if (other.alert.response !== 'snoozed' || !outranked) continue;
      this.#voidResponse(other, 'snooze-expired', { reason: `Snooze ended early: ${onset.text}.`, ...at(cause) });
    }
    return this.#log(newRecord(alert, onset, [this.now]), undefined, 'opened', cause);
  }

  /** Records an occurrence that had come and gone before it was learned of. Nobody is called for it. */
  openAsHistory(onset: Onset, until: number, cause: Cause): void {
    const alert = this.#begin(onset, cause);
    const closed: Alert = { ...alert, state: 'closed', condition: 'cleared', clearedAt: until, closedAt: this.now };
    this.#log(newRecord(closed, onset, []), undefined, 'closed', cause);
  }

  /** The condition is there again. `afresh`: it had been away long enough that an old acknowledgement says nothing. */
  recur(record: AlertRecord, cause: Cause, afresh: boolean): AlertRecord {
    const { count, response } = record.alert;
    const back = { condition: 'active', clearedAt: null, count: count + 1 } as const;
    const patch = afresh && response !== 'shelved' ? { ...back, ...unanswered } : back;
    const { cycles, withinSeconds } = this.#policy.chatter;
    const onsets = [...record.onsets, this.now].slice(-cycles);
    const after = this.change(record, 'recurred', patch, cause, { clearingAt: null, onsets });
    const often = onsets.length >= cycles && this.now - (onsets[0] ?? this.now) <= ms(withinSeconds);
    if (!often || after.alert.chatter) return after;
    const reason = `It came ${cycles} times within ${Math.round(withinSeconds / 60)} min: its limit needs mending.`;
    const flagged = this.change(after, 'chatter', { chatter: true }, { reason, ...at(cause) });
    this.#parts.onChatter(flagged);
    return flagged;
  }

  clearing(record: AlertRecord, cause: Cause): AlertRecord {
    return this.change(record, 'clearing', { condition: 'clearing' }, cause, { clearingAt: this.now });
  }

  /** When the hold of a clearing condition ends; null while it is not clearing or its source is silent. */
  holdEnds(record: AlertRecord): number | null {
    return holdEnds(this.#policy, record);
  }

  /** The hold has passed. */
  cleared(record: AlertRecord): void {
    const { alert } = record;
    const { clearHoldSeconds, clearedAcknowledgementSeconds, reopenSeconds } = this.#policy.priorities[alert.priority];
    const lasting = Math.max(
      (alert.acknowledgedAt ?? 0) + ms(clearedAcknowledgementSeconds),
      isLatched(this.#policy, alert) ? 0 : this.now + ms(reopenSeconds) + 1,
    );
    const expires = alert.acknowledgementExpires;
    const acknowledgementExpires =
      expires === null || alert.response !== 'acknowledged' ? expires : Math.max(expires, lasting);
    const patch = { condition: 'cleared', clearedAt: this.now, acknowledgementExpires } as const;
    this.closeIfOver(this.change(record, 'cleared', patch, { reason: `Stayed away for ${clearHoldSeconds} s.` }));
  }

  /** Closes what cleared and cannot come back into the occurrence, unless its priority demands that a person does it. */
  closeIfOver(record: AlertRecord): AlertRecord {
    const due = closesAt(this.#policy, record);
    if (due === null || due > this.now) return record;
    const patch = { state: 'closed', closedAt: this.now, acknowledgementExpires: null } as const;
    const taken = record.alert.response === 'acknowledged' ? 'Cleared and acknowledged.' : 'Cleared.';
    return this.change(record, 'closed', patch, { reason: `${taken} It did not come back.` });
  }

  setUnknown(record: AlertRecord, unknown: boolean, cause: Cause): void {
    if (record.alert.stateUnknown === unknown) return;
    this.change(record, unknown ? 'state-unknown' : 'state-known', { stateUnknown: unknown }, cause);
  }

  raise(record: AlertRecord, priority: AlarmPriority, cause: Cause, text = record.alert.text): AlertRecord {
    if (priorityRank[priority] >= priorityRank[record.alert.priority]) return record;
    return this.change(record, 'raised', { priority, text, ...unanswered }, cause);
  }

  /** The acknowledgement, snooze or shelving ran out, if it did. */
  expireResponse(record: AlertRecord, due: number): void {
    const { response, acknowledgementExpires, acknowledgedBy, state } = record.alert;
    if (state !== 'open' || acknowledgementExpires === null || acknowledgementExpires > due) return;
    if (response === 'snoozed') this.#voidResponse(record, 'snooze-expired', { reason: 'The snooze ended.' });
    else if (response === 'shelved') {
      const after = this.#voidResponse(record, 'shelving-expired', { reason: 'The shelving ended.' });
      this.closeIfOver(after);
    } else {
      const reason = `The acknowledgement by ${acknowledgedBy ?? 'nobody'} ran out and the alert is still open.`;
      this.#voidResponse(record, 'acknowledgement-expired', { reason });
    }
  }

  /** The next step of the escalation pages, if it is due. */
  page(id: string, due: number): void {
    const record = this.get(id);
    const { nextStepAt, state } = record?.alert ?? {};
    if (!record || state !== 'open' || nextStepAt === undefined || nextStepAt === null || nextStepAt > due) return;
    this.#step(record);
  }

  /** The next step comes at once: somebody declined, or nobody was reached. */
  hasten(record: AlertRecord): AlertRecord {
    const { escalation } = record;
    if (escalation === null || !needsCalling(this.#policy, record.alert)) return record;
    return this.#step(this.#plan(record, escalating.resume(escalation, this.now, escalation.next, null)));
  }

  /** Leaves a page that is no step of the escalation. */
  leave(page: Page): void {
    this.#pages.push(page);
  }

  /** Applies one change, whoever made it, and answers the record after it. */
  change(
    record: AlertRecord,
    kind: AlertEventKind,
    patch: Partial<Alert>,
    cause: Cause,
    beside: Partial<AlertRecord> = {},
  ): AlertRecord {
    const version = record.alert.version + (isPaging(kind) ? 0 : 1);
    const alert = { ...record.alert, ...patch, version, policy: this.#policy.version };
    return this.#log({ ...record, ...beside, alert }, record, kind, cause);
  }

  #voidResponse(record: AlertRecord, kind: AlertEventKind, cause: Cause): AlertRecord {
    return this.change(record, kind, unanswered, cause);
  }

  #begin({ from: _, ...onset }: Onset, cause: Cause): Alert {
    const { pump, hub, code, since } = onset;
    const id = this.#parts.newId(JSON.stringify([pump, hub, code, since, cause.offset ?? null]), this.now);
    return {
      patient: null,
      ...onset,
      id,
      version: 1,
      state: 'open',
      condition: 'active',
      ...unanswered,
      assignedTo: null,
      escalationStep: null,
      nextStepAt: null,
      held: null,
      chatter: false,
      missed: false,
      learnedAt: this.now,
      clearedAt: null,
      closedAt: null,
      outcome: null,
      policy: this.#policy.version,
    };
  }

  #log(changed: AlertRecord, before: AlertRecord | undefined, kind: AlertEventKind, cause: Cause): AlertRecord {
    const record = isPaging(kind) ? changed : this.#escalated(changed, before, kind);
    this.#events.push({
      alert: record.alert.id,
      kind,
      at: this.now,
      by: cause.by ?? null,
      reason: cause.reason,
      cause: cause.offset ?? null,
      note: cause.note ?? null,
      after: record.alert,
    });
    this.made += 1;
    this.#broken.push(...auditTransition(this.#policy, before, record, kind, this.now));
    this.#alerts.keep(record);
    this.#schedule(before, record);
    this.#tellPaged(record, before, kind, cause);
    if (kind === 'closed') this.#parts.onClosed(record);
    const { nextStepAt } = record.alert;
    return !isPaging(kind) && nextStepAt !== null && nextStepAt <= this.now ? this.#step(record) : record;
  }

  /** What a change does to the escalation. */
  #escalated(record: AlertRecord, before: AlertRecord | undefined, kind: AlertEventKind): AlertRecord {
    const { alert, escalation } = record;
    const missed = isMissed(this.#policy, alert);
    const marked = { ...record, alert: { ...alert, missed } };
    if (!needsCalling(this.#policy, alert))
      return { ...marked, alert: { ...marked.alert, nextStepAt: null, held: null } };
    const wasCalled = before !== undefined && needsCalling(this.#policy, before.alert);
    const plan = () => escalating.planOf(this.#policy.escalation, alert, this.#visitOf(alert), this.now);
    if (kind === 'opened' || kind === 'raised')
      return this.#plan(marked, escalating.begin(plan(), escalation, this.now));
    if (kind === 'recurred' && before?.alert.condition === 'cleared') {
      const from = alert.chatter && alert.priority !== 'high' ? 1 : 0;
      return this.#plan(marked, escalating.begin(plan(), escalation, this.now, from));
    }
    if (kind === 'cleared' && wasCalled) return this.#plan(marked, escalating.begin(plan(), escalation, this.now, 1));
    if (wasCalled || before === undefined) return marked;
    if (kind === 'undone' && escalation !== null) {
      return this.#plan(marked, escalating.resume(escalation, this.now, escalation.next, null));
    }
    // Nobody has it any more: not from the beginning, and whoever had it is called beside those on call.
    const { rounds } = escalation ?? { rounds: [] };
    const again = { plan: plan(), startedAt: this.now, next: 1, rounds, also: null };
    return this.#plan(marked, escalating.resume(again, this.now, 1, before.alert.acknowledgedBy));
  }

  #visitOf({ pump }: Alert): Visit | null {
    return pump === null ? null : this.#parts.visitAt(pump);
  }

  #plan(record: AlertRecord, { escalation, nextStepAt }: escalating.Planned): AlertRecord {
    return { ...record, escalation, alert: { ...record.alert, nextStepAt } };
  }

  /** Begins to call for an alert for which, against the rules, nobody would be called. */
  #call(record: AlertRecord): void {
    const plan = escalating.planOf(this.#policy.escalation, record.alert, this.#visitOf(record.alert), this.now);
    this.#step(this.#plan(record, escalating.begin(plan, record.escalation, this.now)));
  }

  #step(record: AlertRecord): AlertRecord {
    const { alert, escalation } = record;
    if (escalation === null) return record;
    const lookMs = ms(this.#policy.escalation.heldLookSeconds);
    // Looks are a fixed time apart, counted from when the page was due, so that a restart does not move them.
    const sinceLook = (this.now - (alert.nextStepAt ?? this.now)) % lookMs;
    const isLook = alert.held === null || sinceLook === 0;
    const held = isLook ? this.#parts.holdOf(alert) : alert.held;
    if (held !== null) {
      this.#queue.push({ due: this.now + lookMs - sinceLook, kind: 'page', key: alert.id });
      return held === alert.held ? record : this.change(record, 'page-held', { held }, { reason: heldWords[held] });
    }
    const gathered = this.#parts.gathered(alert);
    const { page, planned } = escalating.step(this.#policy.escalation, { ...record, escalation }, this.now, gathered);
    this.#pages.push(page);
    const patch = { nextStepAt: planned.nextStepAt, escalationStep: page.step, held: null };
    return this.change(record, 'paged', patch, { reason: escalating.pageInWords(page) }, planned);
  }

  /** All who were paged hear that somebody has it, or that it is over. */
  #tellPaged(record: AlertRecord, before: AlertRecord | undefined, kind: AlertEventKind, { by }: Cause): void {
    const { alert } = record;
    if (before === undefined || !escalating.wasPaged(record)) return;
    const policy = this.#policy.escalation;
    if (kind === 'acknowledged') this.#pages.push(escalating.notice(policy, record, 'taken', by ?? null, this.now));
    if (isResolved(this.#policy, alert) && !isResolved(this.#policy, before.alert)) {
      this.#pages.push(escalating.notice(policy, record, 'resolved', by ?? null, this.now));
    }
  }

  #schedule(before: AlertRecord | undefined, after: AlertRecord): void {
    const key = after.alert.id;
    const push = (kind: 'hold' | 'response' | 'end' | 'page', due: number | null, was: number | null) => {
      if (due !== null && due !== was) this.#queue.push({ due, kind, key });
    };
    push('hold', this.holdEnds(after), before ? this.holdEnds(before) : null);
    push('response', after.alert.acknowledgementExpires, before?.alert.acknowledgementExpires ?? null);
    push('end', closesAt(this.#policy, after), before ? closesAt(this.#policy, before) : null);
    push('page', after.alert.nextStepAt, before?.alert.nextStepAt ?? null);
  }
}

const heldWords: Readonly<Record<AlertHold, string>> = {
  inhibited: 'Its page waits: a high alert of the same patient that nobody has taken says more.',
  outage: 'Its page waits: the digest of the outage names it.',
  maintenance: 'Its page waits: somebody works on the pump.',
};

const newRecord = (alert: Alert, { from = 'source' }: Onset, onsets: readonly number[]): AlertRecord => ({
  alert,
  clearingAt: null,
  snoozedMinutes: 0,
  from,
  escalation: null,
  onsets,
  undo: null,
  acts: [],
});

const at = (cause: Cause): { offset?: number } => (cause.offset === undefined ? {} : { offset: cause.offset });
