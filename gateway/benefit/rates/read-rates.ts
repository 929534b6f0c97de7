import { benefitCodes } from '#model/benefit-facts.ts';
import type { FormProblem } from '#model/form-problems.ts';
import type { LocalDate } from '../local-days.ts';
import type { RateKind, RateRow } from './rate-book.ts';

/** What a column of a file can be. */
export const rateColumns = ['code', 'amount', 'contractor', 'locality', 'gaf', 'zip'] as const;
export type RateColumn = (typeof rateColumns)[number];

export interface RateFile {
  readonly kind: RateKind;
  /** The cells as text, headings included. */
  readonly rows: readonly (readonly string[])[];
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Headings that people name themselves. */
  readonly named: Partial<Readonly<Record<RateColumn, string>>>;
}

export interface ReadRates {
  /** Which heading was taken for what, for the preview. Codes that are headings themselves stand by their name. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly rows: readonly RateRow[];
  readonly problems: readonly FormProblem[];
}

const guesses: Readonly<Record<RateColumn, RegExp>> = {
  code: /^(hcpcs|code|hcpcs code|procedure)/i,
  amount: /(amount|rate|payment)/i,
  contractor: /\b(carrier|contractor|mac)\b/i,
  locality: /^(pricing )?local/i,
  gaf: /\bgaf\b|geographic adjustment/i,
  zip: /^zip/i,
};

const needed: Readonly<Record<RateKind, readonly RateColumn[]>> = {
  national: [],
  locality: ['locality'],
  gaf: ['locality', 'gaf'],
  zip: ['zip', 'locality'],
};

/** Rates from a file of CMS, its columns found by their headings or by what people say they are. */
export function readRates({ kind, rows, from, to, named }: RateFile): ReadRates {
  const headingAt = rows.findIndex((row) => isHeading(row, kind, named));
  const heading = rows[headingAt];
  if (!heading) {
    const what = [...needed[kind], ...(kind === 'national' ? ['code', 'amount'] : [])].join(', ');
    return { mapping: {}, rows: [], problems: [{ where: '', problem: `no row of headings with ${what}; name them` }] };
  }
  const at = columnsIn(heading, named);
  const wide = wideCodes(heading);
  const read: RateRow[] = [];
  const problems: FormProblem[] = [];
  for (const [i, row] of rows.entries()) {
    if (i <= headingAt || row.every((cell) => cell.trim() === '')) continue;
    const cell = (column: RateColumn): string => row[at.get(column) ?? -1]?.trim() ?? '';
    const where = `row ${i + 1}`;
    const locality = localityOf(cell('contractor'), cell('locality'));
    const common = { kind, from, to, code: null, zip: null, amountCents: null, gafMillionths: null };
    if (kind === 'zip') read.push({ ...common, locality, zip: cell('zip').padStart(5, '0').slice(0, 5) });
    else if (kind === 'gaf') {
      const factor = /^\d(\.\d{1,6})?$/.exec(cell('gaf'));
      if (factor) read.push({ ...common, locality, gafMillionths: Math.round(Number(cell('gaf')) * 1_000_000) });
      else problems.push({ where, problem: `${cell('gaf')} is no adjustment factor` });
    } else {
      const amounts =
        wide.size > 0 ? [...wide].map(([code, n]) => [code, row[n]?.trim() ?? '']) : [[cell('code'), cell('amount')]];
      for (const [code = '', text = ''] of amounts) {
        // Files of CMS hold other codes too; they are none of this benefit.
        if (!isBenefitCode(code)) continue;
        const amountCents = centsOf(text);
        if (amountCents === null)
          problems.push({ where, problem: `${code}: ${text || 'nothing'} is no amount above zero in whole cents` });
        else read.push({ ...common, code, locality: kind === 'national' ? null : locality, amountCents });
      }
    }
  }
  const mapping = Object.fromEntries([
    ...[...at].map(([column, n]) => [column, heading[n]?.trim() ?? '']),
    ...[...wide].map(([code, n]) => [code, heading[n]?.trim() ?? '']),
  ]);
  if (read.length === 0 && problems.length === 0) problems.push({ where: '', problem: 'no row of this benefit' });
  return { mapping, rows: read, problems };
}

/** A spreadsheet drops the leading zeros of `01302` and `05`; a file of text keeps them. */
function localityOf(contractor: string, locality: string): string | null {
  const padded = (text: string, digits: number): string[] => (text === '' ? [] : [text.padStart(digits, '0')]);
  return [...padded(contractor, 5), ...padded(locality, 2)].join('-') || null;
}

const isBenefitCode = (code: string): boolean => benefitCodes.some((one) => one === code);

function isHeading(row: readonly string[], kind: RateKind, named: RateFile['named']): boolean {
  const at = columnsIn(row, named);
  const priced = kind === 'zip' || kind === 'gaf' || wideCodes(row).size > 0 || (at.has('code') && at.has('amount'));
  return priced && needed[kind].every((column) => at.has(column));
}

function columnsIn(row: readonly string[], named: RateFile['named']): Map<RateColumn, number> {
  const found = new Map<RateColumn, number>();
  for (const column of rateColumns) {
    const name = named[column]?.toLowerCase();
    const at = row.findIndex((cell) => {
      const text = cell.replaceAll(/\s+/g, ' ').trim();
      return name === undefined ? guesses[column].test(text) : text.toLowerCase() === name;
    });
    if (at >= 0) found.set(column, at);
  }
  return found;
}

/** Columns that are headed by one code each. */
function wideCodes(row: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [n, cell] of row.entries()) {
    const codes = benefitCodes.filter((code) => cell.includes(code));
    if (codes.length === 1 && codes[0] !== undefined && cell.trim().length < 60) found.set(codes[0], n);
  }
  // A single cell with a code is a row of the long form.
  return found.size > 1 ? found : new Map();
}

/** Whole cents of `$1,234.50`; null for what is none or is zero: a file that shows zero does not price the code. */
export function centsOf(text: string): number | null {
  const found = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?$/.exec(text.trim());
  if (!found) return null;
  const [, whole = '0', rest = ''] = found;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(rest.padEnd(2, '0'));
  return cents > 0 ? cents : null;
}
