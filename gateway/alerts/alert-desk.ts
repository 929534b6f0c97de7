import type { StateReader } from '#kernel/state-store.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { Person } from '#model/role.ts';
import { type AlertFilter, matches } from './alert-list.ts';
import type { AlertRunner } from './alert-runner.ts';
import * as stored from './alert-store.ts';
import { explainAlert } from './explain.ts';
import type { JournalSource } from './ports.ts';

/** Closed alerts are looked at from the newest on, at most so many. */
const mostClosed = 1_000;

/** What people see of alerts and do to them. */
export class AlertDesk {
  readonly #runner: Pick<AlertRunner<unknown>, 'open' | 'openCount' | 'act'>;
  readonly #store: StateReader;
  readonly #journal: JournalSource;

  constructor(
    runner: Pick<AlertRunner<unknown>, 'open' | 'openCount' | 'act'>,
    store: StateReader,
    journal: JournalSource,
  ) {
    this.#runner = runner;
    this.#store = store;
    this.#journal = journal;
  }

  /** Open ones first, by urgency; then closed ones, the newest first. */
  list(filter: AlertFilter = {}): Alert[] {
    const open = filter.state === 'closed' ? [] : this.#runner.open();
    const closed = filter.state === 'open' ? [] : stored.readNewestClosed(this.#store, mostClosed);
    return [...open, ...closed].filter((alert) => matches(alert, filter));
  }

  /** A stored alert with all its changes, oldest first, and what is behind them. */
  get(id: string): Omit<Explanation, 'deliveries'> | undefined {
    return explainAlert(this.#store, this.#journal, id);
  }

  /**
   * Does it durably before it answers.
   * @throws GatewayError `storage-refused`; repeating it later is safe.
   */
  act(id: string, action: AlertAction, person: Person): ActionResult {
    return this.#runner.act(id, action, person);
  }

  openCount(pump: string): number {
    return this.#runner.openCount(pump);
  }

  /** Position of the last row of the alert log, 0 when it is empty. */
  lastPosition(): number {
    return this.#store.last(stored.alertEventStream);
  }

  /** Rows of the alert log after `position` (exclusive), oldest first: what a reconnecting console missed. */
  eventsAfter(position: number, limit: number): stored.AlertEventRow[] {
    return stored.readEventsAfter(this.#store, position, limit);
  }
}
