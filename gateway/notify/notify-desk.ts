import { randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { Delivery, DeliveryState } from '#model/paging.ts';
import { type Channel, failed, type SendResult } from './channel.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type MessageMakerOptions, messageId, REPLY_LIFE, type TokenRecord, tokenKey } from './message-maker.ts';
import type { DirectoryPort } from './ports.ts';
import { collections, type DeliveryRecord } from './records.ts';
import { readCode } from './short-code.ts';

/** What the token of a link leads to. */
export type TokenView =
  | {
      readonly kind: 'answer';
      readonly alert: string;
      readonly person: string;
      readonly code: string;
      readonly delivery: string;
      readonly usable: boolean;
    }
  | { readonly kind: 'confirm'; readonly person: string; readonly point: string; readonly usable: boolean };

/** A message by its id: whose it is and what it is about. */
export interface MessageView {
  readonly delivery: string;
  readonly alert: string;
  readonly person: string;
  readonly code: string;
}

type ConfirmRecord = {
  readonly person: string;
  readonly point: string;
  readonly until: number;
  readonly used: boolean;
};
const CONFIRM_TOKENS = 'confirm-token';
const SEEN = 'provider-seen';

export interface NotifyDeskParts {
  readonly store: StateStore;
  readonly dispatcher: Dispatcher;
  readonly directory: DirectoryPort;
  readonly channels: readonly Channel[];
  readonly messages: MessageMakerOptions;
  readonly clock: Clock;
}

/** What others ask of the notifier and tell it. */
export class NotifyDesk {
  readonly #parts: NotifyDeskParts;

  constructor(parts: NotifyDeskParts) {
    this.#parts = parts;
  }

  deliveriesOf(alert: string): Delivery[] {
    return this.#parts.store
      .list<DeliveryRecord>(collections.delivery, `${alert}/`)
      .map(({ value }) => shown(value))
      .sort((a, b) => a.queuedAt - b.queuedAt);
  }

  deliveries(): Delivery[] {
    return this.#parts.store.list<DeliveryRecord>(collections.delivery).map(({ value }) => shown(value));
  }

  alertOf(code: string): string | undefined {
    return this.#parts.store.get<string>(collections.alertOf, readCode(code));
  }

  codeOf(alert: string): string | undefined {
    return this.#parts.store.get<string>(collections.codeOf, alert);
  }

  message(id: string): MessageView | undefined {
    const [key] = this.#parts.store.get<string[]>(collections.message, id) ?? [];
    const record = key === undefined ? undefined : this.#parts.store.get<DeliveryRecord>(collections.delivery, key);
    return record && { delivery: record.key, alert: record.alert, person: record.recipient, code: record.code };
  }

  token(token: string): TokenView | undefined {
    const { store, clock } = this.#parts;
    const key = tokenKey(token);
    const now = clock.wall();
    const confirm = store.get<ConfirmRecord>(CONFIRM_TOKENS, key);
    if (confirm) {
      const { person, point, until, used } = confirm;
      return { kind: 'confirm', person, point, usable: !used && now < until };
    }
    const found = store.get<TokenRecord>(collections.token, key);
    const record = found && store.get<DeliveryRecord>(collections.delivery, found.delivery);
    if (!found || !record) return undefined;
    const { alert, recipient, code } = record;
    const usable = !found.used && now < found.until;
    return { kind: 'answer', alert, person: recipient, code, delivery: record.key, usable };
  }

  /** Uses the token up. Answers whether it could be used: of two who try at once one gets true. */
  spend(token: string): boolean {
    const key = tokenKey(token);
    const now = this.#parts.clock.wall();
    return this.#parts.store.transact((tx) => {
      for (const collection of [collections.token, CONFIRM_TOKENS]) {
        const found = tx.get<TokenRecord | ConfirmRecord>(collection, key);
        if (!found) continue;
        if (found.used || now >= found.until) return false;
        tx.put(collection, key, { ...found, used: true });
        return true;
      }
      return false;
    });
  }

  /** True the first time, false ever after: what a provider sends twice counts once. */
  firstTime(id: string): boolean {
    return this.#parts.store.transact((tx) => {
      if (tx.get(SEEN, id) !== undefined) return false;
      tx.put(SEEN, id, true);
      return true;
    });
  }

  receipt(of: { message: string } | { delivery: string }, state: DeliveryState, problem: string | null): void {
    this.#parts.dispatcher.receive({ of, state, problem });
  }

  callEnded(person: string): void {
    this.#parts.dispatcher.callEnded(person);
  }

  /** The person answered; by which message is not known, so by the last one of that channel. */
  replied(alert: string, person: string, channel: Delivery['channel']): void {
    const last = this.deliveriesOf(alert).findLast((one) => one.recipient === person && one.channel === channel);
    if (last) this.receipt({ delivery: last.key }, 'replied', null);
  }

  /** Sends a test page to one contact point, and answers what the provider said. */
  async test(person: string, pointId: string): Promise<SendResult> {
    const { directory, channels, messages, clock, store } = this.#parts;
    const recipient = directory.recipient(person);
    const point = recipient?.points.find(({ id }) => id === pointId);
    const channel = channels.find(({ kind }) => kind === point?.channel);
    if (!recipient || !point || !channel) return failed('this channel is not set up here', true);
    const token = randomBytes(16).toString('base64url');
    const until = clock.wall() + REPLY_LIFE;
    store.transact((tx) => tx.put(CONFIRM_TOKENS, tokenKey(token), { person, point: point.id, until, used: false }));
    const link = messages.publicUrl === null ? null : `${messages.publicUrl}/a/test#t=${token}`;
    const limit = new AbortController();
    const timer = clock.after(REPLY_LIFE, 'test-limit', () => limit.abort());
    const result = await channel.send(
      {
        id: messageId(`test ${token}`),
        kind: 'test',
        priority: 'low',
        codes: [],
        count: 1,
        at: clock.wall(),
        callbackUrl: null,
        language: recipient.language,
        zone: recipient.zone,
        agency: messages.agency,
        link,
        replyLink: link,
        ttlMs: REPLY_LIFE,
        points: [point],
        hub: null,
      },
      limit.signal,
    );
    timer.cancel();
    return result;
  }
}

const shown = ({
  key,
  page,
  alert,
  step,
  kind,
  recipient,
  channel,
  state,
  queuedAt,
  changedAt,
  tries,
  problem,
}: DeliveryRecord): Delivery => ({
  key,
  page,
  alert,
  step,
  kind,
  recipient,
  channel,
  state,
  queuedAt,
  changedAt,
  tries,
  problem,
});
