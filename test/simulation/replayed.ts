import { ulidOf } from '#kernel/ids.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { replayAlerts } from '../../gateway/alerts/replay-alerts.ts';
import type { NightRecord } from './night-record.ts';

/**
 * Nothing was forgotten and nothing made up over all the crashes: the journal and what the engine was told beside it give
 * every event and every page again, byte for byte (alerting.md §2.5, I9).
 */
export function* notReplayed({ journal, inputs, events, pages }: NightRecord): Generator<string> {
  const until = Math.max(0, ...events.slice(-50).map(({ value }) => value.at));
  const again = replayAlerts(defaultAlertPolicy, ulidOf, journal, inputs, until);
  yield* firstDifference('event', again.events, events);
  yield* firstDifference('page', again.pages, pages);
}

function* firstDifference(
  what: string,
  again: readonly object[],
  stored: readonly { readonly value: object }[],
): Generator<string> {
  for (const [i, { value }] of stored.entries()) {
    const [is, was] = [JSON.stringify(again[i]), JSON.stringify(value)];
    if (is === was) continue;
    yield `${what} ${i + 1} of the log does not follow from the journal: ${was} is ${is ?? 'nothing'} when it is replayed`;
    return;
  }
  const missing = again[stored.length];
  if (missing)
    yield `${what} ${stored.length + 1} is not in the log and follows from the journal: ${JSON.stringify(missing)}`;
}
