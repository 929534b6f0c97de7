import type { AlarmLoad } from '#model/alarm-load.ts';
import type { ContactPoint } from '#model/contact.ts';
import type { Handover, HandoverDue, HandoverItem } from '#model/handover.ts';
import type { ContactInput, OnCallRole, Override, PersonSettings, Rotation, Shift, ShiftGap } from '#model/on-call.ts';
import type { Delivery } from '#model/paging.ts';
import type { Visit } from '#model/pump-context.ts';
import type { ProviderCall, ReplyResult, ReplyView } from '#model/reply.ts';
import type { Person } from '#model/role.ts';
import type { MaybePromise } from './ports.ts';

/** What the API needs of the notifier and of who is on call. */

export interface Unreached {
  readonly since: number;
  readonly tries: number;
  readonly problem: string | null;
}

export interface NoticesPort {
  deliveriesOf(alert: string): MaybePromise<readonly Delivery[]>;
  /** Of these alerts those that were paged for and have reached nobody. */
  unreached(alerts: readonly string[]): MaybePromise<readonly (readonly [alert: string, of: Unreached])[]>;
  /** A browser tells that a push message was shown or opened. */
  receipt(message: string, state: 'delivered' | 'read'): MaybePromise<void>;
  readonly pushKey: string;
}

export interface RepliesPort {
  view(token: string): Promise<ReplyView>;
  answer(token: string, answer: 'take' | 'decline', version: number): Promise<ReplyResult>;
  confirm(token: string): Promise<ReplyResult>;
  isFromProvider(call: ProviderCall): boolean;
  status(kind: 'sms' | 'voice', call: ProviderCall): Promise<void>;
  /** Each answers what the provider is to say or write back (TwiML). */
  text(call: ProviderCall): Promise<string>;
  key(call: ProviderCall): Promise<string>;
  pin(call: ProviderCall): Promise<string>;
}

export interface OnCallPort {
  at(role: OnCallRole, instant: number, agency: string | null): readonly Shift[];
  next(role: OnCallRole, instant: number, agency: string | null): Shift | undefined;
  shifts(role: OnCallRole, from: number, to: number, agency: string | null): readonly Shift[];
  gaps(from: number, to: number, agency: string | null): readonly ShiftGap[];
  rotations(): readonly Rotation[];
  overrides(): readonly Override[];
  putRotation(rotation: Rotation): void;
  removeRotation(id: string): boolean;
  putOverride(override: Override): void;
  removeOverride(id: string): boolean;
}

export interface ContactsPort {
  points(person: string): readonly ContactPoint[];
  add(person: string, input: ContactInput): ContactPoint;
  remove(person: string, id: string): boolean;
  settings(person: string): PersonSettings;
  set(person: string, settings: PersonSettings): void;
  setPin(person: string, pin: string): Promise<void>;
  /** Sends a test page there. Answers null when a provider took it, else what went wrong. */
  test(person: string, id: string): Promise<string | null>;
}

export interface VisitsPort {
  checkIn(pump: string, nurse: string): MaybePromise<Visit>;
  checkOut(pump: string, nurse: string): MaybePromise<boolean>;
}

/** Each acts for the person alone who is named by the schedule. @throws GatewayError `action-not-allowed` */
export interface HandoverPort {
  now(person: Person): Promise<{ due: HandoverDue | null; items: HandoverItem[]; signed: Handover | null }>;
  sign(person: Person, note: string): Promise<Handover>;
  accept(person: Person, accepted: readonly string[], synthesis: string): Promise<Handover>;
}

export interface AlarmLoadPort {
  report(from: number, to: number): Promise<AlarmLoad>;
}

export interface NotifyPort {
  readonly handovers: HandoverPort;
  readonly load: AlarmLoadPort;
  readonly notices: NoticesPort;
  readonly replies: RepliesPort;
  readonly onCall: OnCallPort;
  readonly contacts: ContactsPort;
  readonly visits: VisitsPort;
  /** The name of this person in the list of staff, or undefined. */
  isStaff(name: string): boolean;
}
