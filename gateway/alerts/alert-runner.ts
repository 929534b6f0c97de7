import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { millis, seconds } from '#kernel/time.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { PumpContext, TechnicalCondition } from '#model/pump-context.ts';
import type { Person } from '#model/role.ts';
import type { AlertIdMaker } from './alert-book.ts';
import { byUrgency } from './alert-list.ts';
import { type AlertProblem, problemOf } from './alert-problem.ts';
import { AlertSaver } from './alert-saver.ts';
import * as stored from './alert-store.ts';
import { AlertEngine } from './engine.ts';
import type { AlertPolicy } from './policy.ts';
import type { JournalSource, Projection, RecordsOfEvents } from './ports.ts';
import { TimeKeeper } from './time-keeper.ts';

export interface AlertRunnerParts<Changes> {
  readonly journal: JournalSource;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: AlertIdMaker;
  readonly policy: AlertPolicy;
  readonly log: Pick<Logger, 'error'>;
  readonly projection?: Projection<Changes>;
  readonly records?: RecordsOfEvents;
  /** Called after the events are durable, in order of position. */
  readonly onEvents?: (rows: readonly stored.AlertEventRow[]) => void;
  readonly onAudit?: (report: AuditReport) => void;
  /** At most once a second. */
  readonly onFleet?: (changes: Changes) => void;
}

/** What an audit of the open alerts found. */
export interface AuditReport {
  /** Unix ms of the gateway's clock. */
  readonly at: number;
  readonly passed: boolean;
  readonly open: number;
}

const chunkEntries = 1_000;
const auditEveryMs = 10_000;
/** A tick this late means that the whole process stood still: what fell due meanwhile is overdue, as after a restart. */
const stoodStillMs = 10_000;

/**
 * Drives the alert engine: reads the journal from its cursor, stores what comes of it, then tells. Changes of alerts are
 * stored at once and told only when stored; the state behind readings that changed no alert is stored about once a
 * second, because folding the same entries again gives it again. While the store refuses, everything stays in memory and
 * is tried again.
 */
export class AlertRunner<Changes = never> {
  readonly #parts: AlertRunnerParts<Changes>;
  readonly #engine: AlertEngine;
  readonly #time: TimeKeeper;
  readonly #saver: AlertSaver;
  #offset = 0;
  #journalProblem: AlertProblem | null = null;
  /** Stays until the next start: an entry was passed over. */
  #foldProblem: AlertProblem | null = null;
  #caughtUp = false;
  #running = false;
  #startedAt = 0;
  #drain: Timer | null = null;
  #wake: Timer | null = null;
  #tick: Timer | null = null;
  #lastLook = 0;
  #lastAudit = 0;

