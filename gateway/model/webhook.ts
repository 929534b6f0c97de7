import type { AlertEventKind } from './alert.ts';

/** `retrying`: the last try failed. `resting`: it has failed for so long that it is tried once an hour. */
export const webhookStates = ['active', 'retrying', 'resting', 'disabled', 'ended'] as const;
export type WebhookState = (typeof webhookStates)[number];

/** What whoever makes or changes a subscription says. */
export interface WebhookInput {
  readonly url: string;
  /** Which events of alerts are asked for; none named asks for all. */
  readonly events: readonly AlertEventKind[];
  /** Whose alerts; null for all agencies. */
  readonly agency: string | null;
}

/** A subscription of a third party to events of alerts, without its secret. All instants are Unix ms. */
export interface WebhookView extends WebhookInput {
  readonly id: string;
  readonly version: number;
  readonly state: WebhookState;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly failingSince: number | null;
  /** Why the last try failed. */
  readonly problem: string | null;
  readonly deliveredAt: number | null;
}
