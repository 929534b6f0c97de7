import type { FastifyInstance } from 'fastify';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { millis } from '#kernel/time.ts';
import { TokenBuckets } from '#kernel/token-buckets.ts';
import type { Need } from './guard.ts';

/** How many calls one caller may make. */
export interface CallRates {
  /** Calls at once, and each second after that, of one person or token. */
  readonly person: Rate;
  /** The same of one address, for calls that ask nobody to sign in. */
  readonly address: Rate;
}

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** No console comes near; a program that asks without a pause does. */
export const defaultCallRates: CallRates = {
  person: { burst: 1_000, perSecond: 100 },
  address: { burst: 300, perSecond: 30 },
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether calls of this route are never held up. Whatever acts on alerts is not in any case. */
    unlimited?: true;
  }
}

/**
 * Holds up callers that ask for too much, each by itself. Nothing that takes an alert or answers a page is counted or held
 * up, whatever else its caller or somebody at the same address does: a nurse must get through a flood.
 */
export function addRateLimit(app: FastifyInstance, clock: Pick<Clock, 'monotonic'>, rates: CallRates): void {
  const persons = bucketsOf(rates.person, clock);
  const addresses = bucketsOf(rates.address, clock);

  // After the guard, which says who calls.
  app.addHook('onRequest', async (request) => {
    const { needs, unlimited } = request.routeOptions.config;
    if (!isCounted(needs) || unlimited === true) return;
    const { identity } = request;
    if (identity === null) takeOr429(addresses, request.ip);
    else takeOr429(persons, JSON.stringify([identity.person.name, identity.person.role, identity.person.agency]));
  });
}

/** Files of the console have no need. */
const isCounted = (needs: Need | undefined): boolean => needs !== undefined && needs !== 'alerts:act';

const bucketsOf = ({ burst, perSecond }: Rate, clock: Pick<Clock, 'monotonic'>): TokenBuckets =>
  new TokenBuckets(clock, burst, millis(1_000 / perSecond));

function takeOr429(buckets: TokenBuckets, key: string): void {
  const wait = buckets.waitFor(key);
  if (wait > 0) throw new GatewayError('too-many-calls', '', { retryAfterMs: wait });
  buckets.take(key);
}
