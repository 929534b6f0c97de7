import type { StateReader } from '#kernel/state-store.ts';
import { alarmKinds, isAlarmCode } from '#model/alarms.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { AppliedRule, Evidence, Explanation } from '#model/explanation.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { isDeviceCode } from './alarm-set.ts';
import * as stored from './alert-store.ts';
import type { AlertRecord } from './engine-state.ts';
import { isOfSilence } from './outage.ts';
import type { JournalSource } from './ports.ts';

/** An alert may have been cleared and come back a thousand times: the first and the last entries tell enough. */
const mostEvidence = 50;

/** Everything of an alert that the alerts' own store and the journal hold. */
export function explainAlert(
  store: StateReader,
  journal: JournalSource,
  id: string,
): Omit<Explanation, 'deliveries'> | undefined {
  const found = stored.readAlert(store, id);
  if (!found) return undefined;
  const timeline = stored.readEvents(store, found.positions).map(({ value }) => value);
  return {
    alert: found.alert,
    rule: ruleOf(found),
    timeline,
    evidence: evidenceOf(journal, timeline),
    pages: stored.readPages(store, found.pages ?? []),
  };
}

function ruleOf({ alert, from }: AlertRecord): AppliedRule {
  const { code, policy } = alert;
  if (from === 'gateway') return { source: 'gateway', mdcCode: null, policy };
  if (isDeviceCode(code))
    return { source: 'pump', mdcCode: isAlarmCode(code) ? alarmKinds[code].mdcCode : null, policy };
  return { source: isOfSilence(alert) ? 'silence' : 'readings', mdcCode: null, policy };
}

function evidenceOf(journal: JournalSource, timeline: readonly AlertEvent[]): Evidence[] {
  const offsets = [...new Set(timeline.flatMap(({ cause }) => cause ?? []))].sort((a, b) => a - b);
  const half = mostEvidence / 2;
  const chosen = offsets.length <= mostEvidence ? offsets : [...offsets.slice(0, half), ...offsets.slice(-half)];
  return chosen.flatMap((offset) => {
    const [entry] = journal.readAfter(offset - 1, 1);
    return entry?.offset === offset ? evidence(entry) : [];
  });
}

function evidence(entry: JournalEntry): Evidence {
  const { offset, hub, receivedAt } = entry;
  if (entry.kind === 'reading') {
    const { pump, boot, wire, reading } = entry;
    return { offset, kind: 'reading', hub, pump, boot, at: reading.atMs, receivedAt, told: wire };
  }
  const { status, cause } = entry;
  const told = JSON.stringify({ state: status.state, cause });
  return { offset, kind: 'status', hub, pump: null, boot: status.boot, at: status.atMs, receivedAt, told };
}

/** Steps of the escalation depend on what else was going on; what the alert itself went through does not. */
const isPaging = ({ kind }: AlertEvent): boolean => kind === 'paged' || kind === 'page-held';

/**
 * Compares an alert's log with the one that a replay gave. Null when they are the same; else the first difference in
 * words.
 */
export function difference(timeline: readonly AlertEvent[], again: readonly AlertEvent[]): string | null {
  const [was, is] = [timeline, again].map((events) => events.filter((event) => !isPaging(event)).map(essence));
  if (!was || !is) return null;
  for (let i = 0; i < Math.max(was.length, is.length); i += 1) {
    if (was[i] === is[i]) continue;
    return `event ${i + 1} was ${was[i] ?? 'none'}, and is ${is[i] ?? 'none'}`;
  }
  return null;
}

function essence({ kind, at, by, reason, cause, note, after }: AlertEvent): string {
  const { priority, condition, response, state, since, text }: Alert = after;
  return JSON.stringify({ kind, at, by, reason, cause, note, priority, condition, response, state, since, text });
}
