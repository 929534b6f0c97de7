import type { Clock } from '#kernel/clock.ts';
import { minutes } from '#kernel/time.ts';
import { accepted, type Channel, failed, type Message, type SendResult } from '../channel.ts';
import { shortText } from '../words.ts';
import { callScript } from './call-script.ts';
import type { GuardedRequests } from './guarded-request.ts';
import { failureOf, resultOf } from './http-result.ts';

export interface PhoneOptions {
  /** Where the provider's API is, without a slash at the end. It speaks as Twilio's does. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  /** The number that texts and calls come from. */
  readonly from: string;
  readonly requests: GuardedRequests;
  readonly clock: Pick<Clock, 'wall'>;
}

const SMS_GAP = minutes(1);

/** Text messages through a provider. One a minute to one person: what waits is said together. */
export const smsChannel = (options: PhoneOptions): Channel => ({
  kind: 'sms',
  concurrency: 16,
  perPerson: { kind: 'gather', everyMs: SMS_GAP },
  send: (message, signal) =>
    post(options, 'Messages.json', message, signal, { Body: shortText(message), ...callback(options, message, 'sms') }),
  close: async () => {},
});

/** Calls through a provider, one at a time to one person. The script is sent along, so no call waits for us to answer. */
export const voiceChannel = (options: PhoneOptions): Channel => ({
  kind: 'voice',
  concurrency: 16,
  perPerson: { kind: 'one-at-a-time' },
  send: (message, signal) =>
    post(options, 'Calls.json', message, signal, {
      Twiml: callScript(message, signed(options, message, 'voice/keys')),
      Timeout: '25',
      ...callback(options, message, 'voice'),
    }),
  close: async () => {},
});

/** The callback carries our id and its instant in its address, which the provider's signature covers. */
function signed({ clock }: PhoneOptions, message: Message, path: string): string | null {
  if (message.callbackUrl === null) return null;
  return `${message.callbackUrl}/${path}?message=${message.id}&at=${clock.wall()}`;
}

function callback(options: PhoneOptions, message: Message, kind: 'sms' | 'voice'): Record<string, string> {
  const url = signed(options, message, `${kind}/status`);
  return url === null ? {} : { StatusCallback: url };
}

async function post(
  options: PhoneOptions,
  path: string,
  message: Message,
  signal: AbortSignal,
  fields: Readonly<Record<string, string>>,
): Promise<SendResult> {
  const [point] = message.points;
  if (!point) return failed('no number', true);
  const { url, account, token, from, requests } = options;
  const body = new URLSearchParams({ To: point.address, From: from, ...fields }).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
    'i-twilio-idempotency-token': message.id,
  };
  try {
    const to = new URL(`${url}/2010-04-01/Accounts/${encodeURIComponent(account)}/${path}`);
    const answer = await requests.post(to, headers, body, signal);
    return resultOf(answer, () => {
      const providerId = sidIn(answer.body);
      return accepted(providerId === undefined ? {} : { providerId });
    });
  } catch (error) {
    return failureOf(error);
  }
}

function sidIn(body: string): string | undefined {
  return /"sid"\s*:\s*"([A-Za-z0-9]{1,64})"/.exec(body)?.[1];
}
