import type { Clock, Timer } from '#kernel/clock.ts';
import { type DurationMs, type MonoMs, minutes, monoBetween, monoPlus, seconds } from '#kernel/time.ts';
import type { Ping } from './signed-ping.ts';

export interface WatchdogLimits {
  /** Silence, or pings without a passed audit, for longer than this pages. */
  readonly silence: DurationMs;
  readonly pageAgain: DurationMs;
  /** How often a synthetic alarm is sent; null sends none. */
  readonly canaryEvery: DurationMs | null;
  /** How long a synthetic alarm may take to come back. */
  readonly canaryLimit: DurationMs;
  /** Synthetic alarms in a row that did not come back, at which it pages. */
  readonly canaryMisses: number;
}

export const defaultWatchdogLimits: WatchdogLimits = {
  silence: seconds(90),
  pageAgain: minutes(5),
  canaryEvery: minutes(5),
  canaryLimit: minutes(2),
  canaryMisses: 2,
};

export type WatchdogProblem = 'gateway-silent' | 'audit-failed' | 'canary-lost';

export interface WatchdogParts {
  readonly clock: Clock;
  readonly limits: WatchdogLimits;
  /** Tells people by the watchdog's own means. It may fail: it is called again. */
  readonly page: (problem: WatchdogProblem | 'well') => Promise<void>;
  /** Lets a synthetic alarm into the gateway, as a hub would. */
  readonly sendCanary: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches a gateway from a process of its own. It believes nothing but what comes in: a gateway that hangs, is stopped or
 * cannot be reached sends no pings; one whose alerts are stuck sends pings without a passed audit; one that drops alarms on
 * the way from MQTT to a message does not bring the synthetic alarm back.
 */
export class Watchdog {
  readonly #parts: WatchdogParts;
  #passedAt: MonoMs;
  #heardAt: MonoMs;
  #canarySentAt: MonoMs | null = null;
  #canaryDueAt: MonoMs;
  #misses = 0;
  #paged: { readonly problem: WatchdogProblem; readonly at: MonoMs } | null = null;
  #ticking: Timer | undefined;

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
    const now = parts.clock.monotonic();
    this.#passedAt = now;
    this.#heardAt = now;
    this.#canaryDueAt = now;
  }

  start(): void {
    this.#ticking = this.#parts.clock.every(seconds(1), 'watchdog', () => this.#look());
  }

  stop(): void {
    this.#ticking?.cancel();
  }

  ping({ auditPassed }: Ping): void {
    const now = this.#parts.clock.monotonic();
    this.#heardAt = now;
    if (auditPassed) this.#passedAt = now;
  }

  /** The synthetic alarm came out at the other end. */
  canaryArrived(): void {
    this.#canarySentAt = null;
    this.#misses = 0;
  }

  get problem(): WatchdogProblem | null {
    return this.#paged?.problem ?? null;
  }

  #look(): void {
    const now = this.#parts.clock.monotonic();
    this.#lookAtCanary(now);
    const problem = this.#problem(now);
    const before = this.#paged;
    if (problem === null) {
      if (before) this.#page('well');
      this.#paged = null;
      return;
    }
    const again = before !== null && monoBetween(before.at, now) >= this.#parts.limits.pageAgain;
    if (before?.problem === problem && !again) return;
    this.#paged = { problem, at: now };
    this.#page(problem);
  }

  #problem(now: MonoMs): WatchdogProblem | null {
    const { silence, canaryMisses } = this.#parts.limits;
    if (monoBetween(this.#heardAt, now) >= silence) return 'gateway-silent';
    if (monoBetween(this.#passedAt, now) >= silence) return 'audit-failed';
    return this.#misses >= canaryMisses ? 'canary-lost' : null;
  }

  #lookAtCanary(now: MonoMs): void {
    const { canaryEvery, canaryLimit } = this.#parts.limits;
    if (canaryEvery === null) return;
    if (this.#canarySentAt !== null && monoBetween(this.#canarySentAt, now) >= canaryLimit) {
      this.#canarySentAt = null;
      this.#misses += 1;
    }
    if (now < this.#canaryDueAt) return;
    this.#canaryDueAt = monoPlus(now, canaryEvery);
    this.#canarySentAt = now;
    this.#parts.sendCanary().catch(this.#parts.onError);
  }

  #page(problem: WatchdogProblem | 'well'): void {
    this.#parts.page(problem).catch((error: unknown) => {
      this.#parts.onError(error);
      // Nobody heard it, so it counts as not said.
      if (problem !== 'well') this.#paged = null;
    });
  }
}
