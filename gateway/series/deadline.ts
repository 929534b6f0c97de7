import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { DurationMs } from '#kernel/time.ts';

/**
 * Runs `work` and settles no later than `limit` or the abort of `signal`, whatever `work` does: HTTP clients can wait for
 * ever when a connection is cut in the middle of an answer. `work` gets a signal that tells it to let go.
 * @throws GatewayError `peer-unavailable` after `limit`; the signal's reason when aborted.
 */
export function withDeadline<T>(
  clock: Pick<Clock, 'after'>,
  limit: DurationMs,
  signal: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const inner = new AbortController();
    const giveUp = (reason: unknown) => {
      settle();
      reject(reason);
      inner.abort(reason);
    };
    const onAbort = () => giveUp(signal.reason);
    const timer = clock.after(limit, `deadline of ${what}`, () =>
      giveUp(new GatewayError('peer-unavailable', `${what}: no answer within ${limit} ms.`)),
    );
    const settle = () => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work(inner.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
