import { inSpan, type LocalDate } from '../local-days.ts';
import money from '../rule-packs/medicare-hit-money.json' with { type: 'json' };

/** Shares of what is allowed, in per cent, as data with its citation. */
export interface MoneyRule {
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
  readonly payerPercent: number;
  readonly citation: string;
  readonly mark: string;
}

export interface Shares {
  readonly allowedCents: number | null;
  readonly payerCents: number | null;
  readonly patientCents: number | null;
}

/**
 * The lesser of charge and payment amount, and who owes what of it. The payer's share is rounded half up to a cent and the
 * patient owes the rest, so that the two are always the whole.
 */
export function sharesOf(
  chargeCents: number | null,
  amountCents: number | null,
  date: LocalDate,
  rules: readonly MoneyRule[] = money.shares,
): Shares {
  const rule = rules.find((one) => inSpan(date, one));
  if (chargeCents === null || amountCents === null || !rule) {
    return { allowedCents: null, payerCents: null, patientCents: null };
  }
  const allowedCents = Math.min(chargeCents, amountCents);
  const payerCents = Math.floor((allowedCents * rule.payerPercent + 50) / 100);
  return { allowedCents, payerCents, patientCents: allowedCents - payerCents };
}
