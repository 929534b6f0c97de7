import type { AlarmPriority } from '#model/alarms.ts';
import type { ContactPoint, Language } from '#model/contact.ts';
import type { ChannelKind } from '#model/paging.ts';
import type { HubBoard } from './hub-board.ts';

/** What a message is for. `test` asks a person to confirm a contact point or the start of a shift. */
export type MessageKind = 'page' | 'taken' | 'resolved' | 'digest' | 'test';

/** One message to one person, as a channel gets it. Holds nothing of a patient: what is not here cannot leak. */
export interface Message {
  /** Idempotency key, the same at every try: Message-ID, webhook-id, push topic. 32 letters of base64url. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly priority: AlarmPriority;
  /** Short opaque ids of the alerts it speaks for, the most urgent first. */
  readonly codes: readonly string[];
  /** Alerts it speaks for, those beyond `codes` included. */
  readonly count: number;
  /** When the page was made, Unix ms. */
  readonly at: number;
  /** Where the provider tells what became of it, and where a call's keys go; null without a public address. */
  readonly callbackUrl: string | null;
  readonly language: Language;
  readonly zone: string;
  readonly agency: string;
  /** Opens the alert (or confirms a test); `null` when no public address is configured. */
  readonly link: string | null;
  /** The same with the token that lets this recipient answer by one tap; for channels that only they can read. */
  readonly replyLink: string | null;
  /** How long it is worth delivering. */
  readonly ttlMs: number;
  readonly points: readonly ContactPoint[];
  /** For a home hub: its id and what its screen is to show. */
  readonly hub: { readonly id: string; readonly board: HubBoard } | null;
}

export type SendResult =
  | {
      readonly result: 'accepted';
      /** The receiving end itself has it, not only a provider on the way. */
      readonly delivered?: boolean;
      readonly providerId?: string;
    }
  | {
      readonly result: 'failed';
      /** Trying the same again cannot help. */
      readonly permanent: boolean;
      /** For a technician. No address, no secret, no patient data. */
      readonly problem: string;
      readonly retryAfterMs?: number;
    };

export const accepted = (more: { delivered?: boolean; providerId?: string } = {}): SendResult => ({
  result: 'accepted',
  ...more,
});
export const failed = (problem: string, permanent = false, retryAfterMs?: number): SendResult => ({
  result: 'failed',
  permanent,
  problem,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** How much one person is to be asked of at once. */
export type PersonLimit =
  | { readonly kind: 'none' }
  /** A call at a time. */
  | { readonly kind: 'one-at-a-time' }
  /** One message in `everyMs`; what waits is said by one message together. */
  | { readonly kind: 'gather'; readonly everyMs: number };

/** One way out. `send` never throws: what goes wrong is a result. */
export interface Channel {
  readonly kind: ChannelKind;
  readonly concurrency: number;
  readonly perPerson: PersonLimit;
  send(message: Message, signal: AbortSignal): Promise<SendResult>;
  close(): Promise<void>;
}
