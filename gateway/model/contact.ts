import type { ChannelKind } from './paging.ts';

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

/** Ways to reach a person that a person can set up. The hub is reached by its own topic. */
export const contactChannels = ['push', 'sms', 'voice', 'email', 'ntfy', 'webhook'] as const satisfies ChannelKind[];
export type ContactChannel = (typeof contactChannels)[number];

/** One way to reach one person. It is used for alerts once the person has answered a test page sent to it. */
export type ContactPoint = {
  readonly id: string;
  readonly channel: ContactChannel;
  /** E.164 number, mail address, topic or hook URL, or the JSON of a browser's push subscription. */
  readonly address: string;
  /** `whsec_…` of a webhook, null otherwise. */
  readonly secret: string | null;
  readonly addedAt: number;
  readonly confirmedAt: number | null;
};

/** A person as the notifier needs them. */
export interface Recipient {
  readonly person: string;
  readonly language: Language;
  /** IANA zone in which times are written to them. */
  readonly zone: string;
  readonly points: readonly ContactPoint[];
}
