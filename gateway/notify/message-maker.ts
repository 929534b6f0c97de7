import { createHash, createHmac, hash, randomBytes } from 'node:crypto';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { minutes } from '#kernel/time.ts';
import type { Recipient } from '#model/contact.ts';
import type { Message } from './channel.ts';
import { boardOf } from './hub-board.ts';
import type { Bundle } from './outlets.ts';
import type { DirectoryPort } from './ports.ts';
import { collections, hubOfRecipient } from './records.ts';

export interface MessageMakerOptions {
  /** Short name of the agency, as people know it. */
  readonly agency: string;
  /** Where people reach the gateway, without a slash at the end; null when no address is set. */
  readonly publicUrl: string | null;
}

export interface Composed {
  readonly bundle: Bundle;
  readonly message: Message;
}

/** Made at the first start. Later ones only read it: a disk that takes no writes must not keep the notifier from starting. */
function newSecret(store: StateStore): string {
  const made = randomBytes(32).toString('base64url');
  store.transact((tx) => tx.put(collections.secret, 'reply', made));
  return made;
}

/** How long a message's link may be used to answer. */
export const REPLY_LIFE = minutes(10);
const CODES_SHOWN = 3;

/** What a stored token leads to. */
export type TokenRecord = { readonly delivery: string; readonly until: number; readonly used: boolean };

/** Makes messages of deliveries. A message has the same id and the same link however often it is sent. */
export class MessageMaker {
  readonly #options: MessageMakerOptions;
  readonly #secret: string;

  constructor(store: StateStore, options: MessageMakerOptions) {
    this.#options = options;
    this.#secret = store.get<string>(collections.secret, 'reply') ?? newSecret(store);
  }

  /** Undefined when the person has no confirmed contact point of this channel any more. */
  compose(tx: StateTransaction, bundle: Bundle, directory: DirectoryPort, now: number): Composed | undefined {
    const [lead] = bundle.records;
    const hub = hubOfRecipient(bundle.recipient);
    const recipient = hub === null ? directory.recipient(bundle.recipient) : hubAsRecipient(hub);
    if (!recipient) return undefined;
    const points = recipient.points.filter(
      ({ channel, confirmedAt }) => channel === bundle.channel && confirmedAt !== null,
    );
    if (points.length === 0 && hub === null) return undefined;
    const { publicUrl, agency } = this.#options;
    const link = publicUrl === null ? null : `${publicUrl}/a/${lead.code}`;
    const answers = lead.kind === 'page' && hub === null;
    const id = messageId(lead.key);
    if (lead.tries === 1)
      tx.put(
        collections.message,
        id,
        bundle.records.map(({ key }) => key),
      );
    const message: Message = {
      id,
      kind: lead.kind,
      priority: lead.priority,
      codes: bundle.records.slice(0, CODES_SHOWN).map(({ code }) => code),
      count: bundle.records.length - 1 + Math.max(1, lead.gathers),
      at: lead.pageAt,
      callbackUrl: publicUrl === null ? null : `${publicUrl}/api/v1/providers`,
      language: recipient.language,
      zone: recipient.zone,
      agency,
      link,
      replyLink: link && answers ? `${link}#t=${this.#token(tx, lead.key, lead.firstTryAt ?? now)}` : link,
      ttlMs: Math.max(0, lead.expiresAt - now),
      points,
      hub: hub === null ? null : { id: hub, board: boardOf(tx, hub) },
    };
    return { bundle, message };
  }

  #token(tx: StateTransaction, key: string, firstTryAt: number): string {
    const token = createHmac('sha256', this.#secret).update(key).digest().subarray(0, 16).toString('base64url');
    const stored = tokenKey(token);
    if (tx.get<TokenRecord>(collections.token, stored) === undefined) {
      tx.put(collections.token, stored, { delivery: key, until: firstTryAt + REPLY_LIFE, used: false });
    }
    return token;
  }
}

export const tokenKey = (token: string): string => hash('sha256', token, 'hex');

/** 32 letters of base64url: what a push topic may be, and good enough for any other place. */
export const messageId = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32);

const hubAsRecipient = (hub: string): Recipient => ({
  person: `hub:${hub}`,
  language: 'en',
  zone: 'UTC',
  points: [],
});
