import type { Clock } from './clock.ts';
import { type DurationMs, type MonoMs, millis, monoBetween } from './time.ts';

interface Bucket {
  left: number;
  at: MonoMs;
}

/** Keys kept at once. A full bucket is forgotten, so only what goes on takes room. */
const MAX_KEYS = 10_000;

/** A bucket of tries for each key; one more try comes back after each `refill`. */
export class TokenBuckets {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #burst: number;
  readonly #refill: DurationMs;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, 'monotonic'>, burst: number, refill: DurationMs) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refill = refill;
  }

  /** How long `key` must wait before it may try; 0 when it may try now. */
  waitFor(key: string): DurationMs {
    const left = this.#leftNow(key);
    return millis(left >= 1 ? 0 : Math.ceil((1 - left) * this.#refill));
  }

  /** Counts a try. Called before the answer is known, so that tries in parallel count too. */
  take(key: string): void {
    const left = this.#leftNow(key) - 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { left, at: this.#clock.monotonic() });
    if (this.#buckets.size > MAX_KEYS) this.#forget();
  }

  /** The try succeeded: the key starts afresh. */
  clear(key: string): void {
    this.#buckets.delete(key);
  }

  /** The try succeeded: it costs nothing. */
  giveBack(key: string): void {
    const left = Math.min(this.#burst, this.#leftNow(key) + 1);
    this.#buckets.set(key, { left, at: this.#clock.monotonic() });
  }

  #leftNow(key: string): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return this.#burst;
    const gained = monoBetween(bucket.at, this.#clock.monotonic()) / this.#refill;
    return Math.min(this.#burst, bucket.left + gained);
  }

  /** Drops buckets that are full again, and the oldest if that was not enough. */
  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#leftNow(key) >= this.#burst) this.#buckets.delete(key);
    }
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_KEYS) return;
      this.#buckets.delete(key);
    }
  }
}
