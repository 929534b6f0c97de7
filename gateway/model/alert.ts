import type { AlarmPriority } from './alarms.ts';

/** Whether the hazard is there. Kept apart from whether somebody answers for it (`AlertResponse`). */
export type AlertCondition = 'active' | 'clearing' | 'cleared';
export type AlertResponse = 'unacknowledged' | 'acknowledged' | 'snoozed' | 'shelved';

/** Conditions the gateway derives by itself, beside the alarm codes that pumps declare. */
export const derivedAlertCodes = [
  'pump-quiet',
  'hub-dark',
  'occlusion-advisory',
  'delivery-high',
  'delivery-low',
  'volume-exceeded',
  'flow-while-stopped',
  'stopped-early',
  'not-started',
  'reservoir-forecast',
  'battery-forecast',
  'sequence-gap',
  'clock-skew',
  'alarm-chatter',
  'outage',
  'hubs-dark',
] as const;
export type DerivedAlertCode = (typeof derivedAlertCodes)[number];

/**
 * Why an alert's own pages wait. It stays open, listed and counted all the same, and its escalation goes on.
 * `inhibited`: a high alert of the same patient that nobody has taken says more. `outage`: many hubs are dark at once and
 * the outage's digest names it. `maintenance`: somebody works on the pump.
 */
export const alertHolds = ['inhibited', 'outage', 'maintenance'] as const;
export type AlertHold = (typeof alertHolds)[number];

/** What a nurse found when closing an alert. */
export const alertOutcomes = [
  'kinked-line',
  'clamp-open',
  'site-changed',
  'bag-changed',
  'false',
  'sent-to-ed',
  'other',
] as const;
export type AlertOutcome = (typeof alertOutcomes)[number];

/** How an alert ended: what a nurse found, or `retired` when a supervisor gave up a source that will not be heard again. */
export type AlertEnd = AlertOutcome | 'retired';

/**
 * One occurrence of one hazard, as the API shows it. All instants are Unix ms.
 * `id` is a ULID and stays the same from the first sign to the end.
 */
export interface Alert {
  readonly id: string;
  /** One more at each change but the steps of its escalation. An action must name the version it saw. */
  readonly version: number;
  /** Null for an alert about a hub or the gateway. */
  readonly pump: string | null;
  /** Null for an alert about the gateway. */
  readonly hub: string | null;
  /** Opaque id of the patient, null while no pump is assigned to one. */
  readonly patient: string | null;
  /** An alarm code of the model, a vendor's `x-…` code, a derived code, or the code of a technical condition. */
  readonly code: string;
  readonly priority: AlarmPriority;
  /** One line for a nurse. */
  readonly text: string;
  readonly state: 'open' | 'closed';
  readonly condition: AlertCondition;
  /** The source went silent: the condition is what was last known. Silence never clears it. */
  readonly stateUnknown: boolean;
  readonly response: AlertResponse;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: number | null;
  /** An acknowledgement is a promise that ends. So do a snooze and a shelving. */
  readonly acknowledgementExpires: number | null;
  /** Asked to take it over and has not accepted yet: until then whoever has it answers for it. */
  readonly assignedTo: string | null;
  /** Step of the escalation that paged last, from 0; null before the first. */
  readonly escalationStep: number | null;
  /** When the next step pages; null while somebody has it, and once it is over. */
  readonly nextStepAt: number | null;
  /** Why its own pages wait, null when they do not. */
  readonly held: AlertHold | null;
  /** The condition comes and goes: its limit needs mending. */
  readonly chatter: boolean;
  /** It went away before anybody took it, and waits to be seen. */
  readonly missed: boolean;
  /** When the hazard began, by the hub's clock with its skew taken out. */
  readonly since: number;
  /** When the gateway learned of it. Much later than `since` after a backlog. */
  readonly learnedAt: number;
  readonly clearedAt: number | null;
  readonly closedAt: number | null;
  readonly outcome: AlertEnd | null;
  /** How often the condition came back within this occurrence, 1 at first. */
  readonly count: number;
  /** Drug the pump was programmed with at the onset, if it told. */
  readonly drug: string | null;
  /** Version of the policy whose numbers were used. */
  readonly policy: string;
}

export const alertEventKinds = [
  'opened',
  'recurred',
  'raised',
  'clearing',
  'cleared',
  'state-unknown',
  'state-known',
  'acknowledged',
  'acknowledgement-expired',
  'snoozed',
  'snooze-expired',
  'shelved',
  'shelving-expired',
  'unshelved',
  'assigned',
  'declined',
  'undone',
  'noted',
  'chatter',
  'paged',
  'page-held',
  'patient-known',
  'closed',
] as const;
export type AlertEventKind = (typeof alertEventKinds)[number];

/** One row of the alert log. Append-only: from these rows alone the state of every alert follows. */
export interface AlertEvent {
  readonly alert: string;
  readonly kind: AlertEventKind;
  /** Unix ms, the gateway's clock. */
  readonly at: number;
  /** The person or token that acted; null when the gateway did. */
  readonly by: string | null;
  /** Why, in words a nurse can read. */
  readonly reason: string;
  /** Journal offset of the reading or status behind it, null when a person or a timer was. */
  readonly cause: number | null;
  readonly note: string | null;
  /** The alert after this event. */
  readonly after: Alert;
}

/** What a person may do to an alert. `version` is the one they saw. */
export type AlertAction =
  | { readonly action: 'ack'; readonly version: number; readonly note?: string }
  | { readonly action: 'snooze'; readonly version: number; readonly minutes: number; readonly reason: string }
  | { readonly action: 'assign'; readonly version: number; readonly to: string }
  /** Whom it was assigned to takes it. */
  | { readonly action: 'accept'; readonly version: number; readonly note?: string }
  /** "Cannot take it": the next step of the escalation comes at once. */
  | { readonly action: 'decline'; readonly version: number; readonly reason?: string }
  | { readonly action: 'shelve'; readonly version: number; readonly minutes: number; readonly reason: string }
  | { readonly action: 'unshelve'; readonly version: number }
  /** Takes back one's own last act within a minute of it. */
  | { readonly action: 'undo'; readonly version: number }
  /** Ends an alert whose source will not be heard again. */
  | { readonly action: 'retire'; readonly version: number; readonly reason: string }
  | { readonly action: 'note'; readonly version: number; readonly note: string }
  | { readonly action: 'close'; readonly version: number; readonly outcome: AlertOutcome; readonly note?: string };

/** `done` also when the same person repeats an action that already had its effect. */
export type ActionResult =
  | { readonly result: 'done'; readonly alert: Alert }
  | { readonly result: 'stale'; readonly alert: Alert }
  | { readonly result: 'not-allowed'; readonly alert: Alert; readonly why: string }
  /** This person's role may not do that to this alert. */
  | { readonly result: 'forbidden'; readonly alert: Alert; readonly why: string }
  | { readonly result: 'not-found' };
