import { type Command, Option } from 'commander';
import { readingToWire } from '#codec/hub-json.ts';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import { configOf, print } from './common.ts';

const PAGE = 1_000;

const columns = [
  'seq',
  'at',
  'state',
  'infusion',
  'drug',
  'rate_ml_h',
  'programmed_rate_ml_h',
  'infused_ml',
  'remaining_ml',
  'reservoir_ml',
  'pressure_mmhg',
  'pressure_limit_mmhg',
  'battery_pct',
  'on_mains',
  'alarms',
] as const;
const envelope = ['offset', 'hub', 'pump', 'boot', 'received_at'] as const;

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write the readings of the journal to standard output, in journal order')
    .addOption(new Option('--format <format>').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--pump <id>', 'readings of this pump only')
    .action(async (options: { format: 'jsonl' | 'csv'; pump?: string }, command: Command) => {
      const reader = new SqliteJournalReader(prepareDataDir(configOf(command).dataDir).journal);
      try {
        const lineOf = options.format === 'csv' ? csvLine : jsonLine;
        if (options.format === 'csv') await print(`${[...envelope, ...columns].join(',')}\n`);
        for (let after: number | null = 0; after !== null; ) {
          const page: ReturnType<SqliteJournalReader['page']> = reader.page(options.pump ?? null, after, PAGE);
          if (page.readings.length > 0) await print(`${page.readings.map(lineOf).join('\n')}\n`);
          after = page.next;
        }
      } finally {
        reader.close();
      }
    });
}

const envelopeOf = ({ offset, hub, pump, boot, receivedAt }: ReadingEntry) => ({
  offset,
  hub,
  pump,
  boot,
  received_at: receivedAt,
});

/** Unknown fields of the hub are kept; the envelope's own names win over them. */
const jsonLine = (entry: ReadingEntry): string => JSON.stringify({ ...JSON.parse(entry.wire), ...envelopeOf(entry) });

function csvLine(entry: ReadingEntry): string {
  const wire = readingToWire(entry.reading);
  const cells = columns.map((column) => (column === 'alarms' ? wire.alarms?.join(' ') : wire[column]));
  return [...Object.values(envelopeOf(entry)), ...cells].map(csvCell).join(',');
}

/** RFC 4180; a text that a spreadsheet would run as a formula is made harmless by a quote in front. */
function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
