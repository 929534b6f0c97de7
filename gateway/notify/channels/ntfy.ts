import { accepted, type Channel, type Message, type SendResult } from '../channel.ts';
import { headline } from '../words.ts';
import type { GuardedRequests } from './guarded-request.ts';
import { anyOf, failureOf, resultOf } from './http-result.ts';

const PRIORITY = { high: '5', medium: '4', low: '3', technical: '3' } as const;

/** ntfy, on a server of the agency's own: whoever guesses a public topic reads it. */
export function ntfyChannel(requests: GuardedRequests, token: string | undefined): Channel {
  return {
    kind: 'ntfy',
    concurrency: 16,
    perPerson: { kind: 'none' },
    send: async (message, signal) => anyOf(message.points.map(({ address }) => send(address, message, signal))),
    close: async () => {},
  };

  async function send(address: string, message: Message, signal: AbortSignal): Promise<SendResult> {
    try {
      const body = headline(message);
      const headers = {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'x-priority': PRIORITY[message.priority],
        'x-sequence-id': message.id,
        ...(message.replyLink !== null && { 'x-click': message.replyLink }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const answer = await requests.post(new URL(address), headers, body, signal);
      return resultOf(answer, () => accepted());
    } catch (error) {
      return failureOf(error);
    }
  }
}
