import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf } from '#benefit/claims/money.ts';
import { adjustedCents, RateBook, type RateRow } from '#benefit/rates/rate-book.ts';
import { centsOf, readRates } from '#benefit/rates/read-rates.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { coverageFact, settingsOf, termsFact } from '../claims/settings.ts';
import { drugClaim, patient, rigAt } from '../desk/rig.ts';

/** Made-up amounts: no real one is known here. */
const year = { from: '2026-01-01', to: '2026-12-31' };
const national = [
  ['CY 2026 made-up rates', '', ''],
  ['HCPCS', 'Short name', 'Payment Amount'],
  ['G0088', 'initial', '$111.50'],
  ['G0068', 'later', '100'],
  ['99453', 'none of this benefit', '1'],
];
const rowsOf = (kind: RateRow['kind'], rows: string[][], named = {}) => readRates({ kind, rows, named, ...year }).rows;
const source = { file: 'f', hash: 'h', by: 'b', at: 1 };
const book = (...rows: (readonly RateRow[])[]) => {
  const made = new RateBook(new MemoryStateStore());
  for (const some of rows) made.put(some, source);
  return made;
};
const zips = rowsOf('zip', [
  ['ZIP', 'Carrier', 'Locality'],
  ['12207', '13282', '99'],
]);
const gafs = rowsOf('gaf', [
  ['MAC', 'Locality', 'GAF'],
  ['13282', '99', '0.955'],
]);
const home = { from: '2026-01-01', to: null, zip: '122070002' };

describe('a file of rates', () => {
  it('is read by its headings, and shows which it took for what', () => {
    expect(readRates({ kind: 'national', rows: national, named: {}, ...year })).toMatchObject({
      mapping: { code: 'HCPCS', amount: 'Payment Amount' },
      rows: [
        { code: 'G0088', amountCents: 11_150 },
        { code: 'G0068', amountCents: 10_000 },
      ],
      problems: [],
    });
  });

  it('may have one column for each code', () => {
    const wide = [
      ['MAC', 'Locality number', 'G0088 initial', 'G0068'],
      ['13282', '99', '120.25', '90'],
    ];
    expect(rowsOf('locality', wide)).toMatchObject([
      { code: 'G0088', locality: '13282-99', amountCents: 12_025 },
      { code: 'G0068', locality: '13282-99', amountCents: 9_000 },
    ]);
  });

  it('is read by the headings that a person names', () => {
    const odd = [
      ['c', 'what we get'],
      ['G0088', '5'],
    ];
    expect(readRates({ kind: 'national', rows: odd, named: {}, ...year }).problems).toHaveLength(1);
    expect(rowsOf('national', odd, { code: 'C', amount: 'What we get' })).toMatchObject([{ amountCents: 500 }]);
  });

  it('that shows zero prices nothing, and every problem is told', () => {
    const bad = [
      ['Code', 'Rate'],
      ['G0088', '0.00'],
      ['G0068', 'n/a'],
      ['G0070', '1.005'],
    ];
    expect(readRates({ kind: 'national', rows: bad, named: {}, ...year }).problems.map(({ where }) => where)).toEqual([
      'row 2',
      'row 3',
      'row 4',
    ]);
  });

  it.each([
    ['$1,234.50', 123_450],
    ['7', 700],
    ['7.5', 750],
    ['7.50000', 750],
    ['0', null],
    ['-1', null],
    ['1,2', null],
    ['', null],
  ])('amount %s', (text, cents) => expect(centsOf(text)).toBe(cents));
});

describe('the amounts where a patient lives', () => {
  it('are the national ones times the factor of the locality', () => {
    expect(book(rowsOf('national', national), zips, gafs).ratesFor([home])).toEqual([
      { code: 'G0068', ...year, amountCents: 9_550 },
      // 111.50 times 0.955 is 106.4825.
      { code: 'G0088', ...year, amountCents: 10_648 },
    ]);
  });

  it('are those of the locality file where there is one', () => {
    const local = rowsOf('locality', [
      ['MAC', 'Locality', 'G0088', 'G0068'],
      ['13282', '99', '120.25', '90'],
    ]);
    expect(book(rowsOf('national', national), zips, gafs, local).ratesFor([home])).toMatchObject([
      { code: 'G0068', amountCents: 9_000 },
      { code: 'G0088', amountCents: 12_025 },
    ]);
  });

  it('are unknown where the locality, its factor or the coverage is', () => {
    expect(book(rowsOf('national', national), zips).ratesFor([home])).toEqual([]);
    expect(book(rowsOf('national', national), gafs).ratesFor([home])).toEqual([]);
    expect(book(rowsOf('national', national), zips, gafs).ratesFor([])).toEqual([]);
    expect(book(rowsOf('national', national), zips, gafs).ratesFor([{ ...home, zip: '99999' }])).toEqual([]);
  });

  it('need no factor before 2021', () => {
    const old = { from: '2020-01-01', to: '2020-12-31' };
    const { rows } = readRates({ kind: 'national', rows: national, named: {}, ...old });
    expect(book(rows).ratesFor([{ ...home, from: '2020-06-01' }])).toEqual([
      { code: 'G0068', from: '2020-06-01', to: '2020-12-31', amountCents: 10_000 },
      { code: 'G0088', from: '2020-06-01', to: '2020-12-31', amountCents: 11_150 },
    ]);
  });

  it('price a line: the lesser of charge and amount, 80 and 20', async () => {
    const rig = rigAt('2026-04-02 08:00', undefined, settingsOf());
    rig.arrive(rig.run('2026-03-04 09:00', '2026-03-04 12:00'));
    await rig.visit('2026-03-04');
    rig.desk.importFacts([drugClaim('2026-03-04'), coverageFact, termsFact], 'billing');
    rig.desk.putRates([...rowsOf('national', national), ...zips, ...gafs], source);
    expect(await rig.desk.claims.lines({ from: '2026-03-01', to: '2026-03-31', patients: [patient] })).toMatchObject([
      { code: 'G0088', amountCents: 10_648, allowedCents: 10_648, payerCents: 8_518, patientCents: 2_130 },
    ]);
  });
});

it('shares are whole cents and together the whole; a product is within half a cent', () => {
  const cents = fc.integer({ min: 1, max: 5_000_000 });
  fc.assert(
    fc.property(cents, cents, fc.integer({ min: 500_000, max: 2_000_000 }), (charge, amount, factor) => {
      const shares = sharesOf(charge, amount, '2026-03-04');
      expect(shares.allowedCents).toBe(Math.min(charge, amount));
      expect((shares.payerCents ?? 0) + (shares.patientCents ?? 0)).toBe(shares.allowedCents);
      expect(Math.abs(adjustedCents(amount, factor) - (amount * factor) / 1_000_000)).toBeLessThanOrEqual(0.5);
    }),
  );
});
