import { type DurationMs, type MonoMs, monoBetween, monoPlus, seconds } from '#kernel/time.ts';

const FAILURES = 3;
const REST = seconds(15);
/** A provider that failed this long without one success is told of. */
const FAILING_LIMIT = seconds(120);

/**
 * Keeps a provider that fails from holding everybody up: open after three failures in a row, or one call that took the
 * whole time limit; then one probe at a time until a call succeeds.
 */
export class CircuitBreaker {
  #failures = 0;
  #openUntil: MonoMs | null = null;
  #failingSince: MonoMs | null = null;
  #failedAt: MonoMs | null = null;
  #inFlight = 0;

  /** Whether a call may begin now. */
  allows(now: MonoMs): boolean {
    if (this.#openUntil === null) return true;
    return now >= this.#openUntil && this.#inFlight === 0;
  }

  /** Whether the provider counts as down. */
  get open(): boolean {
    return this.#openUntil !== null;
  }

  /** How long until a probe may go out. */
  restsFor(now: MonoMs): DurationMs {
    return this.#openUntil === null || now >= this.#openUntil ? seconds(1) : monoBetween(now, this.#openUntil);
  }

  began(): void {
    this.#inFlight += 1;
  }

  succeeded(): void {
    this.#inFlight -= 1;
    this.#failures = 0;
    this.#openUntil = null;
    this.#failingSince = null;
  }

  /** @param hung the call took all of its time limit. */
  failed(now: MonoMs, hung: boolean): void {
    this.#inFlight -= 1;
    this.#failures += 1;
    this.#failingSince ??= now;
    this.#failedAt = now;
    if (hung || this.#failures >= FAILURES) this.#openUntil = monoPlus(now, REST);
  }

  /** Ended without saying anything about the provider: the address was refused, not the call. */
  ended(): void {
    this.#inFlight -= 1;
    this.#failures = 0;
    this.#openUntil = null;
    this.#failingSince = null;
  }

  /** Whether failures over two minutes had no success between them: one or two that nobody tried again prove nothing. */
  get failingLong(): boolean {
    if (this.#failingSince === null || this.#failedAt === null || this.#failures < FAILURES) return false;
    return monoBetween(this.#failingSince, this.#failedAt) >= FAILING_LIMIT;
  }
}
