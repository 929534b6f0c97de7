import type { AlarmPriority } from './alarms.ts';

/** What a link shows before anybody has signed in: the words of the message and how things stand, nothing more. */
export type ReplyView =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'confirm'; readonly usable: boolean }
  | {
      readonly kind: 'answer';
      readonly code: string;
      readonly priority: AlarmPriority;
      readonly state: 'waiting' | 'taken' | 'over';
      readonly version: number;
      readonly usable: boolean;
      readonly alert: string;
    };

export type ReplyResult = 'done' | 'too-old' | 'changed' | 'refused';

/** A callback of the provider, as it came. */
export interface ProviderCall {
  /** Path and query, as the provider called it. */
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly signature: string;
}
