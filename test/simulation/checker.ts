import { priorityRank } from '#model/alarms.ts';
import type { Alert } from '#model/alert.ts';
import { lostMessages } from './message-checker.ts';
import { priorityOf, type TrueHazard } from './night-pump.ts';
import { identity, type NightRecord } from './night-record.ts';
import { notReplayed } from './replayed.ts';

/**
 * What the product promises (alerting.md §2.0, §2.5), held against the truth of a night. The numbers are written down here and not
 * read from the policy that the night ran with: a policy that is worse is a fault too.
 */
const S = 1_000;
const MIN = 60 * S;

/** Longest time between two pages of an open alert that nobody has (alerting.md §2.2: the widest gap of its ladder). */
const LONGEST_GAP: Readonly<Record<string, number>> = { high: 5 * MIN, medium: 30 * MIN };
/** How long an acknowledgement is good for while the condition is there, and once it cleared. */
const ACK: Readonly<Record<string, number>> = { high: 15 * MIN, medium: 60 * MIN };
const ACK_CLEARED = 60 * MIN;
/** From the commit of the first reading that tells of it to the first page: hold before active, and what the machine needs. */
const FIRST_PAGE: Readonly<Record<string, number>> = { high: 10 * S, medium: 75 * S };
/** A condition that is gone fires on for so long. */
const CLEAR_HOLD: Readonly<Record<string, number>> = { high: MIN, medium: 2 * MIN, low: 5 * MIN };
/** A look later than its instant: the tick of the gateway, a retry of a disk that refused, the catching up after a start. */
const SLACK = 15 * S;
/** Hubs need this long to find a gateway that is back. */
const RECONNECT = 10 * S;
/** The shortest limit of silence, less what a start of the gateway and the way of a reading may take of it. */
const SHORTEST_SILENCE = 180 * S - 2 * RECONNECT - 5 * S;
/** Under a calendar that was set back it is known to 20 s when a hub was heard, and never later than it was. */
const EXACT_WHEN_BEHIND = 20 * S;
/** Silence after which a hub counts among those that are dark together. */
const BADGE = 90 * S - 2 * RECONNECT - 5 * S;
/** A page that was held is looked at again so often. */
const HELD_LOOK = 30 * S;

export function problemsOf(record: NightRecord): string[] {
  return [
    ...missingReadings(record),
    ...pagesWithoutHazard(record),
    ...hazardsWithoutPage(record),
    ...brokenEscalations(record),
    ...doubles(record),
    ...lostMessages(record),
    ...brokenTransactions(record),
    ...clearedTooSoon(record),
    ...brokenRules(record),
    ...notReplayed(record),
  ];
}

