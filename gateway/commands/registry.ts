import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { PatientIdentities } from '#registry/patient-identities.ts';
import { Registry } from '#registry/registry.ts';
import { csvOfRows, type FileKind, fileKinds, fileOfCsv, fileOfJson } from '#registry/registry-file.ts';
import { exportRegistry, importRegistry } from '#registry/registry-import.ts';
import type { Config } from '../config/schema.ts';
import { keysDirOf } from '../keys.ts';
import { configOf, print } from './common.ts';

interface Records {
  readonly registry: Registry;
  readonly identities: PatientIdentities;
}

export function addRegistryCommand(program: Command): void {
  const registry = program
    .command('registry')
    .description('agencies, patients, hubs, pumps, assignments, orders, plans, staff; works while the gateway runs');
  addImport(registry);
  addExport(registry);
}

function addImport(registry: Command): void {
  registry
    .command('import')
    .description('write the records of a file, all of them or none; lists every problem')
    .requiredOption('--in <file>', 'JSON of all kinds, or CSV of one kind')
    .option('--kind <kind>', `the kind of a CSV file: ${fileKinds.join(', ')}`, kindOption)
    .option('--dry-run', 'only look for problems')
    .option('--by <name>', 'who writes it', 'command line')
    .option('--json', 'print {"written","problems":[{"where","problem"}]}')
    .action(
      async (
        options: { in: string; kind?: FileKind; dryRun?: boolean; by: string; json?: boolean },
        command: Command,
      ) => {
        const text = textOf(options.in);
        const file = options.kind === undefined ? fileOfJson(text) : fileOfCsv(options.kind, text);
        const result = withRegistry(configOf(command), ({ registry: records, identities }) =>
          importRegistry(records, identities, file, { by: options.by, dryRun: options.dryRun ?? false }),
        );
        if (options.json) await print(`${JSON.stringify(result)}\n`);
        else {
          for (const { where, problem } of result.problems) await print(`${where}: ${problem}\n`);
          if (result.problems.length === 0) await print(`${result.written} written\n`);
        }
        process.exitCode = result.problems.length === 0 ? 0 : 2;
      },
    );
}

function addExport(registry: Command): void {
  registry
    .command('export')
    .description('write the records that stand to standard output; names of patients only where they are asked for')
    .addOption(new Option('--format <format>').choices(['json', 'csv']).default('json'))
    .option('--kind <kind>', `one kind only; CSV needs it: ${fileKinds.join(', ')}`, kindOption)
    .option('--identities', 'with the names of the patients, in JSON')
    .action(async (options: { format: string; kind?: FileKind; identities?: boolean }, command: Command) => {
      const { format, kind } = options;
      if (format === 'csv' && kind === undefined) throw new GatewayError('bad-request', 'A CSV file holds one --kind.');
      const all = withRegistry(configOf(command), (records) => ({
        ...exportRegistry(records.registry),
        ...((options.identities || kind === 'identities') && { identities: rowsOf(records.identities) }),
      }));
      const chosen = Object.entries(all).filter(([name]) => kind === undefined || name === kind);
      if (format === 'json') await print(`${JSON.stringify(Object.fromEntries(chosen), null, 2)}\n`);
      else for (const [, rows] of chosen) await print(csvOfRows(kind ?? 'patients', rows));
    });
}

const rowsOf = (identities: PatientIdentities): object[] =>
  identities.list().map(({ patient, identity }) => ({ patient, ...identity }));

function withRegistry<R>(config: Config, use: (records: Records) => R): R {
  const store = new SqliteStateStore(prepareDataDir(config.dataDir).registry);
  const clock = new SystemClock();
  const keys = new KeyFolder(keysDirOf(config));
  try {
    return use({
      registry: new Registry(store, clock),
      identities: new PatientIdentities(store, clock, () => keys.secret('patients')),
    });
  } finally {
    store.close();
  }
}

function kindOption(text: string): FileKind {
  const kind = fileKinds.find((one) => one === text);
  if (kind === undefined) throw new InvalidArgumentError(`Kinds are ${fileKinds.join(', ')}.`);
  return kind;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GatewayError('bad-request', messageOf(error), { cause: error });
  }
}
