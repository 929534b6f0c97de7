import type { AlarmLoad } from '#model/alarm-load.ts';
import type { AlarmPriority } from '#model/alarms.ts';
import type { ContactPoint } from '#model/contact.ts';
import type { ContactInput, OnCallRole, Override, PersonSettings, Rotation, Shift, ShiftGap } from '#model/on-call.ts';
import type { Delivery } from '#model/paging.ts';
import type { Visit } from '#model/pump-context.ts';
import type { Person } from '#model/role.ts';
import type { MaybePromise } from './ports.ts';

/** What the API needs of the notifier and of who is on call. */

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

/** A callback of the provider: path with query, the fields of its form, and its signature. */
export interface ProviderCall {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly signature: string;
}

export interface NoticesPort {
  deliveriesOf(alert: string): MaybePromise<readonly Delivery[]>;
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

export interface HandoverItem {
  readonly alert: string;
  readonly priority: AlarmPriority;
  readonly patient: string | null;
  readonly text: string;
  readonly response: string;
  readonly missed: boolean;
  readonly since: number;
  readonly acknowledgedBy: string | null;
  readonly nextStepAt: number | null;
}
export interface HandoverDue {
  readonly shiftFrom: number;
  readonly outgoing: string;
  readonly incoming: string;
}
export interface SignedHandover extends HandoverDue {
  readonly signedAt: number;
  readonly note: string;
  readonly items: HandoverItem[];
  readonly acceptedAt: number | null;
  readonly synthesis: string | null;
}

/** Each acts for the person alone who is named by the schedule. @throws GatewayError `action-not-allowed` */
export interface HandoverPort {
  now(person: Person): Promise<{ due: HandoverDue | null; items: HandoverItem[]; signed: SignedHandover | null }>;
  sign(person: Person, note: string): Promise<SignedHandover>;
  accept(person: Person, accepted: readonly string[], synthesis: string): Promise<SignedHandover>;
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