const clock = (ms: number): string => {
  const s = Math.floor(ms / 1_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(s / 3_600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
};

/** Acknowledged means stored. */
function* missingReadings({ acknowledged, journal }: NightRecord): Generator<string> {
  const stored = new Set<string>();
  for (const entry of journal) {
    if (entry.kind === 'reading') stored.add(identity(entry.pump, entry.boot, entry.reading.seq));
  }
  for (const key of acknowledged) if (!stored.has(key)) yield `an acknowledged reading is missing: ${key}`;
}

/** Nobody is woken for nothing, and nothing that was over when it was learned of pages. */
function* pagesWithoutHazard(record: NightRecord): Generator<string> {
  const openings = new Map(
    record.events.filter(({ value }) => value.kind === 'opened').map((one) => [one.value.alert, one]),
  );
  const firsts = new Set<string>();
  for (const { value: page, atMs } of record.pages) {
    if (page.kind !== 'page' || firsts.has(page.alert)) continue;
    firsts.add(page.alert);
    const opened = openings.get(page.alert);
    if (opened === undefined) {
      yield `${clock(atMs)} page ${page.id} of an alert that never opened`;
      continue;
    }
    const why = noReason(record, opened.value.after, opened.atMs, atMs);
    if (why !== null)
      yield `${clock(atMs)} page ${page.id} for nothing: ${opened.value.after.code} of ${page.pump ?? page.hub}: ${why}`;
  }
}

function noReason(
  record: NightRecord,
  { code, pump, hub, priority }: Alert,
  openedMs: number,
  pagedMs: number,
): string | null {
  if (code === 'pump-quiet') {
    const heard = record.committed.get(pump ?? '')?.findLast(({ committedMs }) => committedMs < openedMs);
    const silent = silence(record, heard?.committedMs ?? 0, openedMs);
    return silent >= shortestSilence(record, openedMs) ? null : `it was heard ${clock(silent)} before`;
  }
  if (code === 'hub-dark') {
    const heard = record.hubHeard.get(hub ?? '')?.findLast((at) => at < openedMs);
    const silent = silence(record, heard ?? 0, openedMs);
    return silent >= shortestSilence(record, openedMs) ? null : `it was heard ${clock(silent)} before`;
  }
  if (pump === null && code === 'clock-skew') {
    const skewed = record.plan.hubs.some(({ id, skewMs }) => id === hub && Math.abs(skewMs) > 100 * S);
    return skewed || record.plan.wallSteps.some(({ atMs }) => atMs <= openedMs) ? null : 'its clock was right';
  }
  if (pump === null && hub === null) {
    const silent = [...record.hubHeard.values()].filter((heard) => {
      const last = heard.findLast((at) => at < openedMs) ?? 0;
      return silence(record, last, openedMs) >= BADGE;
    });
    if (silent.length > 3) return null;
  }
  if (pump === null)
    return [...record.plan.stateRefuses, ...record.plan.journalRefuses, ...record.plan.providersFail].some(
      ({ fromMs }) => fromMs < openedMs,
    )
      ? null
      : 'the gateway was well';
  const firesOn = pagedMs - openedMs > MIN ? (CLEAR_HOLD[priority] ?? 0) + 2 * S : 2 * S;
  const early = besideAnAlarm[code] ?? { beforeMs: 0, afterMs: 0 };
  const hazards = record.hazards.filter((one) => one.pump === pump && one.fromMs - early.beforeMs <= pagedMs);
  if (hazards.length === 0) return 'nothing was wrong with it';
  const known = hazards.some(
    (one) => !knownOver(record, one, pagedMs - (isBacklog(record, one) ? 0 : firesOn) - early.afterMs),
  );
  return known ? null : 'it was over, and the gateway had been told';
}

function shortestSilence({ plan }: NightRecord, atMs: number): number {
  const wasSetBack = plan.wallSteps.some((step) => step.byMs < 0 && step.atMs <= atMs);
  return wasSetBack ? SHORTEST_SILENCE - EXACT_WHEN_BEHIND : SHORTEST_SILENCE;
}

/** Words about an alarm: one comes before it, one after it came and went; both are said on until they have cleared. */
const besideAnAlarm: Readonly<Record<string, { readonly beforeMs: number; readonly afterMs: number }>> = {
  'occlusion-advisory': { beforeMs: 20 * MIN, afterMs: 60 * MIN },
  'alarm-chatter': { beforeMs: 0, afterMs: 60 * MIN },
};

/** How long nothing was heard while somebody could have heard it: a gateway that was away cannot say that a hub was silent. */
function silence({ away }: NightRecord, fromMs: number, toMs: number): number {
  const deaf = away.reduce((sum, span) => {
    const until = Math.min(toMs, span.toMs + RECONNECT);
    return sum + Math.max(0, until - Math.max(fromMs, span.fromMs));
  }, 0);
  return toMs - fromMs - deaf;
}

/** Whether a reading from after its end was in the journal at that instant. */
function knownOver({ committed }: NightRecord, { pump, endMs, code }: TrueHazard, atMs: number): boolean {
  if (endMs === null) return false;
  const readings = committed.get(pump) ?? [];
  return readings.some((one) => one.measuredMs >= endMs && one.committedMs <= atMs && !one.codes.includes(code));
}

/**
 * Whether all of its story was old when it was learned of: then its end counts before its beginning pages. With the calendar set
 * meanwhile nobody can tell how old it is, and what seems new is told.
 */
function isBacklog({ committed, plan }: NightRecord, { pump, code, fromMs, endMs }: TrueHazard): boolean {
  const tell = committed
    .get(pump)
    ?.filter((one) => one.measuredMs >= fromMs && one.measuredMs <= (endMs ?? Infinity) && one.codes.includes(code));
  return (
    tell?.every(
      ({ measuredMs, committedMs }) =>
        committedMs - measuredMs > 5 * MIN &&
        !plan.wallSteps.some(({ atMs }) => atMs >= measuredMs && atMs <= committedMs),
    ) === true
  );
}

/** Every hazard of which the gateway was told while it was there pages in time. */
function* hazardsWithoutPage(record: NightRecord): Generator<string> {
  const byPump = Map.groupBy(record.pages, ({ value }) => value.pump);
  const digests = record.pages.filter(({ value }) => value.kind === 'digest');
  const alerts = alertsOf(record);
  for (const hazard of record.hazards) {
    const first = record.committed
      .get(hazard.pump)
      ?.find(({ measuredMs, codes }) => measuredMs >= hazard.fromMs && codes.includes(hazard.code));
    if (first === undefined) continue;
    const priority = priorityOf(hazard.code);
    const within_ = FIRST_PAGE[priority];
    if (within_ === undefined) continue;
    const due = laterBy(record, first.committedMs, within_ + SLACK);
    if (due > record.endMs || (hazard.endMs !== null && (hazard.endMs < due || knownOver(record, hazard, due))))
      continue;
    const mine = alerts.filter(({ pump, code }) => pump === hazard.pump && code === hazard.code).map(({ id }) => id);
    const told =
      byPump
        .get(hazard.pump)
        ?.some(({ value, atMs }) => mine.includes(value.alert) && atMs >= hazard.fromMs && atMs <= due) === true ||
      digests.some(
        ({ value, atMs }) => atMs <= due && atMs >= hazard.fromMs && mine.some((id) => value.gathers.includes(id)),
      ) ||
      isTaken(record, mine, due) ||
      isHeld(record, mine, due);
    if (!told)
      yield `${clock(hazard.fromMs)} ${hazard.code} of ${hazard.pump}, known at ${clock(first.committedMs)}, paged nobody by ${clock(due)}`;
  }
}

/** `by` later, the time without a running gateway or a state file that takes writes not counted. */
function laterBy({ away, plan }: NightRecord, fromMs: number, by: number): number {
  const idle = [...away, ...plan.stateRefuses, ...plan.journalRefuses].sort((a, b) => a.fromMs - b.fromMs);
  let due = fromMs + by;
  for (const span of idle) {
    if (span.toMs <= fromMs || span.fromMs >= due) continue;
    due += span.toMs - Math.max(span.fromMs, fromMs) + SLACK;
  }
  return due;
}

function alertsOf({ events }: NightRecord): Alert[] {
  return [...new Map(events.map(({ value }) => [value.alert, value.after])).values()];
}

/** Somebody had it already when it came again: then it is theirs. */
function isTaken({ events }: NightRecord, alerts: readonly string[], atMs: number): boolean {
  return alerts.some((id) => {
    const last = events.findLast((one) => one.value.alert === id && one.atMs <= atMs);
    return (
      last !== undefined && (last.value.after.response !== 'unacknowledged' || last.value.after.state === 'closed')
    );
  });
}

function isHeld({ events }: NightRecord, alerts: readonly string[], atMs: number): boolean {
  return alerts.some(
    (id) => events.findLast((one) => one.value.alert === id && one.atMs <= atMs)?.value.after.held != null,
  );
}

/** While an alert is open and nobody has it, the next page is never far; and having it ends. */
function* brokenEscalations(record: NightRecord): Generator<string> {
  const pages = Map.groupBy(record.pages, ({ value }) => value.alert);
  const digests = record.pages.filter(({ value }) => value.kind === 'digest');
  for (const [id, events] of Map.groupBy(record.events, ({ value }) => value.alert)) {
    const own = [...(pages.get(id) ?? []), ...digests.filter(({ value }) => value.gathers.includes(id))]
      .filter(({ value }) => value.kind === 'page' || value.kind === 'digest')
      .map(({ atMs }) => atMs);
    const marks = [
      ...events.map(({ atMs, value }) => ({ atMs, after: value.after as Alert | null })),
      ...own.map((atMs) => ({ atMs, after: null })),
    ];
    marks.sort((a, b) => a.atMs - b.atMs);
    let coveredUntil = 0;
    let takenMs = 0;
    let state: Alert | null = null;
    for (const { atMs, after } of [...marks, { atMs: record.endMs, after: null }]) {
      if (state !== null && needsSomebody(state) && atMs > laterBy(record, coveredUntil, SLACK + HELD_LOOK)) {
        yield `${clock(coveredUntil)} ${state.code} of ${state.pump ?? state.hub} (${id}, ${state.response}) was with nobody until ${clock(atMs)}`;
        break;
      }
      if (after === null) {
        if (state !== null) coveredUntil = Math.max(coveredUntil, atMs + gapOf(state));
        continue;
      }
      const before: Alert | null = state;
      state = after;
      if (after.acknowledgedAt !== before?.acknowledgedAt) takenMs = atMs;
      coveredUntil = coverOf(before, after, atMs, takenMs, coveredUntil);
    }
  }
}

const needsSomebody = ({ state, priority, held, condition, missed }: Alert): boolean =>
  state === 'open' &&
  held === null &&
  LONGEST_GAP[priority] !== undefined &&
  (condition !== 'cleared' || priority === 'high') &&
  !missed;

/** "P1 stays OPEN, escalation falls to P2 pace" once its condition is gone. */
const gapOf = ({ priority, condition }: Alert): number =>
  (condition === 'active' ? LONGEST_GAP[priority] : LONGEST_GAP['medium']) ?? Number.POSITIVE_INFINITY;

/** Until when nobody need be paged, from the state after a change. */
function coverOf(before: Alert | null, after: Alert, atMs: number, takenMs: number, until: number): number {
  const { priority, response, condition } = after;
  if (before !== null && before.held !== null && after.held === null && response === 'unacknowledged')
    return atMs + gapOf(after);
  if (before === null || (before.condition !== after.condition && response === 'unacknowledged')) {
    return Math.max(before === null ? 0 : until, atMs + gapOf(after));
  }
  // Whoever took it and sees it over has the rest of an hour to close it.
  const over = response === 'acknowledged' && condition === 'cleared' ? takenMs + ACK_CLEARED + gapOf(after) : 0;
  if (response === before.response && after.acknowledgedAt === before.acknowledgedAt) return Math.max(until, over);
  if (response === 'acknowledged') return Math.max(atMs + (ACK[priority] ?? ACK_CLEARED) + gapOf(after), over);
  if (response === 'snoozed') return atMs + (priority === 'high' ? 10 : 60) * MIN + gapOf(after);
  if (response === 'shelved') return atMs + 8 * 60 * MIN;
  return atMs + gapOf(after);
}

/** No page is made twice, and nobody is told the same more often than crashes and lost answers explain. */
function* doubles({ pages, told, handed, crashes }: NightRecord): Generator<string> {
  const ids = pages.map(({ value }) => value.id);
  if (new Set(ids).size < ids.length) yield `the outbox holds ${ids.length - new Set(ids).size} pages twice`;
  const lost = Map.groupBy(
    handed.filter(({ outcome }) => outcome === 'taken, answer lost'),
    ({ delivery }) => delivery,
  );
  for (const [key, all] of Map.groupBy(told, ({ page, person, channel }) => `${page.id}/${person}/${channel}`)) {
    const excused = crashes + (lost.get(key)?.length ?? 0);
    if (all.length - 1 > excused) yield `${key} was told ${all.length} times`;
  }
}

/** No page without the change that caused it, and no step of an escalation without its page: both in one transaction. */
function* brokenTransactions({ pages, events }: NightRecord): Generator<string> {
  const mark = (alert: string, atMs: number) => `${alert} ${atMs}`;
  const caused = new Set(events.map(({ value, atMs }) => mark(value.alert, atMs)));
  for (const { value, atMs } of pages) {
    if (value.kind !== 'digest' && !caused.has(mark(value.alert, atMs)))
      yield `${clock(atMs)} page ${value.id} stands without the event that caused it`;
  }
  const paged = new Set(pages.map(({ value, atMs }) => mark(value.alert, atMs)));
  for (const { value, atMs } of events) {
    if (value.kind === 'paged' && !paged.has(mark(value.alert, atMs)))
      yield `${clock(atMs)} step ${value.after.escalationStep} of ${value.alert} stands without its page`;
  }
}

/** What the engine looks after by itself never found anything. */
function* brokenRules({ events }: NightRecord): Generator<string> {
  for (const { value, atMs } of events) {
    if (value.after.code === 'engine-rule-broken' && value.kind === 'opened')
      yield `${clock(atMs)} the engine broke a rule of its own`;
  }
}

/** Neither silence nor a restart ends a condition: only the pump's own word does. */
function* clearedTooSoon(record: NightRecord): Generator<string> {
  for (const { value, atMs } of record.events) {
    if (value.kind !== 'clearing' && value.kind !== 'cleared') continue;
    const { pump, code } = value.after;
    if (pump === null) continue;
    const there = record.hazards.find(
      (one) => one.pump === pump && one.code === code && one.fromMs < atMs && (one.endMs === null || one.endMs > atMs),
    );
    if (there === undefined || priorityRank[priorityOf(there.code)] > priorityRank.medium) continue;
    // An alarm that comes and goes while its hazard stays is taken at its word.
    const words = record.committed.get(pump) ?? [];
    if (words.some((one) => one.committedMs <= atMs && one.measuredMs >= there.fromMs && !one.codes.includes(code)))
      continue;
    yield `${clock(atMs)} ${code} of ${pump} counts as ${value.kind} and is there since ${clock(there.fromMs)}`;
  }
}
