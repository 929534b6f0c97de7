import type { AlarmPriority } from '#model/alarms.ts';
import type { DerivedAlertCode } from '#model/alert.ts';
import type { PatientLimit, PumpContext } from '#model/pump-context.ts';
import type { PumpReading } from '#model/reading.ts';
import type { PumpRecord } from '../engine-state.ts';
import type { AlertPolicy } from '../policy.ts';

/** A hazard that a rule sees in the readings. JSON. */
export type Finding = {
  readonly priority: AlarmPriority;
  /** One line for a nurse. */
  readonly text: string;
  /** The figures that led to it, in words. */
  readonly reason: string;
  /** When it began, Unix ms of the gateway's clock. */
  readonly since: number;
};

export type Findings = { readonly [code: string]: Finding };

/** One reading as a rule sees it. Readings come in the order in which they were measured; late ones do not come. */
export interface Sample {
  readonly reading: PumpReading;
  /** When it was measured, by the gateway's clock. Unix ms. */
  readonly at: number;
  readonly context: PumpContext;
  /** A drug runs whose interruption harms within minutes. */
  readonly critical: boolean;
  readonly policy: AlertPolicy['derived'];
  readonly limits: Readonly<Record<PatientLimit, number>>;
}

/** What a rule says of one condition: that it is there, or with null that it is not. Saying the same again costs little. */
export type Tell = (code: DerivedAlertCode, finding: Finding | null) => void;

/**
 * A rule over the readings of one pump. What it remembers is a field of the pump's record, JSON, changed in place, so
 * that a restart goes on from there. It knows nothing of alerts: the engine opens, raises and clears them by what the
 * rule tells. It runs for every reading of every pump and has to be cheap.
 */
export type PumpRule = (doc: PumpRecord, sample: Sample, tell: Tell) => void;

/** How long a hazard of a priority must last before it counts. */
export const holdMs = (policy: AlertPolicy['derived'], priority: AlarmPriority): number =>
  policy.holdSeconds[priority === 'technical' ? 'low' : priority] * 1000;
