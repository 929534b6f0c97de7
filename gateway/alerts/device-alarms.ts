import type { AlarmPriority } from '#model/alarms.ts';
import type { Alert } from '#model/alert.ts';
import { gatewayInstant } from '#model/clock-skew.ts';
import { orderingInstant } from '#model/reading-order.ts';
import { type AlarmSetKey, alarmCodesOf, deviceAlarm, isDeviceCode } from './alarm-set.ts';
import { takesBack } from './alert-life.ts';
import { addToRuns, type Episode, episodesOf, inOrder, type Run, splitAt } from './backlog.ts';
import type { PumpMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { spoken } from './words.ts';

const mostPastEpisodes = 20;

/** The pump's newest reading tells another alarm set than the one before: opens what appeared, clears what went. */
export function applyAlarmSet(rules: Rules, pump: PumpMemory, next: AlarmSetKey, atMs: number, offset: number): void {
  const before = new Set(alarmCodesOf(pump.doc.alarms));
  const after = new Set(alarmCodesOf(next));
  pump.doc.alarms = next;
  const { drug } = pump.doc;
  for (const code of before) if (!after.has(code)) disappear(rules, pump, code, offset);
  for (const code of after) {
    if (before.has(code)) continue;
    appear(rules, pump, { code, firstAt: atMs, lastAt: atMs, ended: false, drug, offset }, 1);
  }
}

/** Keeps a reading of a backlog until the backlog ends. */
export function addToBacklog(rules: Rules, pump: PumpMemory, run: Run): void {
  const { doc } = pump;
  addToRuns(doc.pending, run);
  if (doc.pending.length > rules.policy.backlog.mostRuns) judgeBacklog(rules, pump);
}

/**
 * The backlog has ended. What is still there at its end is opened now with its true onset; what came and went inside it
 * goes into the log as closed history; what is older than the present alarm set changes nothing present.
 */
export function judgeBacklog(rules: Rules, pump: PumpMemory): void {
  const { doc, hub } = pump;
  const { boot: runningBoot, skew } = hub.doc;
  doc.judgeDue = null;
  if (doc.pending.length === 0) return;
  const runs = inOrder(doc.pending, runningBoot);
  doc.pending = [];
  const older: Run[] = [];
  const newer: Run[] = [];
  for (const run of runs) {
    const [old, young] = splitAt(run, doc.alarmsAt, orderingInstant(run.firstAt, skew, rules.book.now), runningBoot);
    if (old) older.push(old);
    if (young) newer.push(young);
  }
  for (const episode of episodesOf(older)) if (!isKnown(rules, pump, episode)) toHistory(rules, pump, [episode]);
  judgeNewer(rules, pump, newer);
  rules.touch(pump);
}

function judgeNewer(rules: Rules, pump: PumpMemory, runs: readonly Run[]): void {
  const { doc, hub } = pump;
  const first = runs[0];
  const last = runs.at(-1);
  if (first === undefined || last === undefined) return;
  const before = new Set(alarmCodesOf(doc.alarms));
  const after = new Set(alarmCodesOf(last.alarms));
  doc.alarms = last.alarms;
  doc.alarmsAt = { boot: last.boot, seq: last.to, at: orderingInstant(last.lastAt, hub.doc.skew, rules.book.now) };
  for (const code of before) if (!after.has(code)) disappear(rules, pump, code, last.offset);
  for (const [code, episodes] of byCode(episodesOf(runs))) {
    const newest = episodes.at(-1);
    if (newest === undefined) continue;
    const wentAway = episodes.length > 1 || !alarmCodesOf(first.alarms).includes(code);
    if (!after.has(code)) {
      if (!before.has(code)) toHistory(rules, pump, episodes);
    } else if (!before.has(code)) appear(rules, pump, newest, episodes.length);
    else if (wentAway) returned(rules, pump, newest);
  }
}

function byCode(episodes: readonly Episode[]): Map<string, Episode[]> {
  return Map.groupBy(episodes, (episode) => episode.code);
}

/** The alarm was there before the backlog, went away inside it, and is back at its end. */
function returned(rules: Rules, pump: PumpMemory, episode: Episode): void {
  const record = rules.book.latest(pump.doc.id, pump.doc.hub, episode.code);
  if (record === undefined) {
    appear(rules, pump, episode, 1);
    return;
  }
  const reason = 'It went away and came back while the hub was not heard; learned late.';
  rules.book.recur(record, { reason, offset: episode.offset }, true);
}

function appear(rules: Rules, pump: PumpMemory, episode: Episode, count: number): void {
  const { book } = rules;
  const { doc, hub } = pump;
  const { code, offset } = episode;
  const record = book.latest(doc.id, doc.hub, code);
  if (record?.alert.condition === 'active') return;
  if (record?.alert.condition === 'clearing') {
    book.recur(record, { reason: 'The pump reports it again before it had stayed away.', offset }, false);
    return;
  }
  if (record && takesBack(rules.policy, record.alert, book.now)) {
    book.recur(record, { reason: 'The pump reports it again soon after it had cleared.', offset }, true);
    return;
  }
  const { text } = deviceAlarm(code);
  const since = Math.min(book.now, gatewayInstant(hub.doc.skew, episode.firstAt));
  const late = book.now - since;
  const drug = episode.drug ?? doc.drug;
  const reason =
    late > ms(rules.policy.backlog.olderThanSeconds)
      ? `${text}. Learned late: it began ${spoken(late)} before the hub could report it, and is still there.`
      : `${text}: reported by the pump.`;
  book.open(
    {
      pump: doc.id,
      hub: doc.hub,
      patient: pump.context.patient,
      code,
      priority: devicePriority(rules, pump, code, drug),
      text,
      since,
      drug,
      stateUnknown: doc.unknown,
      count,
    },
    { reason, offset },
  );
}

function disappear(rules: Rules, pump: PumpMemory, code: string, offset: number): void {
  const record = rules.book.latest(pump.doc.id, pump.doc.hub, code);
  if (record?.alert.condition !== 'active') return;
  const { clearHoldSeconds } = rules.policy.priorities[record.alert.priority];
  const reason = `The pump no longer reports it; it counts as cleared when it stays away for ${clearHoldSeconds} s.`;
  rules.book.clearing(record, { reason, offset });
}

/** One occurrence for all stays of one alarm in a backlog. */
function toHistory(rules: Rules, pump: PumpMemory, episodes: readonly Episode[]): void {
  const first = episodes[0];
  const last = episodes.at(-1);
  if (first === undefined || last === undefined) return;
  const { book } = rules;
  const { doc, hub } = pump;
  const { code, offset } = first;
  const { text } = deviceAlarm(code);
  const since = Math.min(book.now, gatewayInstant(hub.doc.skew, first.firstAt));
  const until = Math.min(book.now, gatewayInstant(hub.doc.skew, last.lastAt));
  const drug = first.drug ?? doc.drug;
  const priority = devicePriority(rules, pump, code, drug);
  const begun = `it began ${spoken(book.now - since)} ago and was over ${spoken(book.now - until)} ago`;
  book.openAsHistory(
    {
      pump: doc.id,
      hub: doc.hub,
      patient: pump.context.patient,
      code,
      priority,
      text,
      since,
      drug,
      stateUnknown: false,
      count: episodes.length,
    },
    until,
    { reason: `${text}. Learned late: ${begun}, before the gateway heard of it.`, offset },
  );
}

/** Whether the log has this stay already: an occurrence of the same alarm at about that time. */
function isKnown(rules: Rules, pump: PumpMemory, episode: Episode): boolean {
  const { doc, hub } = pump;
  const slack = ms(rules.policy.backlog.olderThanSeconds);
  const from = gatewayInstant(hub.doc.skew, episode.firstAt) - slack;
  const to = gatewayInstant(hub.doc.skew, episode.lastAt) + slack;
  const open = rules.book.openOf(doc.id, doc.hub).filter(({ alert }) => alert.code === episode.code);
  return (
    open.some(({ alert }) => alert.since <= to && (alert.clearedAt ?? rules.book.now) >= from) ||
    doc.past.some((past) => past.code === episode.code && past.from <= to && past.to >= from)
  );
}

/** Remembers a closed occurrence, so that late readings of it do not make another. */
export function remember(pump: PumpMemory, alert: Alert): void {
  pump.doc.past.push({ code: alert.code, from: alert.since, to: alert.clearedAt ?? alert.learnedAt });
  if (pump.doc.past.length > mostPastEpisodes) pump.doc.past.shift();
}

/** Medium alarms are high while a drug runs whose interruption harms within minutes. */
export function devicePriority(rules: Rules, pump: PumpMemory, code: string, drug: string | null): AlarmPriority {
  const { priority } = deviceAlarm(code);
  const isCritical = rules.isCritical(drug) || (drug === pump.doc.drug && pump.critical);
  return priority === 'medium' && isCritical ? 'high' : priority;
}

/** The pump told of a critical drug only after its alarms were opened. */
export function raiseForDrug(rules: Rules, pump: PumpMemory, offset?: number): void {
  const { doc } = pump;
  if (!pump.critical) return;
  for (const record of rules.book.openOf(doc.id, doc.hub)) {
    if (record.alert.priority !== 'medium' || !isDeviceCode(record.alert.code)) continue;
    rules.book.raise(record, 'high', {
      reason: 'The pump gives a drug that must not be interrupted.',
      ...(offset === undefined ? {} : { offset }),
    });
  }
}
