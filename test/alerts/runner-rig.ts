import { recordsOfEvents } from '#benefit/service-records.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import type { StateReader, StateStore, StateTransaction } from '#kernel/state-store.ts';
import { type DurationMs, millis } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { Fleet, type FleetChanges } from '#registry/fleet.ts';
import type { AlertIdMaker } from '../../gateway/alerts/alert-book.ts';
import { AlertDesk } from '../../gateway/alerts/alert-desk.ts';
import { AlertRunner, type AuditReport } from '../../gateway/alerts/alert-runner.ts';
import { type AlertEventRow, alertEventStream } from '../../gateway/alerts/alert-store.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import type { JournalSource } from '../../gateway/alerts/ports.ts';
import { countingIds, t0 } from './fold.ts';

/** A clock of a process that may die: its timers then never run. */
class MortalClock implements Clock {
  dead = false;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  wall() {
    return this.#clock.wall();
  }

  monotonic() {
    return this.#clock.monotonic();
  }

  after(delay: DurationMs, name: string, run: () => void): Timer {
    return this.#clock.after(delay, name, () => this.dead || run());
  }

  every(period: DurationMs, name: string, run: () => void): Timer {
    return this.#clock.every(period, name, () => this.dead || run());
  }

  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(delay, signal);
  }
}

/** A store that can refuse, or be the last thing a process did. */
export class TroubledStore implements StateStore {
  readonly inner = new MemoryStateStore();
  refusing = false;
  /** Called before and after each transaction; what it throws is thrown. */
  onTransact: (when: 'before' | 'after') => void = () => {};

  get: StateReader['get'] = (collection, key) => this.inner.get(collection, key);
  list: StateReader['list'] = (collection, prefix) => this.inner.list(collection, prefix);
  read: StateReader['read'] = (stream, after, limit) => this.inner.read(stream, after, limit);
  last(stream: string): number {
    return this.inner.last(stream);
  }

  transact<R>(work: (tx: StateTransaction) => R): R {
    this.onTransact('before');
    if (this.refusing) throw new GatewayError('storage-refused', 'the disk is full');
    const answer = this.inner.transact(work);
    this.onTransact('after');
    return answer;
  }

  close(): void {}
}

/** A gateway's watching part over a store and a journal in memory, on virtual time. */
export class RunnerRig {
  readonly clock = new VirtualClock(t0);
  readonly store = new TroubledStore();
  readonly entries: JournalEntry[] = [];
  readonly told: AlertEventRow[] = [];
  readonly audits: AuditReport[] = [];
  readonly fleetChanges: FleetChanges[] = [];
  readonly newId: AlertIdMaker;
  runner: AlertRunner<FleetChanges>;
  fleet = new Fleet({ silentAfterMs: 90_000 });
  #life: MortalClock;
  readonly #journal: JournalSource = {
    readAfter: (offset, limit) => this.entries.filter((entry) => entry.offset > offset).slice(0, limit),
  };

  constructor(newId: AlertIdMaker = countingIds()) {
    this.newId = newId;
    this.#life = new MortalClock(this.clock);
    this.runner = this.#newRunner();
  }

  get desk(): AlertDesk {
    return new AlertDesk(this.runner, this.store, this.#journal);
  }

  get log(): AlertEventRow[] {
    return this.desk.eventsAfter(0, this.store.last(alertEventStream));
  }

  /** Ends the process without warning. */
  kill(): void {
    this.#life.dead = true;
  }

  get isDead(): boolean {
    return this.#life.dead;
  }

  /** Starts a new process on what the store and the journal hold. */
  restart(): void {
    this.kill();
    this.#life = new MortalClock(this.clock);
    this.fleet = new Fleet({ silentAfterMs: 90_000 });
    this.runner = this.#newRunner();
    this.runner.start();
  }

  commit(...entries: readonly JournalEntry[]): void {
    this.entries.push(...entries);
    if (!this.isDead) this.runner.notify(entries.at(-1)?.offset ?? 0);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(millis(ms));
  }

  #newRunner(): AlertRunner<FleetChanges> {
    return new AlertRunner<FleetChanges>({
      journal: this.#journal,
      store: this.store,
      clock: this.#life,
      random: seededRandom(1),
      newId: this.newId,
      policy: defaultAlertPolicy,
      log: silentLogger,
      projection: this.fleet,
      records: recordsOfEvents,
      onAudit: (report) => this.audits.push(report),
      onEvents: (rows) => this.told.push(...rows),
      onFleet: (changes) => this.fleetChanges.push(changes),
    });
  }
}
