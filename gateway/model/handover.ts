import type { AlarmPriority } from './alarms.ts';

/** One thing that goes over to the next nurse. `patient` is the opaque id; the words are the alert's own. */
export type HandoverItem = {
  readonly alert: string;
  readonly priority: AlarmPriority;
  readonly patient: string | null;
  readonly text: string;
  readonly response: string;
  readonly missed: boolean;
  readonly since: number;
  readonly acknowledgedBy: string | null;
  readonly nextStepAt: number | null;
};

/** Who hands over to whom at this change of shift. */
export type HandoverDue = {
  readonly shiftFrom: number;
  readonly outgoing: string;
  readonly incoming: string;
};

/**
 * What the outgoing nurse signed; accepted once the incoming one has said back what it means. I-PASS: illness severity,
 * patient summary, action list, situation awareness, synthesis by the receiver.
 */
export type Handover = HandoverDue & {
  readonly signedAt: number;
  /** What the outgoing nurse adds: situation awareness and what to do if. */
  readonly note: string;
  readonly items: HandoverItem[];
  readonly acceptedAt: number | null;
  /** The receiver's own words. */
  readonly synthesis: string | null;
};
