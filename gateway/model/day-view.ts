/** What the benefit says of one local date of a patient, for people and programs. All instants are Unix ms. */

/** Time in which a pump gave a drug on the date, as its readings show. */
export interface DeliveryView {
  readonly pump: string;
  readonly order: string;
  readonly jcode: string;
  /** Clipped to the date. */
  readonly from: number;
  readonly to: number;
  readonly volumeMl: number;
  /** Times without readings inside it, in which the counter of the pump went on. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** Readings of one pump on the date, and the hash that `verify --readings` recomputes from the journal. */
export interface ProofView {
  readonly pump: string;
  readonly readings: number;
  readonly proof: string;
  /** How far ahead the hub's clock was at most. */
  readonly clockAheadMs: number;
  /** Its place in the chain of evidence; null while the date is not over. */
  readonly position: number | null;
}

export interface DayVisitView {
  readonly id: string;
  readonly from: number;
  readonly to: number | null;
  readonly performer: string;
  readonly credential: string;
  readonly place: string;
  readonly signed: boolean;
}

export interface DayView {
  readonly date: string;
  readonly disposition: string;
  /** The decision in one sentence. */
  readonly sentence: string;
  /** The date is not over, so nothing of it is in the ledger yet. */
  readonly provisional: boolean;
  readonly code: string | null;
  readonly category: number | null;
  readonly units: number | null;
  readonly amountCents: number | null;
  readonly reasons: readonly {
    readonly test: string;
    readonly passed: boolean;
    readonly text: string;
    readonly citation: string;
  }[];
  readonly bundledServices: readonly string[];
  readonly visits: readonly DayVisitView[];
  readonly deliveries: readonly DeliveryView[];
  /** What ran and belongs to no order, as the pump named it. */
  readonly unmatched: readonly {
    readonly pump: string;
    readonly drug: string | null;
    readonly from: number;
    readonly to: number;
  }[];
  readonly proofs: readonly ProofView[];
  readonly ledger: {
    readonly position: number;
    readonly hash: string;
    readonly decidedAt: number;
    readonly rulePack: string;
    readonly supersedes: number | null;
  } | null;
}
