import type { Clock } from '#kernel/clock.ts';
import type { ErrorCode } from '#kernel/errors.ts';
import { minutes, type WallMs, wallPlus } from '#kernel/time.ts';
import { type Alert, type AlertEvent, type AlertEventKind, alertOutcomes } from '#model/alert.ts';
import type { AlertDetail, TimelineEntry } from '../../dashboards/nurse/src/api/wire.ts';
import { openingAlerts } from './console-story.ts';

/** The body of a POST to the twin, as far as it is read. */
export interface TwinBody {
  readonly token?: string;
  readonly version?: number;
  readonly note?: string;
  readonly outcome?: string;
}

/** The alerts of a told ward, with the rules of the contract: versions, one event for each change, a log to resume from. */
export class ConsoleWard {
  readonly told: WallMs;
  readonly #clock: Clock;
  readonly #alerts = new Map<string, Alert>();
  readonly #events: AlertEvent[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.told = clock.wall();
    for (const alert of openingAlerts(this.told)) this.#restore(alert);
  }

  get alerts(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  get open(): readonly Alert[] {
    return this.alerts.filter((alert) => alert.state === 'open');
  }

  /** The alert log: the position of an event is its index plus one. */
  get events(): readonly AlertEvent[] {
    return this.#events;
  }

  find(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  detail(alert: Alert): AlertDetail {
    const own = this.#events.filter((event) => event.alert === alert.id);
    const timeline: TimelineEntry[] = own.map(({ after: _after, ...entry }) => entry);
    return { ...alert, timeline, deliveries: [] };
  }

  put(alert: Alert, kind: AlertEventKind, by: string | null, reason: string, note: string | null = null): AlertEvent {
    this.#alerts.set(alert.id, alert);
    const event: AlertEvent = {
      alert: alert.id,
      kind,
      at: this.#clock.wall(),
      by,
      reason,
      cause: null,
      note,
      after: alert,
    };
    this.#events.push(event);
    return event;
  }

  take(alert: Alert, name: string, note: string | null = null): AlertEvent {
    const at = this.#clock.wall();
    const taken: Alert = {
      ...alert,
      version: alert.version + 1,
      response: 'acknowledged',
      acknowledgedBy: name,
      acknowledgedAt: at,
      acknowledgementExpires: wallPlus(at, minutes(15)),
    };
    return this.put(taken, 'acknowledged', name, 'Taken on the console.', note);
  }

  /** What a person does over HTTP: the event it makes, or why not. */
  act(alert: Alert, action: string, body: TwinBody, name: string): AlertEvent | ErrorCode {
    if (body.version !== alert.version) return 'stale-version';
    const note = body.note ?? null;
    const next: Alert = { ...alert, version: alert.version + 1 };
    if (action === 'ack') return this.take(alert, name, note);
    if (action === 'note') return this.put(next, 'noted', name, 'Noted on the console.', note);
    const outcome = alertOutcomes.find((known) => known === body.outcome);
    if (action !== 'close' || outcome === undefined) return 'bad-request';
    if (alert.condition !== 'cleared') return 'action-not-allowed';
    const closed: Alert = { ...next, state: 'closed', closedAt: this.#clock.wall(), outcome };
    return this.put(closed, 'closed', name, 'Closed on the console.', note);
  }

  /** Puts an alert of the past in, with the events that led to it. */
  #restore(alert: Alert): void {
    const quiet = { cause: null, note: null };
    const opened: Alert = { ...alert, version: 1, response: 'unacknowledged', acknowledgedBy: null };
    const reason = alert.stateUnknown ? 'Nothing was heard for 15 min.' : 'The pump reported it.';
    this.#events.push({ ...quiet, alert: alert.id, kind: 'opened', at: alert.since, by: null, reason, after: opened });
    if (alert.acknowledgedAt !== null) {
      const acted = { kind: 'acknowledged', at: alert.acknowledgedAt, by: alert.acknowledgedBy } as const;
      this.#events.push({ ...quiet, ...acted, alert: alert.id, reason: 'Taken on the console.', after: alert });
    }
    this.#alerts.set(alert.id, alert);
  }
}
