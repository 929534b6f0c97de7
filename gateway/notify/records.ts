import type { Plain } from '#kernel/state-store.ts';
import type { AlarmPriority } from '#model/alarms.ts';
import type { ChannelKind, Delivery, Page } from '#model/paging.ts';

/** Collections of notify.db. */
export const collections = {
  /** Every delivery, by key. Keys begin with the alert's id. */
  delivery: 'delivery',
  /** How far a page has got with one person, while something may still be brought forward. */
  reach: 'reach',
  /** Keys of deliveries that are not yet accepted: what a start has to look at. */
  open: 'open',
  cursor: 'cursor',
  lease: 'lease',
  /** Short code of an alert, and the alert of a code. */
  codeOf: 'code-of',
  alertOf: 'alert-of',
  /** SHA-256 of a reply token -> key of the delivery whose message carries it. */
  token: 'token',
  /** Id of a message -> keys of the deliveries it speaks for. */
  message: 'message',
  secret: 'secret',
  board: 'hub-board',
} as const;

/** A delivery with what the dispatcher needs to carry it on after any stop. */
export type DeliveryRecord = Plain<Delivery> & {
  readonly priority: AlarmPriority;
  readonly hub: string | null;
  readonly by: string | null;
  /** Short opaque id for people. */
  readonly code: string;
  readonly gathers: number;
  readonly pageAt: number;
  readonly firstTryAt: number | null;
  /** When to try next; null when nothing is to be tried. */
  readonly dueAt: number | null;
  /** Set while a send is under way. Found at a start it means: maybe sent, so send it again. */
  readonly attemptAt: number | null;
  readonly expiresAt: number;
  /** The provider's id of the message, for its callbacks. */
  readonly providerId: string | null;
  /** Key of the delivery whose message also speaks for this one. */
  readonly carrier: string | null;
};

/** One person on the way through the channel groups of one page. */
export type ReachRecord = {
  readonly page: Plain<Page>;
  readonly recipient: string;
  readonly code: string;
  /** Groups that this person has a contact point for, and the one in use. */
  readonly groups: readonly (readonly ChannelKind[])[];
  readonly group: number;
  /** When the next group begins unless a receipt comes first. */
  readonly nextAt: number | null;
};

export const deliveryKey = (page: string, recipient: string, channel: ChannelKind): string =>
  `${page}/${recipient}/${channel}`;
export const reachKey = (page: string, recipient: string): string => `${page}/${recipient}`;

/** The recipient that stands for a home hub. People's names cannot begin like this. */
export const hubRecipient = (hub: string): string => `hub:${hub}`;
export const hubOfRecipient = (recipient: string): string | null =>
  recipient.startsWith('hub:') ? recipient.slice('hub:'.length) : null;
