import type { Clock } from '#kernel/clock.ts';
import { minutes } from '#kernel/time.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { Language } from '#model/contact.ts';
import type { ChannelKind, DeliveryState } from '#model/paging.ts';
import type { ProviderCall, ReplyResult, ReplyView } from '#model/reply.ts';
import type { Person } from '#model/role.ts';
import { closingScript, pinScript, textScript } from './channels/call-script.ts';
import type { MessageView, TokenView } from './notify-desk.ts';
import { isSignedByProvider } from './provider-signature.ts';
import { wordsOf } from './words.ts';

type Async<T> = T | Promise<T>;

export interface ReplyPorts {
  readonly notifier: {
    token(token: string): Async<TokenView | undefined>;
    spend(token: string): Async<boolean>;
    alertOf(code: string): Async<string | undefined>;
    message(id: string): Async<MessageView | undefined>;
    firstTime(id: string): Async<boolean>;
    receipt(of: { message: string } | { delivery: string }, state: DeliveryState, problem: string | null): Async<void>;
    replied(alert: string, person: string, channel: ChannelKind): Async<void>;
    callEnded(person: string): Async<void>;
  };
  readonly alerts: {
    get(id: string): Async<{ readonly alert: Alert } | undefined>;
    act(id: string, action: AlertAction, person: Person): Async<ActionResult>;
  };
  readonly people: {
    person(name: string): Person | undefined;
    language(name: string): Language;
    personOfNumber(number: string): string | undefined;
    confirm(person: string, point: string): void;
    pinMatches(person: string, pin: string): Promise<boolean>;
  };
  readonly clock: Pick<Clock, 'wall'>;
  /** What the provider signs with, and the address that it calls. Null when no provider is set up. */
  readonly provider: { readonly token: string; readonly publicUrl: string } | null;
}

export type Answer = 'take' | 'decline';

const STATUS_WINDOW = minutes(60);
/** From the beginning of a call to its last key. */
const KEYS_WINDOW = minutes(5);
const PIN_TRIES = 3;
const TEXT = /^\s*([12])\s+([0-9a-z]{4,8})\s*[.!]?\s*$/i;

/** Answers of people to messages. They act through the alerts under the person's name, as a tap in the console does. */
export class ReplyDesk {
  readonly #ports: ReplyPorts;
  readonly #pinTries = new Map<string, number>();

  constructor(ports: ReplyPorts) {
    this.#ports = ports;
  }

