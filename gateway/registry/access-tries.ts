import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { TokenBuckets } from '#kernel/token-buckets.ts';
import type { AccessLimits } from './access-limits.ts';

/**
 * How often a password may be tried: by one address at one name, at one name from strange addresses, by one address at all
 * names. Tries come back with time and nobody is locked out for good; whoever is signed in at an address stays free of
 * what strangers elsewhere do to the name, and links are never held up.
 */
export class SignInTries {
  readonly #both: TokenBuckets;
  readonly #name: TokenBuckets;
  readonly #address: TokenBuckets;

  constructor(clock: Pick<Clock, 'monotonic'>, limits: AccessLimits) {
    this.#both = new TokenBuckets(clock, limits.failures, limits.failureRefill);
    this.#name = new TokenBuckets(clock, limits.nameFailures, limits.nameRefill);
    this.#address = new TokenBuckets(clock, limits.addressFailures, limits.addressRefill);
  }

  /**
   * Counts a try before its outcome is known. Answers what to call when it succeeds.
   * @param atHome whether this person is signed in at this address already
   * @throws GatewayError `too-many-tries` with `retryAfterMs`
   */
  begin(name: string, address: string, atHome: boolean): () => void {
    const both = JSON.stringify([address, name]);
    const counted: (readonly [TokenBuckets, string])[] = [
      [this.#both, both],
      [this.#address, address],
    ];
    if (!atHome) counted.push([this.#name, name]);
    const wait = Math.max(...counted.map(([limiter, key]) => limiter.waitFor(key)));
    if (wait > 0) throw new GatewayError('too-many-tries', '', { retryAfterMs: wait });
    for (const [limiter, key] of counted) limiter.take(key);
    return () => {
      this.#both.clear(both);
      // Only the try itself is given back: a guesser with one password of their own must not free the address.
      for (const [limiter, key] of counted.slice(1)) limiter.giveBack(key);
    };
  }
}
