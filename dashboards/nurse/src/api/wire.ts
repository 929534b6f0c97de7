import type { Alert, AlertEvent } from '../../../../gateway/model/alert.ts';
import type { HubView, PumpView } from '../../../../gateway/model/fleet.ts';
import type { Handover, HandoverDue, HandoverItem } from '../../../../gateway/model/handover.ts';
import type { Delivery } from '../../../../gateway/model/paging.ts';
import type { PolicyVersion } from '../../../../gateway/model/policy-version.ts';
import type { PatientLimit } from '../../../../gateway/model/pump-context.ts';
import type { PumpState } from '../../../../gateway/model/reading.ts';
import type { Person as GatewayPerson } from '../../../../gateway/model/role.ts';

/** A reading as it stands on the wire. An absent field was not measured; it is never zero for that. */
export interface WireReading {
  readonly seq: number;
  readonly at: number;
  readonly state: PumpState;
  readonly infusion?: string;
  readonly drug?: string;
  readonly rate_ml_h?: number;
  readonly programmed_rate_ml_h?: number;
  readonly infused_ml?: number;
  readonly remaining_ml?: number;
  readonly reservoir_ml?: number;
  readonly pressure_mmhg?: number;
  readonly pressure_limit_mmhg?: number;
  readonly battery_pct?: number;
  readonly on_mains?: boolean;
  readonly alarms?: readonly string[];
}

export interface WirePump extends Omit<PumpView, 'latest'> {
  readonly latest: WireReading;
  readonly openAlerts: number;
}

export type TimelineEntry = Omit<AlertEvent, 'after'>;

export interface AlertDetail extends Alert {
  readonly timeline: readonly TimelineEntry[];
  readonly deliveries: readonly Delivery[];
}

export interface SystemProblem {
  readonly code: string;
  readonly says: string;
  readonly next: string;
}

export interface SystemView {
  readonly ready: boolean;
  readonly problems: readonly SystemProblem[];
  readonly version: string;
}

export type Person = Pick<GatewayPerson, 'name' | 'role'>;

/** An error of the gateway, RFC 9457. A refused action on an alert carries the alert as it stands now. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly next: string;
  readonly alert?: Alert;
}

/** Data of `event: alert` on the live stream. */
export interface AlertMessage {
  readonly position: number;
  readonly event: AlertEvent;
}

/** Data of `event: fleet`: the pumps and hubs that changed. */
export interface FleetMessage {
  readonly pumps: readonly WirePump[];
  readonly hubs: readonly HubView[];
}

/** Records of the registry, as far as the console reads them. */
export interface Versioned<T> {
  readonly record: T;
  readonly version: number;
  readonly by: string;
}

export interface Assignment {
  readonly pump: string;
  readonly patient: string;
}

export interface Patient {
  readonly id: string;
  readonly zone: string;
}

export interface PatientIdentity {
  readonly name: string;
  readonly recordNumber: string | null;
  /** Who is beside the pump; none when it is the patient. */
  readonly caregiver?: string | null;
  /** E.164 */
  readonly caregiverPhone?: string | null;
}

/** Absent knowledge is null, never zero. */
export interface Order {
  readonly id: string;
  readonly drug: string;
  readonly rateMlH: number | null;
  readonly volumeMl: number | null;
  readonly schedule: string | null;
}

/** A page of records of the registry. */
export interface Records<T> {
  readonly records: readonly Versioned<T>[];
  readonly next: string | null;
}

export type OnCallRole = 'primary' | 'backup' | 'supervisor' | 'pharmacist' | 'technician';

/** Somebody is on call for [from, to), Unix ms. */
export interface Shift {
  readonly role: OnCallRole;
  readonly person: string;
  readonly from: number;
  readonly to: number;
}

export interface ShiftGap {
  readonly role: OnCallRole;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** Who is on call, and where nobody is in the next seven days. */
export interface OnCallView {
  readonly at: number;
  readonly now: readonly Shift[];
  readonly next: readonly Shift[];
  readonly gaps: readonly ShiftGap[];
}

/** `due` is null while nobody hands over to anybody. `items`: what is open, the sickest first. */
export interface HandoverView {
  readonly due: HandoverDue | null;
  readonly items: readonly HandoverItem[];
  readonly signed: Handover | null;
}

/** A way to reach a person. It is used once it is confirmed. */
export interface ContactPoint {
  readonly id: string;
  readonly channel: string;
  readonly address: string;
  readonly confirmedAt: number | null;
}

export type PolicyAbout = Omit<PolicyVersion, 'policy'>;

/** A limit of one patient in place of the policy's, from `from` to `to`, Unix ms. */
export interface LimitRecord {
  readonly id: string;
  readonly patient: string;
  readonly order: string;
  readonly limit: PatientLimit;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** An alert that waits for somebody and whose pages have reached nobody. */
export interface UnreachedAlert {
  readonly alert: string;
  /** When the first message was queued, Unix ms. */
  readonly since: number;
  readonly tries: number;
  /** Why the last message that failed did. */
  readonly problem: string | null;
}

/** One place where a person is signed in. Instants are Unix ms. */
export interface SignInView {
  readonly id: string;
  readonly how: 'link' | 'password' | null;
  readonly address: string | null;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly endsAt: number;
  /** The one of this browser. */
  readonly current: boolean;
}
