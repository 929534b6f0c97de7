import { Webhook } from 'standardwebhooks';
import type { Clock } from '#kernel/clock.ts';
import type { ContactPoint } from '#model/contact.ts';
import { accepted, type Channel, failed, type Message, type SendResult } from '../channel.ts';
import { headline } from '../words.ts';
import type { GuardedRequests } from './guarded-request.ts';
import { anyOf, failureOf, resultOf } from './http-result.ts';

/** Signed webhooks by the Standard Webhooks specification. A 2xx answer means that the receiver has it. */
export function webhookChannel(requests: GuardedRequests, clock: Pick<Clock, 'wall'>): Channel {
  return {
    kind: 'webhook',
    concurrency: 16,
    perPerson: { kind: 'none' },
    send: async (message, signal) => anyOf(message.points.map((point) => send(point, message, signal))),
    close: async () => {},
  };

  async function send({ address, secret }: ContactPoint, message: Message, signal: AbortSignal): Promise<SendResult> {
    if (secret === null) return failed('a webhook without a secret', true);
    try {
      const id = `msg_${message.id}`;
      const at = new Date(clock.wall());
      const body = JSON.stringify({
        type: `alert.${message.kind}`,
        timestamp: new Date(message.at).toISOString(),
        data: {
          priority: message.priority,
          ids: message.codes,
          count: message.count,
          agency: message.agency,
          text: headline(message),
          url: message.link,
        },
      });
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      };
      const answer = await requests.post(new URL(address), headers, body, signal);
      return resultOf(answer, () => accepted({ delivered: true }));
    } catch (error) {
      return failureOf(error);
    }
  }
}