  /** Changes nothing: whoever follows a link first may be a scanner. */
  async view(token: string): Promise<ReplyView> {
    const found = await this.#ports.notifier.token(token);
    if (!found) return { kind: 'unknown' };
    if (found.kind === 'confirm') return { kind: 'confirm', usable: found.usable };
    const alert = (await this.#ports.alerts.get(found.alert))?.alert;
    if (!alert) return { kind: 'unknown' };
    const { code, usable } = found;
    const { priority, version } = alert;
    return { kind: 'answer', code, priority, state: stateOf(alert), version, usable, alert: alert.id };
  }

  /** By the one-time token of a link, which only its recipient was sent. */
  async answer(token: string, answer: Answer, version: number): Promise<ReplyResult> {
    const { notifier } = this.#ports;
    const found = await notifier.token(token);
    if (found?.kind !== 'answer' || !found.usable) return 'too-old';
    const alert = (await this.#ports.alerts.get(found.alert))?.alert;
    if (!alert || alert.version !== version) return 'changed';
    if (!(await notifier.spend(token))) return 'too-old';
    const result = await this.#act(found.alert, answer, version, found.person);
    if (result === 'done') await notifier.receipt({ delivery: found.delivery }, 'replied', null);
    return result;
  }

  /** A contact point is confirmed by whoever got the test page there. */
  async confirm(token: string): Promise<ReplyResult> {
    const { notifier, people } = this.#ports;
    const found = await notifier.token(token);
    if (found?.kind !== 'confirm' || !(await notifier.spend(token))) return 'too-old';
    people.confirm(found.person, found.point);
    return 'done';
  }

  isFromProvider({ url, form, signature }: ProviderCall): boolean {
    const { provider } = this.#ports;
    return provider !== null && isSignedByProvider(provider.token, provider.publicUrl + url, form, signature);
  }

  /** What became of a text or a call. */
  async status(kind: 'sms' | 'voice', call: ProviderCall): Promise<void> {
    const message = this.#messageOf(call, STATUS_WINDOW);
    if (message === undefined) return;
    const told = call.form[kind === 'sms' ? 'MessageStatus' : 'CallStatus'] ?? '';
    const state = (kind === 'sms' ? smsStates : callStates)[told];
    if (state) {
      const problem = state === 'failed' ? `the provider said ${told} ${call.form['ErrorCode'] ?? ''}`.trim() : null;
      await this.#ports.notifier.receipt({ message }, state, problem);
    }
    const person = (await this.#ports.notifier.message(message))?.person;
    if (kind === 'voice' && callEnds.has(told) && person !== undefined) await this.#ports.notifier.callEnded(person);
  }

  /** `1 7F3K` takes it, `2 7F3K` declines; only from a number that is one person's, and each text once. */
  async text({ form }: ProviderCall): Promise<string> {
    const { notifier, people } = this.#ports;
    const person = people.personOfNumber(form['From'] ?? '');
    const sid = form['MessageSid'] ?? '';
    if (person === undefined || sid === '' || !(await notifier.firstTime(`text ${sid}`))) return textScript('');
    const words = wordsOf[people.language(person)];
    const [, digit, code] = TEXT.exec(form['Body'] ?? '') ?? [];
    const id = code === undefined ? undefined : await notifier.alertOf(code);
    const alert = id === undefined ? undefined : (await this.#ports.alerts.get(id))?.alert;
    if (!alert) return textScript(words.help);
    const answer = digit === '1' ? 'take' : 'decline';
    const result = await this.#act(alert.id, answer, alert.version, person);
    if (result === 'done') await notifier.replied(alert.id, person, 'sms');
    return textScript(result === 'done' ? words.done : words.tooLate);
  }

  /** A key pressed in a call: 1 asks for the PIN, 2 declines. */
  async key(call: ProviderCall): Promise<string> {
    const { found, language } = await this.#calledPerson(call);
    if (!found) return closingScript(language, wordsOf[language].wrong);
    if (call.form['Digits'] === '1') {
      const url = `${this.#ports.provider?.publicUrl ?? ''}${call.url.replace('/voice/keys?', '/voice/pin?')}`;
      return pinScript(language, url);
    }
    if (call.form['Digits'] !== '2') return closingScript(language, wordsOf[language].wrong);
    return this.#byPhone(found, 'decline', language);
  }

  async pin(call: ProviderCall): Promise<string> {
    const { found, message, language } = await this.#calledPerson(call);
    if (!found) return closingScript(language, wordsOf[language].wrong);
    const tries = (this.#pinTries.get(message) ?? 0) + 1;
    this.#pinTries.set(message, tries);
    if (tries > PIN_TRIES || !(await this.#ports.people.pinMatches(found.person, call.form['Digits'] ?? ''))) {
      if (tries >= PIN_TRIES) return closingScript(language, wordsOf[language].wrong);
      return pinScript(language, `${this.#ports.provider?.publicUrl ?? ''}${call.url}`);
    }
    this.#pinTries.delete(message);
    return this.#byPhone(found, 'take', language);
  }

  async #byPhone({ alert, delivery, person }: MessageView, answer: Answer, language: Language): Promise<string> {
    const version = (await this.#ports.alerts.get(alert))?.alert.version;
    const result = version === undefined ? 'changed' : await this.#act(alert, answer, version, person);
    if (result === 'done') await this.#ports.notifier.receipt({ delivery }, 'replied', null);
    const words = wordsOf[language];
    return closingScript(language, result === 'done' && answer === 'take' ? words.done : words.tooLate);
  }

  async #calledPerson(
    call: ProviderCall,
  ): Promise<{ found: MessageView | undefined; message: string; language: Language }> {
    const message = this.#messageOf(call, KEYS_WINDOW);
    const found = message === undefined ? undefined : await this.#ports.notifier.message(message);
    return { found, message: message ?? '', language: found ? this.#ports.people.language(found.person) : 'en' };
  }

  /** The id in the address of a callback, unless it is too old to be anything but a replay. */
  #messageOf({ url }: ProviderCall, window: number): string | undefined {
    const query = new URL(url, 'http://provider.invalid').searchParams;
    const age = this.#ports.clock.wall() - Number(query.get('at'));
    return Math.abs(age) <= window ? (query.get('message') ?? undefined) : undefined;
  }

  async #act(alert: string, answer: Answer, version: number, name: string): Promise<ReplyResult> {
    const person = this.#ports.people.person(name);
    if (!person) return 'refused';
    const action =
      answer === 'take' ? ({ action: 'ack', version } as const) : ({ action: 'decline', version } as const);
    const { result } = await this.#ports.alerts.act(alert, action, person);
    if (result === 'done') return 'done';
    return result === 'forbidden' ? 'refused' : 'changed';
  }
}

const smsStates: Readonly<Record<string, DeliveryState>> = {
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
const callStates: Readonly<Record<string, DeliveryState>> = {
  'in-progress': 'delivered',
  completed: 'delivered',
  busy: 'failed',
  'no-answer': 'failed',
  failed: 'failed',
  canceled: 'failed',
};
const callEnds: ReadonlySet<string> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);

function stateOf(alert: Alert): 'waiting' | 'taken' | 'over' {
  if (alert.state === 'closed') return 'over';
  return alert.response === 'unacknowledged' ? 'waiting' : 'taken';
}
