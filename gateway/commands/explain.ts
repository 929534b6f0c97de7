import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { alertInputStream } from '#alerts/alert-store.ts';
import type { EngineInput } from '#alerts/engine-input.ts';
import { difference, explainAlert } from '#alerts/explain.ts';
import { explanationText } from '#alerts/explain-text.ts';
import type { AlertPolicy } from '#alerts/policy.ts';
import { replayAlerts } from '#alerts/replay-alerts.ts';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { GatewayError } from '#kernel/errors.ts';
import { ulidOf } from '#kernel/ids.ts';
import type { Plain, StateReader } from '#kernel/state-store.ts';
import type { Explanation } from '#model/explanation.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { Delivery } from '#model/paging.ts';
import { collections } from '#notify/records.ts';
import { readPolicy } from '../read-policy.ts';
import { configOf, print } from './common.ts';

/** Whether the journal and the inputs beside it give the alert again. */
interface Recomputed {
  readonly same: boolean;
  readonly why: string | null;
}

const PAGE = 1_000;

export function addExplainCommand(program: Command): void {
  program
    .command('explain <alert>')
    .description('tell how an alert came about: readings, rule, every change, who was tried, how far each message got')
    .option('--recompute', 'also make the alert again from the journal, and say whether it is the same')
    .option('--json', 'print {"alert","rule","evidence","timeline","pages","deliveries","recomputed"}')
    .addHelpText('after', '\nWorks on the data folder, whether the gateway runs or not.')
    .action(async (id: string, options: { recompute?: boolean; json?: boolean }, command: Command) => {
      const config = configOf(command);
      const files = prepareDataDir(config.dataDir);
      const store = new SqliteStateStore(files.state);
      const reader = new SqliteJournalReader(files.journal);
      try {
        const found = explainAlert(store, reader, id);
        if (!found) throw new GatewayError('not-found', `There is no alert ${id} in ${config.dataDir}.`);
        const explanation = { ...found, deliveries: deliveriesOf(files.notify, id) };
        const recomputed = options.recompute ? recompute(explanation, store, reader, readPolicy(config.policy)) : null;
        if (options.json) await print(`${JSON.stringify({ ...explanation, recomputed })}\n`);
        else await print(`${[...explanationText(explanation), ...recomputedText(recomputed)].join('\n')}\n`);
        process.exitCode = recomputed?.same === false ? 1 : 0;
      } finally {
        reader.close();
        store.close();
      }
    });
}

/** How far the messages got, as the notifier keeps it. A folder in which it never ran has none. */
function deliveriesOf(path: string, alert: string): Delivery[] {
  if (!existsSync(path)) return [];
  const store = new SqliteStateStore(path);
  try {
    return store.list<Plain<Delivery>>(collections.delivery, `${alert}/`).map(({ value }) => value);
  } finally {
    store.close();
  }
}

function recompute(
  { alert, timeline }: Explanation,
  store: StateReader,
  reader: SqliteJournalReader,
  policy: AlertPolicy,
): Recomputed {
  if (policy.version !== alert.policy) {
    const why = `it was made by policy ${alert.policy}; the policy in force is ${policy.version}`;
    return { same: false, why };
  }
  const last = timeline.at(-1)?.at ?? alert.learnedAt;
  const inputs = store.read<Plain<EngineInput>>(alertInputStream, 0, Number.MAX_SAFE_INTEGER).map(({ value }) => value);
  const { events } = replayAlerts(policy, ulidOf, entriesFor(reader, alert), inputs, last);
  const why = difference(
    timeline,
    events.filter((event) => event.alert === alert.id && event.at <= last),
  );
  return { same: why === null, why };
}

/** The entries that can bear on an alert: of its hub and its pump, or all where it is about many. */
function* entriesFor(reader: SqliteJournalReader, { hub, pump }: Explanation['alert']): Generator<JournalEntry> {
  for (let offset = 0; ; ) {
    const page = reader.readAfter(offset, PAGE);
    for (const entry of page) {
      const isOfPump = entry.kind === 'reading' && entry.pump === pump;
      if (hub === null || entry.hub === hub || isOfPump) yield entry;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    offset = last.offset;
  }
}

function recomputedText(recomputed: Recomputed | null): string[] {
  if (recomputed === null) return [];
  return [
    '',
    recomputed.same
      ? 'Recomputed from the journal: the same.'
      : `Recomputed from the journal: not the same, ${recomputed.why}.`,
  ];
}
