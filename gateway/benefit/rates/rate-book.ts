import Type, { type Static } from 'typebox';
import type { StateStore } from '#kernel/state-store.ts';
import type { Coverage } from '#model/benefit-facts.ts';
import type { Rate } from '../claim-facts.ts';
import { earlier, inSpan, type LocalDate, later } from '../local-days.ts';
import money from '../rule-packs/medicare-hit-money.json' with { type: 'json' };

const collection = 'benefit-rates';

/** What a file of rates can hold. Each row holds from `from` to `to`, both included. */
export const rateKinds = ['national', 'locality', 'gaf', 'zip'] as const;
export type RateKind = (typeof rateKinds)[number];

export const rateRowSchema = Type.Object({
  kind: Type.Enum([...rateKinds]),
  /** Of `national` and `locality`. */
  code: Type.Union([Type.String(), Type.Null()]),
  /** Contractor and number of the locality; null of `national`. */
  locality: Type.Union([Type.String(), Type.Null()]),
  /** Of `zip`: the first five digits. */
  zip: Type.Union([Type.String(), Type.Null()]),
  amountCents: Type.Union([Type.Integer(), Type.Null()]),
  /** Geographic adjustment factor in millionths, so that no fraction is lost. */
  gafMillionths: Type.Union([Type.Integer(), Type.Null()]),
  from: Type.String(),
  to: Type.String(),
});
export type RateRow = Static<typeof rateRowSchema>;

/** Where rows came from. */
export type RateSource = { readonly file: string; readonly hash: string; readonly by: string; readonly at: number };
type StoredRow = RateRow & { readonly source: RateSource };

/** Rates of the files that people imported. None is built in. */
export class RateBook {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Keeps the rows; one for the same thing from the same date takes the place of the one before. */
  put(rows: readonly RateRow[], source: RateSource): void {
    this.#store.transact((tx) => {
      for (const row of rows) tx.put(collection, keyOf(row), { ...row, source });
    });
  }

  list(): StoredRow[] {
    return this.#store.list<StoredRow>(collection).map(({ value }) => value);
  }

  /**
   * The amounts in force where the patient lives, over the spans of their coverage. A locality file goes before national
   * amount times adjustment; where neither is known there is no amount, and a line is complete but unpriced.
   */
  ratesFor(coverages: readonly Pick<Coverage, 'from' | 'to' | 'zip'>[]): Rate[] {
    const rows = this.list();
    if (rows.length === 0) return [];
    return coverages.flatMap((coverage) => ratesOf(coverage, rows));
  }
}

const keyOf = ({ kind, code, locality, zip, from }: RateRow): string =>
  [kind, code ?? '', locality ?? '', zip ?? '', from].map(encodeURIComponent).join('/');

function ratesOf({ from, to, zip }: Pick<Coverage, 'from' | 'to' | 'zip'>, rows: readonly RateRow[]): Rate[] {
  const of = (kind: RateKind) => rows.filter((row) => row.kind === kind);
  const home = of('zip').filter((row) => row.zip === zip.slice(0, 5));
  const local = of('locality').filter((row) => home.some(({ locality }) => locality === row.locality));
  const adjusted = of('gaf').filter((row) => home.some(({ locality }) => locality === row.locality));
  const lived = { from, to };
  const own = local.flatMap((row) => rateIn(row, row.amountCents, [lived]) ?? []);
  const derived = of('national').flatMap((row) =>
    money.geographic.flatMap((rule) =>
      rule.arithmetic === 'none'
        ? (rateIn(row, row.amountCents, [rule, lived]) ?? [])
        : adjusted.flatMap((factor) => {
            const cents = adjustedCents(row.amountCents ?? 0, factor.gafMillionths ?? 0);
            return rateIn(row, cents, [rule, factor, lived]) ?? [];
          }),
    ),
  );
  const isGiven = (rate: Rate) => local.some((row) => row.code === rate.code && inSpan(rate.from, row));
  return [...derived.filter((rate) => !isGiven(rate)), ...own];
}

/** An amount over the time in which all of these hold; null when there is none. */
function rateIn(
  { code, from, to }: { readonly code: string | null; readonly from: LocalDate; readonly to: LocalDate },
  amountCents: number | null,
  spans: readonly { readonly from: LocalDate | null; readonly to: LocalDate | null }[],
): Rate | null {
  const begin = spans.reduce((date, span) => (span.from === null ? date : later(date, span.from)), from);
  const end = spans.reduce((date, span) => (span.to === null ? date : earlier(date, span.to)), to);
  if (code === null || amountCents === null || amountCents <= 0 || begin > end) return null;
  return { code, from: begin, to: end, amountCents };
}

/** National amount times factor, rounded half up to a cent in whole numbers. */
export const adjustedCents = (cents: number, gafMillionths: number): number =>
  Math.floor((cents * gafMillionths + 500_000) / 1_000_000);
