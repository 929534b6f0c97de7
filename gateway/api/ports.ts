import type { DurationMs } from '#kernel/time.ts';
import type { AlarmPriority } from '#model/alarms.ts';
import type { ActionResult, Alert, AlertAction, AlertEvent } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { HubView, PumpView } from '#model/fleet.ts';
import type { UnseenMinutes } from '#model/gaps.ts';
import type { QuarantineEntry, ReadingEntry } from '#model/journal-entry.ts';
import type { Person, Role } from '#model/role.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';

/** What the API needs of the other rooms. The composition root supplies each; tests supply twins. */

export type MaybePromise<T> = T | Promise<T>;

/** Calls off a subscription. */
export type Unsubscribe = () => void;

export interface ReadingsPort {
  /** Readings with an offset above `after`, in journal order, at most `limit`. Fewer than `limit` only at the end. */
  readings(query: {
    readonly pump?: string;
    readonly after: number;
    readonly limit: number;
  }): MaybePromise<readonly ReadingEntry[]>;
  /** Refused input with an offset above `after`, in order, at most `limit`. Fewer than `limit` only at the end. */
  quarantine(after: number, limit: number): MaybePromise<readonly QuarantineEntry[]>;
}

export interface AlertFilter {
  readonly state?: 'open' | 'closed';
  readonly priority?: AlarmPriority;
  readonly pump?: string;
  readonly patient?: string;
}

/** One row of the alert log and its place in it. */
export interface AlertRow {
  readonly position: number;
  readonly event: AlertEvent;
}

export interface AlertsPort {
  /** In the order in which people should look at them: unacknowledged high first, then by age. */
  list(filter: AlertFilter): MaybePromise<readonly Alert[]>;
  get(id: string): MaybePromise<Omit<Explanation, 'deliveries'> | undefined>;
  /** Does it durably before it answers. The log will carry the person's name. */
  act(id: string, action: AlertAction, person: Person): MaybePromise<ActionResult>;
  /** How many alerts of this pump are open. Cheap: called for every pump of a list. */
  openCount(pump: string): number;
  /** Position of the last row of the alert log, 0 when it is empty. */
  lastPosition(): number;
  /** Rows of the alert log after `position` (exclusive), oldest first, at most `limit`. */
  eventsAfter(position: number, limit: number): MaybePromise<readonly AlertRow[]>;
  /** Calls `listener` for each row once it is committed, in order of position. */
  subscribe(listener: (row: AlertRow) => void): Unsubscribe;
}

/** Ids of what changed. */
export interface FleetChange {
  readonly pumps: readonly string[];
  readonly hubs: readonly string[];
}

export interface FleetPort {
  hubs(): MaybePromise<readonly HubView[]>;
  pumps(): MaybePromise<readonly PumpView[]>;
  hub(id: string): MaybePromise<HubView | undefined>;
  pump(id: string): MaybePromise<PumpView | undefined>;
  /** May be called as often as things change: the API gathers changes and sends them at most once a second. */
  subscribe(listener: (change: FleetChange) => void): Unsubscribe;
}

export interface TrendPort {
  trend(query: TrendQuery): MaybePromise<Trend>;
}

export interface GapsPort {
  /** Minutes of [from, to) in which pumps were not seen; of one pump or of all. Unix ms. */
  gaps(query: {
    readonly pump?: string;
    readonly from: number;
    readonly to: number;
  }): MaybePromise<readonly UnseenMinutes[]>;
}

export interface ServicesPort {
  /** Those of one patient, or all of them; oldest first. */
  services(patient?: string): MaybePromise<readonly ServiceRecord[]>;
}

/** Something that keeps the gateway from doing all its work. No patient data: anybody may read it. */
export interface SystemProblem {
  readonly code: string;
  readonly says: string;
  readonly next: string;
}

export interface SystemStatus {
  readonly ready: boolean;
  readonly problems: readonly SystemProblem[];
  /** Figures of the journal and the disk, units in their names. */
  readonly storage: Readonly<Record<string, string | number | boolean | null>>;
  /** How far the time series are behind the journal. */
  readonly series: { readonly lagPoints: number; readonly lagSeconds: number };
  /** Each serial line that the gateway listens to. */
  readonly serial: readonly SerialLineStatus[];
  readonly version: string;
}

export interface SerialLineStatus {
  readonly port: string;
  readonly state: 'closed' | 'opening' | 'open' | 'silent';
  /** Why hubs cannot be heard on it, null while they can. */
  readonly problem: string | null;
  /** The gateway's clock, Unix ms. */
  readonly lastFrameAt: number | null;
  readonly frames: number;
  readonly openings: number;
  readonly discardedBytes: number;
}

export interface SystemPort {
  /** Cheap: asked once a second while anybody watches. */
  status(): MaybePromise<SystemStatus>;
}

/** Somebody who has just signed in. `session` becomes the cookie. */
export interface SignIn {
  readonly person: Person;
  readonly session: string;
  readonly lasts: DurationMs;
}

/** A live session, as it may be shown. Instants are Unix ms. */
export interface SessionView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly how: 'link' | 'password' | null;
  readonly address: string | null;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly endsAt: number;
}

export interface AccessPort {
  personOfToken(token: string): Person | undefined;
  /** The person of a live session. Does not prolong it. */
  personOfSession(session: string): Person | undefined;
  /** The person of this session just did something. */
  noteUse(session: string): void;
  /** @throws GatewayError `link-spent`. */
  signInWithLink(token: string, address: string): SignIn;
  /** @throws GatewayError `sign-in-refused`, `too-many-tries`. */
  signInWithPassword(name: string, password: string, address: string): Promise<SignIn>;
  signOut(session: string): void;
  /** Live sessions of one person, or of everybody; the last used first. */
  sessions(name?: string): readonly SessionView[];
  /** Ends the session of that id, of this person or of anybody. Answers whether there was one. */
  endSession(id: string, name?: string): boolean;
  /** The id of the session that this cookie opens. */
  sessionIdOf(session: string): string;
}
