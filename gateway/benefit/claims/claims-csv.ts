import { stringify } from 'csv-stringify/sync';
import type { ClaimLineView } from '#model/claim-view.ts';

const columns = [
  'patient',
  'date',
  'state',
  'disposition',
  'code',
  'category',
  'units',
  'placeOfService',
  'payer',
  'chargeCents',
  'amountCents',
  'allowedCents',
  'payerCents',
  'patientCents',
  'claim',
  'paidCents',
  'ledgerPosition',
  'ledgerHash',
] as const satisfies readonly (keyof ClaimLineView)[];

/** Lines for a spreadsheet, held ones with what is missing. A text that it would run as a formula is made harmless. */
export function claimsCsv(lines: readonly ClaimLineView[]): string {
  const rows = lines.map((line) => [
    ...columns.map((column) => line[column] ?? ''),
    line.adjustments.join(' '),
    line.missing.map(({ what, mendedBy }) => `${what} (${mendedBy})`).join(' '),
  ]);
  return stringify([[...columns, 'adjustments', 'missing'], ...rows], { escape_formulas: true });
}
