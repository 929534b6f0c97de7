import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import { contentOfCells } from '#benefit/facts/csv-facts.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { type FactKind, factKinds, isFactKind } from '#model/benefit-facts.ts';
import { configOf, print } from './common.ts';
import { withBenefit } from './with-benefit.ts';

interface Options {
  readonly in: string;
  readonly kind?: string;
  readonly by: string;
  readonly json?: boolean;
}

export function addClaimsImportCommand(claims: Command): void {
  claims
    .command('import')
    .description('record facts of a file, all of them or none; lists every problem; the same file twice records once')
    .requiredOption('--in <file>', 'a JSON list of facts, or CSV of one kind')
    .addOption(new Option('--kind <kind>', 'the kind of a CSV file').choices(factKinds))
    .option('--by <name>', 'who records them', userInfo().username)
    .option('--json', 'print {"recorded","problems":[{"where","problem"}]}')
    .action(async (options: Options, command: Command) => {
      const rows = rowsOf(options);
      const result = await withBenefit(configOf(command), (desk) => desk.importFacts(rows, options.by));
      const problems = 'problems' in result ? result.problems : [];
      const recorded = 'recorded' in result ? result.recorded : 0;
      if (options.json) await print(`${JSON.stringify({ recorded, problems })}\n`);
      else if (problems.length === 0) await print(`${recorded} facts stand as the file says\n`);
      for (const { where, problem } of problems) process.stderr.write(`${where}: ${problem}\n`);
      process.exitCode = problems.length === 0 ? 0 : 2;
    });
}

function rowsOf({ in: file, kind }: Options): readonly unknown[] {
  try {
    const text = readFileSync(file, 'utf8');
    if (kind !== undefined && isFactKind(kind)) return csvRows(kind, text);
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) throw new GatewayError('bad-request', `${file}: a JSON file holds a list of facts.`);
    return value;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('bad-request', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** A service's own kind stands in a column `service`. */
function csvRows(kind: FactKind, text: string): object[] {
  const cells: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  return cells.map((row) => ({ ...contentOfCells(kind, row), kind }));
}
