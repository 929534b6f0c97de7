import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import readXlsxFile, { type CellValue } from 'read-excel-file/node';
import { isLocalDate } from '#benefit/local-days.ts';
import { type RateKind, rateKinds } from '#benefit/rates/rate-book.ts';
import { type RateColumn, type ReadRates, rateColumns, readRates } from '#benefit/rates/read-rates.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { configOf, print } from './common.ts';
import { withBenefit } from './with-benefit.ts';

const PREVIEW_ROWS = 8;

interface Options {
  readonly in: string;
  readonly kind: RateKind;
  readonly year?: string;
  readonly from?: string;
  readonly to?: string;
  readonly columns: Partial<Record<RateColumn, string>>;
  readonly preview?: boolean;
  readonly by: string;
  readonly json?: boolean;
}

export function addRatesCommand(program: Command): void {
  program
    .command('rates')
    .description('payment amounts of the benefit: only from files that you import, none is built in')
    .command('import')
    .description('read a file of CMS: national or locality amounts, adjustment factors, ZIP codes; CSV or XLSX')
    .requiredOption('--in <file>', 'a .csv or .xlsx file')
    .addOption(new Option('--kind <kind>', 'what it holds').choices([...rateKinds]).makeOptionMandatory())
    .option('--year <year>', 'the calendar year for which it holds')
    .option('--from <date>', 'the first date for which it holds, instead of a year')
    .option('--to <date>', 'the last date for which it holds')
    .option(
      '--columns <list>',
      `headings by what they are: ${rateColumns.join(', ')}; code=HCPCS,amount=Rate`,
      columnsOf,
      {},
    )
    .option('--preview', 'only show how the columns are understood, and the first rows')
    .option('--by <name>', 'who imports it', userInfo().username)
    .option('--json', 'print {"mapping","rows","problems"}')
    .action(async (options: Options, command: Command) => {
      const { tables, hash } = await tablesOf(options.in);
      const [read, ...others] = tables
        .map((rows) => readRates({ ...spanOf(options), kind: options.kind, rows, named: options.columns }))
        .toSorted((a, b) => Number(hasHeading(b)) - Number(hasHeading(a)));
      if (!read) throw new GatewayError('bad-request', `${options.in}: there is no table in it.`);
      if (others.some(hasHeading)) {
        throw new GatewayError('bad-request', `${options.in}: more than one sheet could be meant; keep one of them.`);
      }
      const keeps = !options.preview && read.problems.length === 0;
      if (keeps) {
        const source = { file: basename(options.in), hash, by: options.by };
        await withBenefit(configOf(command), (desk) => desk.putRates(read.rows, source));
      }
      await print(options.json ? `${JSON.stringify(read)}\n` : previewOf(read, keeps));
      for (const { where, problem } of read.problems)
        process.stderr.write(`${where === '' ? 'the file' : where}: ${problem}\n`);
      process.exitCode = read.problems.length === 0 ? 0 : 2;
    });
}

function previewOf({ mapping, rows }: ReadRates, kept: boolean): string {
  const columns = Object.entries(mapping).map(([what, heading]) => `  ${what} = "${heading}"\n`);
  const shown = rows.slice(0, PREVIEW_ROWS).map(({ code, locality, zip, amountCents, gafMillionths, from, to }) => {
    const value = amountCents === null ? gafMillionths : `${amountCents} cents`;
    return `  ${[code, locality, zip, value, `${from}..${to}`].filter((part) => part !== null).join('  ')}\n`;
  });
  const rest = rows.length > PREVIEW_ROWS ? `  … ${rows.length - PREVIEW_ROWS} more\n` : '';
  return `columns\n${columns.join('')}rows\n${shown.join('')}${rest}${kept ? `${rows.length} rows kept` : 'nothing kept'}\n`;
}

const hasHeading = ({ mapping }: ReadRates): boolean => Object.keys(mapping).length > 0;

/** The cells of each sheet as text; a CSV is one sheet. @throws GatewayError `bad-request` */
async function tablesOf(file: string): Promise<{ readonly tables: readonly string[][][]; readonly hash: string }> {
  try {
    const bytes = readFileSync(file);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (!/\.xlsx$/i.test(file)) return { tables: [parse(bytes, { bom: true, relax_column_count: true })], hash };
    const sheets = await readXlsxFile(file);
    return { tables: sheets.map(({ data }) => data.map((row) => row.map(cellText))), hash };
  } catch (error) {
    throw new GatewayError('bad-request', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Digits of a number that a spreadsheet shows; those beyond are the noise of its binary form. */
const SHOWN_DIGITS = 12;

const cellText = (cell: CellValue | null): string =>
  typeof cell === 'number' ? String(Number(cell.toPrecision(SHOWN_DIGITS))) : String(cell ?? '');

function spanOf({ year, from, to }: Options): { readonly from: string; readonly to: string } {
  const span = year === undefined ? { from: from ?? '', to: to ?? '' } : { from: `${year}-01-01`, to: `${year}-12-31` };
  if (isLocalDate(span.from) && isLocalDate(span.to) && span.from <= span.to) return span;
  throw new GatewayError('bad-request', 'Say for which --year the file holds, or --from and --to as dates YYYY-MM-DD.');
}

function columnsOf(list: string): Partial<Record<RateColumn, string>> {
  return Object.fromEntries(
    list.split(',').map((pair) => {
      const [column = '', ...heading] = pair.split('=');
      if (!rateColumns.some((one) => one === column.trim()) || heading.length === 0) {
        throw new InvalidArgumentError(`Columns are ${rateColumns.join(', ')}, as in code=HCPCS,amount=Rate.`);
      }
      return [column.trim(), heading.join('=').trim()];
    }),
  );
}
