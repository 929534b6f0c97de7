import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { checkClaimFacts } from '#benefit/check-claim-facts.ts';
import { type ClaimDecision, claimDecisionSchema, type DayDecision } from '#benefit/claim-decision.ts';
import { type ClaimFacts, claimFactsSchema } from '#benefit/claim-facts.ts';
import { decideClaims } from '#benefit/decide-claims.ts';
import type { RulePack } from '#benefit/rule-pack.ts';
import { medicareHitPack, parseRulePack } from '#benefit/rule-packs.ts';
import { type WhatIf, whatIf } from '#benefit/what-if.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { FormProblem } from '#model/form-problems.ts';
import { addClaimsExportCommands } from './claims-export.ts';
import { addClaimsImportCommand } from './claims-import.ts';
import { print } from './common.ts';

interface Options {
  readonly in: string;
  readonly rules?: string;
  readonly json?: boolean;
}

export function addClaimsCommand(program: Command): void {
  const claims = program
    .command('claims')
    .description('decide calendar days of the Medicare home infusion therapy benefit (docs/claims.md)');
  withInput(claims.command('decide'))
    .description('say for each local date what it is: payable, held, covered without a line, or none of the benefit')
    .action((options: Options) =>
      answer(options, (facts, pack) => {
        if (pack.status !== 'law') {
          throw new GatewayError(
            'config-invalid',
            'Rules of a proposed law make no claim lines; see `claims what-if`.',
          );
        }
        const decision = decideClaims(facts, pack);
        return { json: decision, lines: decisionLines(decision) };
      }),
    );
  withInput(claims.command('what-if'))
    .description('say which dates without a professional in the home a proposed law would pay; never a claim')
    .action((options: Options) =>
      answer(options, (facts, pack) => {
        const result = whatIf(facts, pack);
        return { json: result, lines: whatIfLines(result) };
      }),
    );
  addClaimsImportCommand(claims);
  addClaimsExportCommands(claims);
  claims
    .command('schema')
    .description('print {"input","output"}: the JSON Schemas of the facts and of the decision')
    .action(() => print(`${JSON.stringify({ input: claimFactsSchema, output: claimDecisionSchema }, null, 2)}\n`));
}

const withInput = (command: Command): Command =>
  command
    .requiredOption('--in <file>', 'JSON file with the facts; - for standard input')
    .option('--rules <file>', 'a rule pack of your own; gateway/benefit/rule-packs/medicare-hit.json is the form')
    .option('--json', 'print JSON, for programs');

interface Answer {
  readonly json: object;
  readonly lines: readonly string[];
}

async function answer(options: Options, use: (facts: ClaimFacts, pack: RulePack) => Answer): Promise<void> {
  const pack = options.rules === undefined ? medicareHitPack : packFrom(options.rules);
  const read = await readJson(options.in);
  const checked = 'problem' in read ? { ok: false as const, problems: [read.problem] } : checkClaimFacts(read.value);
  if (!checked.ok) {
    await refuse(checked.problems, options.json === true);
    return;
  }
  const { json, lines } = use(checked.facts, pack);
  await print(options.json ? `${JSON.stringify(json)}\n` : `${lines.join('\n')}\n`);
}

/** Every problem in words on standard error, and with --json as a list on standard output. */
async function refuse(problems: readonly FormProblem[], json: boolean): Promise<void> {
  if (json) await print(`${JSON.stringify({ problems })}\n`);
  for (const { where, problem } of problems) process.stderr.write(`${where === '' ? 'the file' : where}: ${problem}\n`);
  process.exitCode = 2;
}

async function readJson(file: string): Promise<{ readonly value: unknown } | { readonly problem: FormProblem }> {
  try {
    const value: unknown = JSON.parse(file === '-' ? await textOf(process.stdin) : readFileSync(file, 'utf8'));
    return { value };
  } catch (error) {
    return { problem: { where: file, problem: messageOf(error) } };
  }
}

function packFrom(file: string): RulePack {
  try {
    return parseRulePack(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('config-invalid', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

function decisionLines({ rulePack, days }: ClaimDecision): string[] {
  return [`Rules: ${rulePack}`, ...days.flatMap((day) => [dayLine(day), ...failedTests(day)])];
}

function dayLine({ date, disposition, code, units, amountCents, bundledServices }: DayDecision): string {
  const line = units === null ? [] : [code ?? 'code to be assigned', `${units} units`, amountText(amountCents)];
  const bundled = bundledServices.length > 0 ? [`bundled: ${bundledServices.join(', ')}`] : [];
  return [date, disposition, ...line, ...bundled].join('  ');
}

const failedTests = ({ reasons }: DayDecision): string[] =>
  reasons.filter(({ passed }) => !passed).map(({ test, text, citation }) => `    ${test}: ${text} ${citation}`);

const amountText = (cents: number | null): string =>
  cents === null ? 'no rate given' : `${(cents / 100).toFixed(2)} USD`;

function whatIfLines({ rulePack, days }: WhatIf): string[] {
  const lines = days.map(({ date, percent, wouldPayCents, presentDisposition }) =>
    [date, `now ${presentDisposition}`, `would pay ${percent} %`, amountText(wouldPayCents)].join('  '),
  );
  return [`Proposed law, no claim: ${rulePack}`, ...lines];
}
