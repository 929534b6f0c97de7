/** Kinds of service of SSA 1861(iii)(2)(A) and (B). */
export const serviceKinds = ['professional', 'training', 'remote-monitoring', 'other-monitoring'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/**
 * One service of the home infusion therapy benefit, as a fact. Remote monitoring is a covered item (SSA
 * 1861(iii)(2)(B)) with no code and no price of its own: it is paid inside the single payment of an infusion drug
 * administration calendar day (SSA 1834(u)(1)(A)(ii)), so `separatelyPayable` is false and there is no claim line for it.
 */
export interface ServiceRecord {
  readonly id: string;
  readonly kind: ServiceKind;
  /** Opaque patient id; null until a patient is assigned to the pump. */
  readonly patient: string | null;
  readonly pump: string | null;
  readonly hub: string | null;
  /** The alert whose handling this was. */
  readonly alert: string;
  /** Who did it. */
  readonly performer: string;
  readonly action: 'acknowledged' | 'noted' | 'closed';
  /** Unix ms. For a remote service: from taking the alert, or the last recorded act on it, to this act. */
  readonly start: number;
  readonly end: number;
  readonly durationMs: number;
  readonly finding: string | null;
  readonly place: 'remote';
  readonly covered: true;
  readonly bundled: true;
  readonly separatelyPayable: false;
  /** The clause that says so. */
  readonly citation: string;
  /** Position of the alert event this record came from: makes writing it twice impossible. */
  readonly alertEvent: number;
}
