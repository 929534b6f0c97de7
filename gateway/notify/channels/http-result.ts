import { messageOf } from '#kernel/errors.ts';
import { accepted, failed, type SendResult } from '../channel.ts';
import { AddressRefused, type GuardedAnswer } from './guarded-request.ts';

/** What a status means: 2xx taken; 408, 425, 429 and 5xx later; anything else never, redirects included. */
export function resultOf({ status, retryAfterMs }: Omit<GuardedAnswer, 'body'>, taken: () => SendResult): SendResult {
  if (status >= 200 && status < 300) return taken();
  const later = status === 408 || status === 425 || status === 429 || status >= 500;
  return failed(`answered ${status}`, !later, retryAfterMs);
}

/** What a request that failed means. The words of the network name no address. */
export function failureOf(error: unknown): SendResult {
  if (error instanceof AddressRefused) return failed(error.message, true);
  const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error).slice(0, 80);
  return failed(code);
}

/** Sends to each of several addresses of one person; one that takes it is enough. */
export async function anyOf(sends: readonly Promise<SendResult>[]): Promise<SendResult> {
  const results = await Promise.all(sends);
  const taken = results.filter((one) => one.result === 'accepted');
  if (taken.length > 0) return taken.find((one) => one.delivered === true) ?? taken[0] ?? accepted();
  return results.find((one) => one.result === 'failed' && !one.permanent) ?? results[0] ?? failed('no address', true);
}
