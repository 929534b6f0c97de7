import { type Command, InvalidArgumentError, Option } from 'commander';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { GatewayError } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { type ReplayedLines, replay } from '#series/replay.ts';
import type { Config } from '../config/schema.ts';
import { influxStoreOf } from '../series-store-of.ts';
import { configOf, print } from './common.ts';

interface ReplayOptions {
  readonly from: number;
  readonly to: number;
  readonly into: 'influx' | 'stdout';
  readonly target?: string;
  readonly json?: boolean;
}

const LAST_INSTANT = 8_640_000_000_000_000;

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('make a span of the series again from the journal; points that are there already do not change')
    .option('--from <time>', 'Unix ms or ISO 8601, included; the begin of the journal if absent', instant, 0)
    .option('--to <time>', 'excluded; the end of the journal if absent', instant, LAST_INSTANT)
    .addOption(new Option('--into <where>', 'where to write').choices(['influx', 'stdout']).makeOptionMandatory())
    .option('--target <name>', 'another database (1.x) or bucket (2.x) than the configured one')
    .option('--json', 'print {"lines","minutes"} at the end; with --into influx only')
    .addHelpText(
      'after',
      `
Works beside a running gateway. InfluxDB drops what is older than it keeps; make the target with a longer retention first.`,
    )
    .action(async (options: ReplayOptions, command: Command) => {
      const config = configOf(command);
      const reader = new SqliteJournalReader(prepareDataDir(config.dataDir).journal);
      try {
        const { signal } = new AbortController();
        const lines = replay(reader, new JournalAlarmHistory(reader), options, signal);
        if (options.into === 'stdout') for await (const part of lines) await print(`${part.lines.join('\n')}\n`);
        else await intoInflux(lines, config, options, signal);
      } finally {
        reader.close();
      }
    });
}

async function intoInflux(
  parts: AsyncIterable<ReplayedLines>,
  { influx, series }: Config,
  { target, json }: ReplayOptions,
  signal: AbortSignal,
): Promise<void> {
  const place = target === undefined ? {} : influx.database === undefined ? { bucket: target } : { database: target };
  const store = influxStoreOf({ ...influx, ...place }, series, new SystemClock());
  if (!store) throw new GatewayError('config-invalid', 'INFUSION_INFLUX_URL is not set: the store is embedded.');
  const counts = { readings: 0, minutes: 0 };
  try {
    for await (const { level, lines } of parts) {
      await (level === 'readings' ? store.write(lines, signal) : store.writeMinutes(lines, signal));
      counts[level] += lines.length;
    }
  } finally {
    await store.close();
  }
  const { readings, minutes } = counts;
  if (json) await print(`${JSON.stringify({ lines: readings, minutes })}\n`);
  else await print(`${readings} points and ${minutes} minutes written\n`);
}

function instant(text: string): number {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError('Write Unix ms, or a time such as 2026-03-01T00:00:00Z.');
}
