import type { Sealed } from '#kernel/hash-chain.ts';
import type { DayDecision } from './claim-decision.ts';
import type { LocalDate } from './local-days.ts';

/** What was decided about one date of one patient, and from what. */
export type LedgerBody = {
  readonly patient: string;
  readonly date: LocalDate;
  /** Null: nothing is known to have happened on this date any more. */
  readonly decision: DayDecision | null;
  readonly rulePack: string;
  /** Hash of the facts that were decided, under which they are kept. */
  readonly facts: string;
  /** Unix ms. */
  readonly decidedAt: number;
  /** Position of the entry that this one takes the place of. */
  readonly supersedes: number | null;
};

export type LedgerEntry = Sealed<LedgerBody>;