  constructor(parts: AlertRunnerParts<Changes>) {
    this.#parts = parts;
    this.#engine = new AlertEngine(parts.policy, parts.newId);
    this.#time = new TimeKeeper(parts.clock);
    this.#saver = new AlertSaver({
      store: parts.store,
      clock: parts.clock,
      random: parts.random,
      engine: this.#engine,
      projection: parts.projection,
      records: parts.records,
      onStored: (rows) => this.#tell(rows),
      onError: (error, what) => this.#report(error, what),
    });
  }

  /** Restores the stored state and begins to read the journal. What fell due while the gateway was away follows at once. */
  start(): void {
    const { store, clock, projection } = this.#parts;
    const state = stored.readState(store);
    this.#engine.restore(state);
    projection?.restore(store);
    this.#offset = state.offset;
    this.#saver.begin(state.offset);
    this.#time.begin(state.now, state.calendar);
    this.#startedAt = this.#time.now();
    this.#running = true;
    this.#tick = clock.every(seconds(1), 'alerts-tick', () => this.#onTick());
    this.#drainSoon();
  }

  /** The journal has grown. Cheap: many calls lead to one reading. */
  notify(_offset?: number): void {
    if (this.#running) this.#drainSoon();
  }

  /**
   * Does what a person asked, durably before it answers.
   * @throws GatewayError `storage-refused` when it could not be stored; repeating it later is safe.
   */
  act(id: string, action: AlertAction, person: Person): ActionResult {
    return this.#durably((now) => {
      const closed = this.#engine.record(id) ? undefined : stored.readClosed(this.#parts.store, id);
      return this.#engine.act(id, action, person, now, closed);
    });
  }

  /**
   * What is known of a pump from outside. Durable when it returns; telling the same again changes nothing.
   * @throws GatewayError `storage-refused` when it could not be stored; it holds all the same, until the next restart.
   */
  setContext(pump: string, context: PumpContext): void {
    this.#durably((now) => this.#engine.setContext(pump, context, now));
  }

  /**
   * A condition of the gateway itself. It is kept in memory and stored as soon as the store takes it: a full disk is one
   * of these conditions.
   */
  technical(condition: TechnicalCondition): void {
    this.#engine.technical(condition, this.#now());
    this.#saver.save(false);
    this.#wakeWhenDue();
  }

  /** The notifier reached nobody by a page: the next step need not wait. */
  undelivered(alert: string, page: string): void {
    this.#durably((now) => this.#engine.undelivered(alert, page, now));
  }

  /** Stores everything and ends. */
  stop(): void {
    this.#running = false;
    for (const timer of [this.#drain, this.#wake, this.#tick]) timer?.cancel();
    this.#drain = this.#wake = this.#tick = null;
    this.#saver.stop();
  }

  /** Why alerts cannot be stored or the journal cannot be read at the moment; null when all is well. */
  problem(): AlertProblem | null {
    return this.#saver.problem() ?? this.#journalProblem ?? this.#foldProblem;
  }

  /** The journal offset up to which everything is folded in and stored: older entries are not needed any more. */
  storedOffset(): number {
    return this.#saver.storedOffset();
  }

  /** Open alerts, unacknowledged high ones first, then by age. */
  open(): Alert[] {
    return this.#engine
      .open()
      .map(({ alert }) => alert)
      .sort(byUrgency);
  }

  /** How many alerts of a pump are open. */
  openCount(pump: string): number {
    return this.#engine.openCount(pump);
  }

  #durably<R>(work: (now: number) => R): R {
    if (!this.#saver.save(false)) throw this.#saver.refusal();
    const result = work(this.#now());
    if (!this.#saver.save(false)) throw this.#saver.refusal();
    this.#wakeWhenDue();
    return result;
  }

  #now(): number {
    return this.#caughtUp ? this.#time.now() : this.#engine.now;
  }

  #drainSoon(): void {
    this.#drain ??= this.#parts.clock.after(millis(0), 'alerts-drain', () => {
      this.#drain = null;
      this.#drainChunk();
    });
  }

  /** Folds one chunk, so that a long backlog of the journal does not keep others waiting. */
  #drainChunk(): void {
    this.#noticeGap();
    const entries = this.#read();
    for (const entry of entries ?? []) {
      if (this.#caughtUp) this.#engine.correct(entry.receivedAt, this.#time.now());
      else if (entry.receivedAt >= this.#startedAt) this.#catchUp(this.#startedAt);
      this.#fold(entry);
      this.#offset = entry.offset;
    }
    if (entries?.length === chunkEntries) this.#drainSoon();
    else if (this.#caughtUp) this.#engine.advance(this.#time.now());
    else if (entries !== null) this.#catchUp(this.#time.now());
    this.#saver.settle(this.#offset);
    this.#wakeWhenDue();
  }

  /** An entry that makes the rules fail must not keep all others from being judged: it is passed over, and people are told. */
  #fold(entry: JournalEntry): void {
    try {
      this.#engine.fold(entry);
      this.#parts.projection?.apply(entry);
    } catch (error) {
      this.#report(error, `journal entry ${entry.offset} could not be judged`);
      this.#foldProblem = problemOf(error);
    }
  }

  #catchUp(now: number): void {
    this.#caughtUp = true;
    this.#started(now);
  }

  /** The time away is nobody's silence. An event that is stored without that would make it one at the next restart. */
  #started(now: number): void {
    if (this.#engine.started(now)) this.#saver.everythingNext();
  }

  #read(): readonly JournalEntry[] | null {
    try {
      const entries = this.#parts.journal.readAfter(this.#offset, chunkEntries);
      this.#journalProblem = null;
      return entries;
    } catch (error) {
      if (this.#journalProblem === null) this.#report(error, 'alerts cannot read the journal');
      this.#journalProblem = problemOf(error);
      return null;
    }
  }

  /** Time in which this process stood still, or that the calendar was set forward by, before anything is judged by it. */
  #noticeGap(): number {
    const now = this.#time.now();
    if (this.#caughtUp && this.#lastLook > 0 && now - this.#lastLook > stoodStillMs) this.#started(now);
    this.#lastLook = now;
    return now;
  }

  #onTick(): void {
    const now = this.#noticeGap();
    this.#drainSoon();
    if (this.#caughtUp && now - this.#lastAudit >= auditEveryMs) this.#audit(now);
    const { projection, onFleet } = this.#parts;
    if (!projection || !onFleet) return;
    const changes = projection.takeChanges(this.#time.now());
    if (changes !== null) onFleet(changes);
  }

  /** A rule that broke is told, and paging goes on: here stopping would be the unsafe side. */
  #audit(now: number): void {
    this.#lastAudit = now;
    const broken = this.#engine.audit(now);
    for (const rule of broken) this.#parts.log.error({ rule }, 'an alert breaks a rule that must always hold');
    const text = 'The alert engine broke one of its own rules. Alerts go on; the log names the rule.';
    this.#engine.technical({ code: 'engine-rule-broken', hub: null, pump: null, active: broken.length > 0, text }, now);
    this.#saver.save(false);
    this.#parts.onAudit?.({ at: now, passed: broken.length === 0, open: this.#engine.open().length });
  }

  #wakeWhenDue(): void {
    this.#wake?.cancel();
    this.#wake = null;
    const due = this.#engine.nextDue();
    if (due === null || !this.#running) return;
    const delay = millis(Math.max(0, due - this.#time.now()));
    if (delay >= seconds(1)) return; // the tick looks again before that
    this.#wake = this.#parts.clock.after(delay, 'alerts-due', () => this.#drainChunk());
  }

  #tell(rows: readonly stored.AlertEventRow[]): void {
    try {
      this.#parts.onEvents?.(rows);
    } catch (error) {
      this.#report(error, 'a listener of alert events failed');
    }
  }

  #report(error: unknown, what: string): void {
    this.#parts.log.error({ error: messageOf(error) }, what);
  }
}
