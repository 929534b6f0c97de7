import type { IdMaker } from '#kernel/ids.ts';
import { type AlarmPriority, priorityRank } from '#model/alarms.ts';
import type { Alert, AlertEvent, AlertEventKind } from '#model/alert.ts';
import type { DueQueue } from './due-queue.ts';
import type { AlertRecord } from './engine-state.ts';
import { OpenAlerts } from './open-alerts.ts';
import type { AlertPolicy } from './policy.ts';

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

const ms = (seconds: number): number => seconds * 1000;

/**
 * The open occurrences and the only place where one changes: each change adds one to its version and one event to the
 * log. Knows the life of an occurrence, not what causes it. `now` is set by the engine before it acts.
 */
export class AlertBook {
  now = 0;
  /** How many events were made ever. */
  made = 0;
  readonly #policy: AlertPolicy;
  readonly #newId: IdMaker;
  readonly #queue: DueQueue;
  readonly #alerts = new OpenAlerts();
  readonly #onClosed: (alert: Alert) => void;
  #events: AlertEvent[] = [];

  constructor(policy: AlertPolicy, newId: IdMaker, queue: DueQueue, onClosed: (alert: Alert) => void) {
    this.#policy = policy;
    this.#newId = newId;
    this.#queue = queue;
    this.#onClosed = onClosed;
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

  /** Forgets closed occurrences whose events are stored. */
  forgetClosed(ids: Iterable<string>): void {
    this.#alerts.forgetClosed(ids);
  }

  open(onset: Onset, cause: Cause): void {
    const alert = this.#begin(onset);
    for (const other of this.openOf(onset.pump, onset.hub)) {
      const outranked = priorityRank[onset.priority] <= priorityRank[other.alert.priority];
      if (other.alert.response !== 'snoozed' || !outranked) continue;
      this.#voidResponse(other, 'snooze-expired', { reason: `Snooze ended early: ${onset.text}.`, ...at(cause) });
    }
    this.#log(newRecord(alert, onset), undefined, 'opened', cause);
  }

  /** Records an occurrence that had come and gone before it was learned of. Nobody is called for it. */
  openAsHistory(onset: Onset, until: number, cause: Cause): void {
    const alert = this.#begin(onset);
    const closed: Alert = { ...alert, state: 'closed', condition: 'cleared', clearedAt: until, closedAt: this.now };
    this.#log(newRecord(closed, onset), undefined, 'closed', cause);
  }

  /** The condition is there again. `afresh`: it had been away long enough that an old acknowledgement says nothing. */
  recur(record: AlertRecord, cause: Cause, afresh: boolean): void {
    const { count } = record.alert;
    const back = { condition: 'active', clearedAt: null, count: count + 1 } as const;
    this.change(record, 'recurred', afresh ? { ...back, ...unanswered } : back, cause, { clearingAt: null });
  }

  clearing(record: AlertRecord, cause: Cause): void {
    this.change(record, 'clearing', { condition: 'clearing' }, cause, { clearingAt: this.now });
  }

  /** When the hold of a clearing condition ends; null while it is not clearing or its source is silent. */
  holdEnds(record: AlertRecord): number | null {
    const { clearingAt, alert } = record;
    if (alert.state !== 'open' || alert.condition !== 'clearing' || alert.stateUnknown || clearingAt === null)
      return null;
    return clearingAt + ms(this.#policy.priorities[alert.priority].clearHoldSeconds);
  }

  /** The hold has passed. An acknowledged occurrence that need not be closed by a person is closed. */
  cleared(record: AlertRecord): void {
    const { alert } = record;
    const rules = this.#policy.priorities[alert.priority];
    const lasting =
      alert.response === 'acknowledged' && alert.acknowledgedAt !== null
        ? alert.acknowledgedAt + ms(rules.clearedAcknowledgementSeconds)
        : 0;
    const expires = alert.acknowledgementExpires;
    const acknowledgementExpires = expires === null ? null : Math.max(expires, lasting);
    const patch = { condition: 'cleared', clearedAt: this.now, acknowledgementExpires } as const;
    const reason = `Stayed away for ${rules.clearHoldSeconds} s.`;
    this.closeIfAnswered(this.change(record, 'cleared', patch, { reason }));
  }

  /** Closes what is cleared and acknowledged, unless its priority demands that a person does it. */
  closeIfAnswered(record: AlertRecord): AlertRecord {
    const { alert } = record;
    const latched = this.#policy.priorities[alert.priority].latched;
    if (latched || alert.condition !== 'cleared' || alert.response !== 'acknowledged') return record;
    const patch = { state: 'closed', closedAt: this.now, acknowledgementExpires: null } as const;
    return this.change(record, 'closed', patch, { reason: 'Cleared and acknowledged.' });
  }

  setUnknown(record: AlertRecord, unknown: boolean, cause: Cause): void {
    if (record.alert.stateUnknown === unknown) return;
    this.change(record, unknown ? 'state-unknown' : 'state-known', { stateUnknown: unknown }, cause);
  }

  raise(record: AlertRecord, priority: AlarmPriority, cause: Cause): void {
    if (priorityRank[priority] >= priorityRank[record.alert.priority]) return;
    this.change(record, 'raised', { priority, ...unanswered }, cause);
  }

  /** The acknowledgement or snooze ran out, if it did. */
  expireResponse(record: AlertRecord): void {
    const { response, acknowledgementExpires, acknowledgedBy, state } = record.alert;
    if (state !== 'open' || acknowledgementExpires === null || acknowledgementExpires > this.now) return;
    if (response === 'snoozed') this.#voidResponse(record, 'snooze-expired', { reason: 'The snooze ended.' });
    else {
      const reason = `The acknowledgement by ${acknowledgedBy ?? 'nobody'} ran out and the alert is still open.`;
      this.#voidResponse(record, 'acknowledgement-expired', { reason });
    }
  }

  /** Applies one change, whoever made it, and answers the record after it. */
  change(
    record: AlertRecord,
    kind: AlertEventKind,
    patch: Partial<Alert>,
    cause: Cause,
    beside: Partial<AlertRecord> = {},
  ): AlertRecord {
    const version = record.alert.version + 1;
    const alert = { ...record.alert, ...patch, version, policy: this.#policy.version };
    return this.#log({ ...record, ...beside, alert }, record, kind, cause);
  }

  #voidResponse(record: AlertRecord, kind: AlertEventKind, cause: Cause): void {
    this.change(record, kind, unanswered, cause);
  }

  #begin({ from: _, ...onset }: Onset): Alert {
    return {
      patient: null,
      ...onset,
      id: this.#newId(),
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

  #log(record: AlertRecord, before: AlertRecord | undefined, kind: AlertEventKind, cause: Cause): AlertRecord {
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
    this.#alerts.keep(record);
    this.#schedule(before, record);
    if (kind === 'closed') this.#onClosed(record.alert);
    return record;
  }

  #schedule(before: AlertRecord | undefined, after: AlertRecord): void {
    const key = after.alert.id;
    const hold = this.holdEnds(after);
    if (hold !== null && (!before || this.holdEnds(before) !== hold))
      this.#queue.push({ due: hold, kind: 'hold', key });
    const due = after.alert.acknowledgementExpires;
    if (due !== null && before?.alert.acknowledgementExpires !== due) this.#queue.push({ due, kind: 'response', key });
  }
}

const newRecord = (alert: Alert, { from = 'source' }: Onset): AlertRecord => ({
  alert,
  clearingAt: null,
  snoozedMinutes: 0,
  from,
  acts: [],
});

/** Nobody answers for it. */
const unanswered = {
  response: 'unacknowledged',
  acknowledgedBy: null,
  acknowledgedAt: null,
  acknowledgementExpires: null,
} as const satisfies Partial<Alert>;

const at = (cause: Cause): { offset?: number } => (cause.offset === undefined ? {} : { offset: cause.offset });
