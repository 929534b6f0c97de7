import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { minutes, seconds } from '#kernel/time.ts';
import type { Delivery, Page } from '#model/paging.ts';
import { alarmTrace, type Traced } from './alarm-trace.ts';
import { otlpOf, type Span } from './span.ts';

export interface TraceSources {
  /** Where an OpenTelemetry collector takes traces, for example `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly version: string;
  /** What is known of an alert now. */
  explain(alert: string): Promise<Traced | undefined>;
}

const LOOK_EVERY = seconds(5);
/** From something new of an alert until it is told: its messages should have left by then. */
const SETTLE_MS = seconds(10);
/** How long a page may wait for its messages. */
const MOST_WAIT_MS = minutes(2);
/** Alerts that are looked after at once; past it the oldest is let go. */
const MOST_ALERTS = 2_000;
const TIMEOUT_MS = seconds(10);

/**
 * Tells a collector of alerts, best effort: what it does not take is lost, and nobody waits for it. Each span goes out once,
 * when it has its end.
 */
export class TraceExporter {
  readonly #sources: TraceSources;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #told = new Map<string, Set<string>>();
  readonly #due = new Map<string, number>();
  readonly #looking: Timer;
  #busy = false;
  #failing = false;

  constructor(sources: TraceSources, clock: Clock, log: Logger) {
    this.#sources = sources;
    this.#clock = clock;
    this.#log = log;
    this.#looking = clock.every(LOOK_EVERY, 'traces', () => void this.#look());
  }

  /** Something happened to this alert. */
  heard(alert: string): void {
    if (!this.#due.has(alert)) this.#due.set(alert, this.#clock.monotonic() + SETTLE_MS);
  }

  stop(): void {
    this.#looking.cancel();
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const now = this.#clock.monotonic();
      const spans: Span[] = [];
      for (const [alert, due] of [...this.#due]) {
        if (due > now) continue;
        this.#due.delete(alert);
        spans.push(...(await this.#newOf(alert)));
      }
      if (spans.length > 0) await this.#send(spans);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ reason: messageOf(error) }, 'the collector of traces was not reached');
      this.#failing = true;
    } finally {
      this.#busy = false;
    }
  }

  async #newOf(alert: string): Promise<Span[]> {
    const traced = await this.#sources.explain(alert);
    if (!traced) return [];
    const told = this.#told.get(alert) ?? new Set<string>();
    this.#told.delete(alert);
    this.#told.set(alert, told);
    const [oldest] = this.#told.keys();
    if (this.#told.size > MOST_ALERTS && oldest !== undefined) this.#told.delete(oldest);
    const waiting = traced.pages.filter((page) => this.#isWaiting(page, traced.deliveries));
    if (waiting.length > 0) this.heard(alert);
    const pages = traced.pages.filter((page) => !waiting.includes(page));
    const fresh = alarmTrace({ ...traced, pages }).filter(({ spanId }) => !told.has(spanId));
    for (const { spanId } of fresh) told.add(spanId);
    return fresh;
  }

  /** A page is told once its messages have left, or when there is no more hope that they will. */
  #isWaiting({ id, at }: Page, deliveries: readonly Delivery[]): boolean {
    const own = deliveries.filter(({ page }) => page === id);
    const isOpen = own.length === 0 || own.some(({ state }) => state === 'queued');
    return isOpen && this.#clock.wall() - at < MOST_WAIT_MS;
  }

  async #send(spans: readonly Span[]): Promise<void> {
    const response = await fetch(this.#sources.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(otlpOf(spans, this.#sources.version)),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  }
}
