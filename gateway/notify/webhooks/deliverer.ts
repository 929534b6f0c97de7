import { Webhook } from 'standardwebhooks';
import { Backoff } from '#kernel/backoff.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { days, hours, millis, seconds } from '#kernel/time.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { WebhookView } from '#model/webhook.ts';
import type { GuardedRequests } from '../channels/guarded-request.ts';
import type { WebhookSubscriptions } from './subscriptions.ts';

interface Row {
  readonly position: number;
  readonly event: AlertEvent;
}

export interface DelivererParts {
  readonly subscriptions: WebhookSubscriptions;
  /** Events of alerts after a position, oldest first. */
  readonly eventsAfter: (position: number, limit: number) => Promise<readonly Row[]>;
  /** Whether people of this agency see that alert. */
  readonly sees: (agency: string, alert: Alert) => boolean;
  readonly requests: Pick<GuardedRequests, 'post'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const PAGE = 50;
const ANSWER_LIMIT = seconds(15);
const retries = { first: seconds(5), factor: 3, max: hours(1), jitter: 0.2 };
const REST_AFTER = hours(6);
const DISABLE_AFTER = days(3);
const GONE = 410;

/**
 * Tells each receiver of the events it asked for, in order, at least once. Each has a line of its own, so one that is slow
 * or down holds up no other. The position is stored after the receiver has said 2xx; until then the same message is sent again.
 */
export class WebhookDeliverer {
  readonly #parts: DelivererParts;
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #waiting = new Map<string, Timer>();
  readonly #backoffs = new Map<string, Backoff>();
  readonly #sending = new Set<AbortController>();
  #stopped = false;

  constructor(parts: DelivererParts) {
    this.#parts = parts;
  }

  /** There may be something new for any receiver that is not waiting for its next try. */
  wake(): void {
    for (const webhook of this.#parts.subscriptions.list()) if (isOn(webhook)) this.#start(webhook.id);
  }

  /** A subscription was made, changed or ended: what it waited for is off. */
  changed(id: string): void {
    this.#waiting.get(id)?.cancel();
    this.#waiting.delete(id);
    this.#backoffs.delete(id);
    this.#start(id);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#waiting.values()) timer.cancel();
    for (const sending of this.#sending) sending.abort(new Error('the gateway stops'));
  }

  #start(id: string): void {
    if (this.#stopped || this.#waiting.has(id)) return;
    if (this.#running.has(id)) {
      this.#again.add(id);
      return;
    }
    this.#running.add(id);
    this.#run(id)
      .catch((error: unknown) => {
        this.#parts.log.warn({ webhook: id, reason: messageOf(error) }, 'events of a webhook were not read');
        this.#retryLater(id);
      })
      .finally(() => {
        this.#running.delete(id);
        if (this.#again.delete(id)) this.#start(id);
      });
  }

  async #run(id: string): Promise<void> {
    const { subscriptions, eventsAfter } = this.#parts;
    for (;;) {
      const rows = await eventsAfter(subscriptions.progress(id)?.position ?? 0, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      for (const row of rows) {
        const webhook = subscriptions.get(id);
        if (this.#stopped || !webhook || !isOn(webhook)) return;
        if (this.#wants(webhook, row.event) && !(await this.#deliver(webhook, row))) return;
      }
      const told = subscriptions.progress(id);
      if (told && told.position < last.position) subscriptions.setProgress(id, { ...told, position: last.position });
    }
  }

  #wants({ events, agency }: WebhookView, { kind, after }: AlertEvent): boolean {
    return (events.length === 0 || events.includes(kind)) && (agency === null || this.#parts.sees(agency, after));
  }

  async #deliver(webhook: WebhookView, row: Row): Promise<boolean> {
    const { subscriptions, clock } = this.#parts;
    const { id } = webhook;
    const failure = await this.#send(webhook, row);
    if (this.#stopped) return false;
    const told = subscriptions.progress(id);
    if (!told) return false;
    if (failure === undefined) {
      this.#backoffs.delete(id);
      const done = { failingSince: null, resting: false, disabled: false, problem: null, deliveredAt: clock.wall() };
      subscriptions.setProgress(id, { position: row.position, ...done });
      return true;
    }
    // Changed while it was sent: what went wrong was the old address's.
    if (subscriptions.get(id)?.version !== webhook.version) {
      this.#again.add(id);
      return false;
    }
    const failingSince = told.failingSince ?? clock.wall();
    const failedMs = clock.wall() - failingSince;
    const disabled = failure.gone || failedMs >= DISABLE_AFTER;
    const resting = failedMs >= REST_AFTER;
    subscriptions.setProgress(id, { ...told, failingSince, resting, disabled, problem: failure.problem });
    if (!disabled) this.#retryLater(id);
    return false;
  }

  #retryLater(id: string): void {
    if (this.#stopped) return;
    const { clock, random } = this.#parts;
    const backoff = this.#backoffs.get(id) ?? new Backoff(retries, random);
    this.#backoffs.set(id, backoff);
    const next = () => {
      this.#waiting.delete(id);
      this.#start(id);
    };
    this.#waiting.set(id, clock.after(millis(backoff.next()), 'webhook-retry', next));
  }

  async #send(
    { id, url }: WebhookView,
    { position, event }: Row,
  ): Promise<{ readonly problem: string; readonly gone: boolean } | undefined> {
    const { subscriptions, requests, clock } = this.#parts;
    const sending = new AbortController();
    const late = clock.after(ANSWER_LIMIT, 'webhook-answer', () => sending.abort(new Error('no answer in time')));
    this.#sending.add(sending);
    try {
      const message = `msg_${id}_${position}`;
      const at = new Date(clock.wall());
      const body = bodyOf(event);
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'webhook-id': message,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(subscriptions.secretOf(id)).sign(message, at, body),
      };
      const { status } = await requests.post(new URL(url), headers, body, sending.signal);
      if (status >= 200 && status < 300) return undefined;
      return { problem: `the receiver answered ${status}`, gone: status === GONE };
    } catch (error) {
      return { problem: messageOf(error), gone: false };
    } finally {
      late.cancel();
      this.#sending.delete(sending);
    }
  }
}

const isOn = ({ state }: WebhookView): boolean => state !== 'ended' && state !== 'disabled';

/** What a third party learns: neither patient nor pump, no reading, no word that a person wrote. */
function bodyOf({ alert, kind, at, after }: AlertEvent): string {
  const { priority, state, version, since, learnedAt, clearedAt, closedAt } = after;
  return JSON.stringify({
    type: `alert.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { alert, priority, state, version, since, learnedAt, clearedAt, closedAt },
  });
}
