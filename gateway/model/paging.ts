import type { AlarmPriority } from './alarms.ts';

/** The stream of `Page` rows in the store of the alerts. */
export const outboxStream = 'outbox';

/** Ways to reach a person. The console shows everything to whoever looks at it and is no channel. */
export const channelKinds = ['push', 'sms', 'voice', 'email', 'ntfy', 'webhook', 'hub'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Who is to be reached. Names of people come in only when a schedule is asked, at the moment of sending. */
export type PageTarget =
  | 'primary'
  | 'backup'
  | 'supervisor'
  | 'pharmacist'
  | 'everyone'
  | 'technician'
  /** The nurse who is checked in at the home of this page's pump. */
  | 'visiting'
  /** All who were paged for this alert before. */
  | 'paged'
  | { readonly person: string };

/**
 * What is said: `page` asks for an answer; `taken` tells who has it; `resolved` tells that it is over; `digest` gathers
 * alerts whose own pages are held back.
 */
export type PageKind = 'page' | 'taken' | 'resolved' | 'digest';

/**
 * One row of the outbox, written in the transaction of the transition that caused it and never changed. The same inputs
 * give the same id, so a row met twice is one page. Instants are Unix ms of the gateway's clock.
 */
export interface Page {
  /** `{alert}/{step}/{round}`, or `{alert}/{kind}/{version}` of a notice; unique within the outbox. */
  readonly id: string;
  readonly kind: PageKind;
  readonly alert: string;
  /** The alert's version when the page was made. */
  readonly version: number;
  /** Step of the escalation from 0, and how often that step has run before in this occurrence. */
  readonly step: number;
  readonly round: number;
  readonly priority: AlarmPriority;
  readonly hub: string | null;
  readonly pump: string | null;
  readonly patient: string | null;
  readonly targets: readonly PageTarget[];
  /** Channels in groups: the first group at once; the next when no receipt came within `receiptMs`; and so on. */
  readonly channels: readonly (readonly ChannelKind[])[];
  readonly receiptMs: number | null;
  readonly at: number;
  /** When the next step is due: a message not delivered by then need not be. Null when nothing follows. */
  readonly nextAt: number | null;
  /** Who took it (`taken`), null otherwise. */
  readonly by: string | null;
  /** Alerts gathered in a `digest`, empty otherwise. */
  readonly gathers: readonly string[];
}

/** How far a message got. It only rises, but for `failed` and `expired`, which end it. */
export const deliveryStates = ['queued', 'sent', 'delivered', 'read', 'replied', 'failed', 'expired'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One message to one person by one channel. `key` is its idempotency key: (page, recipient, channel). */
export interface Delivery {
  readonly key: string;
  readonly page: string;
  readonly alert: string;
  readonly step: number;
  readonly kind: PageKind;
  readonly recipient: string;
  readonly channel: ChannelKind;
  readonly state: DeliveryState;
  /** When it was queued, and when its state last changed. */
  readonly queuedAt: number;
  readonly changedAt: number;
  readonly tries: number;
  /** Why it failed, in words for a technician; null otherwise. No patient data. */
  readonly problem: string | null;
}
