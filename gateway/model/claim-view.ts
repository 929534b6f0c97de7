/** A claim line of the benefit as people and programs see it. Amounts are whole cents. */

/**
 * - `ready`: due, and everything that a claim needs is there;
 * - `held`: due once what is missing is there;
 * - `sent`: exported and not answered;
 * - `paid`, `denied`: answered by a remittance;
 * - `changed`: sent, and the decision has come out otherwise since.
 */
export const lineStates = ['ready', 'held', 'sent', 'paid', 'denied', 'changed'] as const;
export type LineState = (typeof lineStates)[number];

export interface MissingView {
  readonly what: string;
  /** Who can mend it: professional, physician, billing, drug supplier, administrator. */
  readonly mendedBy: string;
}

export interface ClaimLineView {
  readonly patient: string;
  readonly date: string;
  readonly state: LineState;
  readonly disposition: string;
  readonly code: string | null;
  readonly category: number | null;
  readonly units: number | null;
  readonly placeOfService: string;
  readonly payer: string | null;
  /** What the supplier charges. */
  readonly chargeCents: number | null;
  /** The payment amount in force where the patient lives; null without a rate: the line is complete and unpriced. */
  readonly amountCents: number | null;
  /** The lesser of charge and amount; null without either. */
  readonly allowedCents: number | null;
  /** The payer's and the patient's share of it, before deductible and sequestration. */
  readonly payerCents: number | null;
  readonly patientCents: number | null;
  readonly missing: readonly MissingView[];
  /** The claim under which it was last sent. */
  readonly claim: string | null;
  readonly paidCents: number | null;
  /** Adjustments of the remittance, such as CO-16. */
  readonly adjustments: readonly string[];
  readonly ledgerPosition: number;
  readonly ledgerHash: string;
}
