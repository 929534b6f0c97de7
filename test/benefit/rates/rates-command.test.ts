import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TempDir } from '#support/temp-dir.ts';

const program = join(import.meta.dirname, '../../../bin/infusion-gateway');
/** Workbooks written by openpyxl, with the headings that CMS uses; every amount in them is made up. */
const workbook = (name: string): string => join(import.meta.dirname, 'files', `made-up-${name}.xlsx`);
const year = { from: '2026-01-01', to: '2026-12-31' };

interface Answer {
  readonly mapping: Readonly<Record<string, string>>;
  readonly rows: readonly object[];
  readonly problems: readonly object[];
}

async function imported(kind: string, file: string, ...more: string[]): Promise<Answer> {
  using dir = new TempDir();
  const args = ['rates', 'import', '--kind', kind, '--in', file, '--year', '2026', '--json', ...more];
  const env = { PATH: process.env['PATH'] ?? '', INFUSION_DATA_DIR: dir.path };
  const said = await new Promise<string>((resolve, reject) => {
    execFile(program, args, { env }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  return JSON.parse(said);
}

it('a workbook is read from the sheet that has the headings, without the noise of binary fractions', async () => {
  expect(await imported('national', workbook('national'))).toEqual({
    mapping: { code: 'HCPCS', amount: 'Payment Amount' },
    rows: [
      { kind: 'national', code: 'G0088', locality: null, zip: null, amountCents: 11_150, gafMillionths: null, ...year },
      { kind: 'national', code: 'G0068', locality: null, zip: null, amountCents: 10_000, gafMillionths: null, ...year },
    ],
    problems: [],
  });
});

it('localities of two workbooks are the same though a spreadsheet drops leading zeros', async () => {
  expect(await imported('gaf', workbook('gaf'))).toMatchObject({
    mapping: { contractor: 'Medicare Administrative Contractor (MAC)', locality: 'Locality Number', gaf: '2026 GAF' },
    rows: [
      { locality: '01302-05', gafMillionths: 955_000 },
      { locality: '13282-99', gafMillionths: 1_000_000 },
    ],
  });
  expect((await imported('zip', workbook('zip'), '--preview')).rows).toMatchObject([
    { zip: '00501', locality: '01302-05' },
    { zip: '12207', locality: '13282-99' },
  ]);
});

it('a file that is no workbook is refused in words', async () => {
  await expect(imported('national', import.meta.filename.replace(/ts$/, 'xlsx'))).rejects.toThrow(/xlsx/);
});
