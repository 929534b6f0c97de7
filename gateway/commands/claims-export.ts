import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { isLocalDate } from '#benefit/local-days.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { configOf, print } from './common.ts';
import { withBenefit } from './with-benefit.ts';

interface ExportOptions {
  readonly from: string;
  readonly to: string;
  readonly format: 'csv' | '837p' | 'fhir';
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly by: string;
}

/** `claims list`, `claims export`, `claims packet`, `claims remit` and `claims reopen`. */
export function addClaimsExportCommands(claims: Command): void {
  withRange(claims.command('list'))
    .description('show the lines of these dates: ready, held with what is missing, sent, paid, denied')
    .option('--json', 'print {"lines":[…]}')
    .action(async (options: { from: string; to: string; json?: boolean }, command: Command) => {
      const lines = await withBenefit(configOf(command), (desk) => desk.claims.lines(rangeOf(options)));
      if (options.json) return print(`${JSON.stringify({ lines })}\n`);
      for (const { patient, date, state, code, units, claim, missing } of lines) {
        const what = [date, patient, state, code ?? '-', `${units ?? '-'} units`, claim ?? '-'].join('  ');
        await print(`${what}\n${missing.map((one) => `    ${one.what} [${one.mendedBy}]\n`).join('')}`);
      }
    });

  withRange(claims.command('export'))
    .description('write the lines that are due as a file to send, and record them as sent')
    .addOption(new Option('--format <format>').choices(['837p', 'csv', 'fhir']).default('837p'))
    .option('--out <file>', 'where to write it; standard output when absent')
    .option('--dry-run', 'record nothing; an 837P is then marked as test data')
    .option('--by <name>', 'who exports', userInfo().username)
    .action(async (options: ExportOptions, command: Command) => {
      const range = rangeOf(options);
      const { text, claims: count } = await withBenefit(configOf(command), async (desk) =>
        options.dryRun
          ? { text: await desk.claims.look(range, options.format), claims: 0 }
          : desk.claims.export(range, options.format, options.by),
      );
      if (options.out === undefined) await print(text);
      else if (text !== '') writeFileSync(options.out, text, { mode: 0o600 });
      process.stderr.write(options.dryRun ? 'nothing recorded\n' : `${count} claims recorded as sent\n`);
    });

  withRange(claims.command('packet'))
    .description('write a day sheet for each date of a patient as PDF: decision, curve, signatures, citations')
    .requiredOption('--patient <id>', 'whose')
    .requiredOption('--out <file>', 'where to write it')
    .action(async (options: { from: string; to: string; patient: string; out: string }, command: Command) => {
      const { from, to } = rangeOf(options);
      const pdf = await withBenefit(configOf(command), (desk) => desk.packet(options.patient, from, to));
      writeFileSync(options.out, pdf, { mode: 0o600 });
    });

  claims
    .command('remit')
    .description('take in a remittance (X12 835): paid lines are closed, denied ones wait for a person')
    .requiredOption('--in <file>', 'the 835 file')
    .option('--by <name>', 'who takes it in', userInfo().username)
    .option('--json', 'print {"answered","unknown":["claim"]}')
    .action(async (options: { in: string; by: string; json?: boolean }, command: Command) => {
      const result = await withBenefit(configOf(command), (desk) => desk.claims.remit(textOf(options.in), options.by));
      if (options.json) return print(`${JSON.stringify(result)}\n`);
      await print(`${result.answered} claims answered\n`);
      for (const claim of result.unknown) process.stderr.write(`${claim}: no claim of ours\n`);
    });

  claims
    .command('reopen')
    .description('make a denied line due again, once what was wrong is mended')
    .requiredOption('--claim <id>', 'the claim that was denied')
    .requiredOption('--reason <words>', 'why')
    .option('--by <name>', 'who reopens it', userInfo().username)
    .action(async ({ claim, reason, by }: { claim: string; reason: string; by: string }, command: Command) => {
      await withBenefit(configOf(command), (desk) => desk.claims.reopen(claim, reason, by));
    });
}

const withRange = (command: Command): Command =>
  command
    .requiredOption('--from <date>', 'first local date of the patients, YYYY-MM-DD')
    .requiredOption('--to <date>', 'last local date, included');

function rangeOf({ from, to }: { readonly from: string; readonly to: string }) {
  if (!isLocalDate(from) || !isLocalDate(to) || to < from) {
    throw new GatewayError('bad-request', '--from and --to are dates YYYY-MM-DD, in order.');
  }
  return { from, to };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new GatewayError('bad-request', messageOf(error), { cause: error });
  }
}
