import webPush, { WebPushError } from 'web-push';
import { accepted, type Channel, failed, type Message, type SendResult } from '../channel.ts';
import { headline } from '../words.ts';
import type { GuardedRequests } from './guarded-request.ts';
import { anyOf, failureOf } from './http-result.ts';

export interface WebPushOptions {
  /** `mailto:` or `https:` of whoever runs this gateway. */
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly requests: GuardedRequests;
}

export const newVapidKeys = (): { publicKey: string; privateKey: string } => webPush.generateVAPIDKeys();

const URGENCY = { high: 'high', medium: 'high', low: 'normal', technical: 'normal' } as const;
/** Far past its use a page would only confuse; four weeks is what the library would say. */
const MOST_TTL_S = 24 * 3_600;

/** Web Push. The service worker reports that a page was shown (`receipt`); the push service reports nothing. */
export function webPushChannel({ subject, publicKey, privateKey, requests }: WebPushOptions): Channel {
  return {
    kind: 'push',
    concurrency: 32,
    perPerson: { kind: 'none' },
    send: async (message, signal) => anyOf(message.points.map(({ address }) => send(address, message, signal))),
    close: async () => {},
  };

  async function send(address: string, message: Message, signal: AbortSignal): Promise<SendResult> {
    try {
      const subscription = readSubscription(address);
      if (!subscription) return failed('not a push subscription', true);
      const endpoint = new URL(subscription.endpoint);
      requests.check(endpoint);
      const payload = JSON.stringify({
        title: headline(message),
        url: message.replyLink,
        tag: message.id,
        receipt: message.id,
        kind: message.kind,
        priority: message.priority,
      });
      const made = webPush.generateRequestDetails(subscription, payload, {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: Math.min(MOST_TTL_S, Math.ceil(message.ttlMs / 1_000)),
        urgency: URGENCY[message.priority],
        topic: message.id,
        contentEncoding: 'aes128gcm',
      });
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(made.headers)) headers[name] = String(value);
      const { status, retryAfterMs } = await requests.post(endpoint, headers, made.body ?? '', signal);
      if (status >= 200 && status < 300) return accepted();
      const later = status === 408 || status === 429 || status >= 500;
      return failed(`the push service answered ${status}`, !later, retryAfterMs);
    } catch (error) {
      return error instanceof WebPushError ? failed(`push: ${error.statusCode}`) : failureOf(error);
    }
  }
}

function readSubscription(text: string): { endpoint: string; keys: { p256dh: string; auth: string } } | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('endpoint' in value) || !('keys' in value)) return undefined;
  const { endpoint, keys } = value;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint) || typeof keys !== 'object' || keys === null)
    return undefined;
  if (!('p256dh' in keys) || !('auth' in keys)) return undefined;
  const { p256dh, auth } = keys;
  return typeof p256dh === 'string' && typeof auth === 'string' ? { endpoint, keys: { p256dh, auth } } : undefined;
}
