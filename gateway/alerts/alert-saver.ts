import { Backoff } from '#kernel/backoff.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';
import type { AlertEvent } from '#model/alert.ts';
import type { Page } from '#model/paging.ts';
import { type AlertProblem, problemOf } from './alert-problem.ts';
import * as stored from './alert-store.ts';
import type { AlertEngine } from './engine.ts';
import type { EngineInput } from './engine-input.ts';
import type { DocToPut, Projection, RecordsOfEvents } from './ports.ts';

const checkpointEvery: DurationMs = seconds(1);
/** A checkpoint may take this share of the time: after a slow one the next waits longer. */
const checkpointShare = 0.05;
const longestCheckpointWaitMs = 10_000;
/** The time is stored so often though nothing was heard, so that a start can tell the silence of hubs from its own absence. */
const aliveEveryMs = 5_000;
const retryPlan = { first: millis(100), factor: 2, max: seconds(5), jitter: 0.2 };

export interface AlertSaverParts {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: AlertEngine;
  readonly projection: Pick<Projection<unknown>, 'dirtyDocs' | 'markStored'> | undefined;
  readonly records: RecordsOfEvents | undefined;
  /** Called after the events are durable. */
  readonly onStored: (rows: readonly stored.AlertEventRow[]) => void;
  readonly onError: (error: unknown, what: string) => void;
}

/**
 * Makes the engine's work durable. Events go with the sources they came from, in one transaction; the cursor goes with
 * everything that changed, about once a second. What the store refuses is kept and tried again.
 */
export class AlertSaver {
  readonly #parts: AlertSaverParts;
  readonly #retry: Backoff;
  /** Taken from the engine and not stored yet. */
  #unsaved: AlertEvent[] = [];
  #unsavedInputs: EngineInput[] = [];
  #unsavedPages: Page[] = [];
  #storedOffset = 0;
  #allNext = false;
  #storedNow = 0;
  /** On the monotonic clock. */
  #nextCheckpoint = 0;
  #problem: AlertProblem | null = null;
  #again: Timer | null = null;
  #offset = 0;

  constructor(parts: AlertSaverParts) {
    this.#parts = parts;
    this.#retry = new Backoff(retryPlan, parts.random);
  }

  /** The stored state goes up to `offset`. */
  begin(offset: number): void {
    this.#offset = this.#storedOffset = offset;
  }

  problem(): AlertProblem | null {
    return this.#problem;
  }

  storedOffset(): number {
    return this.#storedOffset;
  }

  /** Everything up to `offset` has been folded: stores what must be stored now, unless a retry is already waiting. */
  settle(offset: number): void {
    this.#offset = offset;
    if (this.#storedNow === 0) this.#storedNow = this.#parts.engine.now;
    if (this.#again !== null) return;
    const isCheckpointDue = this.#parts.clock.monotonic() >= this.#nextCheckpoint;
    this.save(isCheckpointDue);
  }

  /** Something changed for all at once: whatever is stored next is stored with all of it. */
  everythingNext(): void {
    this.#allNext = true;
  }

  /** Stores the new events with their sources, or with `everything`, all that changed and the cursor. True when stored. */
  save(everything: boolean): boolean {
    this.#unsaved.push(...this.#parts.engine.takeEvents());
    this.#unsavedInputs.push(...this.#parts.engine.takeInputs());
    this.#unsavedPages.push(...this.#parts.engine.takePages());
    const isOld = this.#parts.engine.now - this.#storedNow >= aliveEveryMs;
    const full = this.#allNext || (everything && (this.#offset > this.#storedOffset || isOld));
    if (this.#unsaved.length === 0 && this.#unsavedInputs.length === 0 && !full) return true;
    const hubs = full ? undefined : new Set(this.#unsaved.flatMap((event) => event.after.hub ?? []));
    const began = this.#parts.clock.monotonic();
    let rows: stored.AlertEventRow[];
    try {
      rows = this.#parts.store.transact((tx) => this.#write(tx, hubs));
    } catch (error) {
      this.#refused(error);
      return false;
    }
    this.#done(rows, hubs, this.#parts.clock.monotonic() - began);
    return true;
  }

  /** A last try to store everything; no more are made after it. */
  stop(): void {
    this.save(true);
    this.#again?.cancel();
    this.#again = null;
  }

  refusal(): GatewayError {
    return new GatewayError('storage-refused', this.#problem?.detail ?? '');
  }

  #write(tx: StateTransaction, hubIds: ReadonlySet<string> | undefined): stored.AlertEventRow[] {
    const { engine, projection } = this.#parts;
    const pages = stored.writePages(tx, this.#unsavedPages);
    const rows = stored.writeEvents(tx, this.#unsaved, (id) => engine.record(id), pages);
    stored.writeInputs(tx, this.#unsavedInputs);
    stored.writeSources(tx, engine.changed(hubIds));
    for (const doc of this.#recordsOf(rows, tx)) tx.put(doc.collection, doc.key, doc.value);
    if (hubIds) return rows;
    for (const doc of projection?.dirtyDocs() ?? []) tx.put(doc.collection, doc.key, doc.value);
    const { now, at } = engine;
    stored.writeCursor(tx, { offset: this.#offset, now, at, calendar: this.#parts.clock.wall() });
    return rows;
  }

  /** Making records must never keep an alert from being stored. */
  #recordsOf(rows: readonly stored.AlertEventRow[], tx: StateTransaction): readonly DocToPut[] {
    try {
      return rows.length === 0 ? [] : (this.#parts.records?.(rows, tx) ?? []);
    } catch (error) {
      this.#parts.onError(error, 'the records that follow from alert events could not be made');
      return [];
    }
  }

  #done(rows: readonly stored.AlertEventRow[], hubs: ReadonlySet<string> | undefined, tookMs: number): void {
    this.#unsaved = [];
    this.#unsavedInputs = [];
    this.#unsavedPages = [];
    this.#problem = null;
    this.#retry.reset();
    this.#again?.cancel();
    this.#again = null;
    this.#parts.engine.markStored(hubs);
    this.#parts.engine.forgetClosed(rows.map((row) => row.value.alert));
    if (!hubs) {
      this.#allNext = false;
      this.#parts.projection?.markStored();
      this.#storedOffset = this.#offset;
      this.#storedNow = this.#parts.engine.now;
      const wait = Math.min(longestCheckpointWaitMs, Math.max(checkpointEvery, tookMs / checkpointShare));
      this.#nextCheckpoint = this.#parts.clock.monotonic() + wait;
    }
    if (rows.length > 0) this.#parts.onStored(rows);
  }

  #refused(error: unknown): void {
    if (this.#problem === null) this.#parts.onError(error, 'alerts cannot be stored');
    this.#problem = problemOf(error);
    this.#again ??= this.#parts.clock.after(this.#retry.next(), 'alerts-retry', () => {
      this.#again = null;
      this.save(true);
    });
  }
}
