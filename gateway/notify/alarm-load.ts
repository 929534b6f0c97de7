import type { AlarmLoad } from '#model/alarm-load.ts';
import { type AlarmPriority, priorityRank } from '#model/alarms.ts';
import type { Alert, AlertEvent } from '#model/alert.ts';
import type { Delivery } from '#model/paging.ts';

/** What the report is made of. Pure: from the alert log and the deliveries alone. */
export interface AlarmLoadInput {
  readonly from: number;
  readonly to: number;
  readonly events: Iterable<AlertEvent>;
  readonly deliveries: Iterable<Delivery>;
  readonly zoneOf: (person: string) => string;
}

/** Endings that mean that nothing had to be done. */
const IDLE_OUTCOMES: ReadonlySet<string> = new Set(['false', 'retired', 'cleared']);
const FIFTEEN_MINUTES = 15 * 60_000;

export function alarmLoad({ from, to, events, deliveries, zoneOf }: AlarmLoadInput): AlarmLoad {
  const latest = new Map<string, Alert>();
  const repliedAt = new Map<string, number>();
  for (const { alert, by, at, after, kind } of events) {
    if (after.learnedAt < from || after.learnedAt >= to) continue;
    latest.set(alert, after);
    if (by !== null && kind !== 'noted' && !repliedAt.has(alert)) repliedAt.set(alert, at);
  }
  const alerts = [...latest.values()];
  return {
    from,
    to,
    alerts: alerts.length,
    shifts: shiftsOf(deliveries, from, to, zoneOf),
    byPriority: priorities.map((priority) =>
      figuresOf(
        priority,
        alerts.filter((alert) => alert.priority === priority),
        repliedAt,
        to,
      ),
    ),
    noisiest: noisiestOf(alerts),
    chatter: alerts
      .filter((alert) => alert.chatter)
      .map(({ id, pump, code, count }) => ({ alert: id, pump, code, count })),
  };
}

const priorities = Object.keys(priorityRank).filter((name): name is AlarmPriority => name in priorityRank);

function figuresOf(
  priority: AlarmPriority,
  alerts: readonly Alert[],
  repliedAt: ReadonlyMap<string, number>,
  to: number,
): AlarmLoad['byPriority'][number] {
  const closed = alerts.filter(({ outcome }) => outcome !== null);
  const acted = closed.filter(({ outcome }) => outcome !== null && !IDLE_OUTCOMES.has(outcome));
  const waits = alerts
    .flatMap(({ id, learnedAt }) => {
      const at = repliedAt.get(id);
      return at === undefined ? [] : [at - learnedAt];
    })
    .sort((a, b) => a - b);
  const unanswered = alerts.filter(({ id, learnedAt }) => (repliedAt.get(id) ?? to) - learnedAt >= FIFTEEN_MINUTES);
  return {
    priority,
    alerts: alerts.length,
    closed: closed.length,
    actionableShare: closed.length === 0 ? null : acted.length / closed.length,
    replyP50Ms: rank(waits, 0.5),
    replyP90Ms: rank(waits, 0.9),
    unansweredAt15Min: unanswered.length,
  };
}

/** Nearest-rank percentile of sorted values, null for none. */
const rank = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;

function noisiestOf(alerts: readonly Alert[]): AlarmLoad['noisiest'] {
  const counts = new Map<string, number>();
  for (const { patient, pump, hub } of alerts) {
    const of = patient ?? pump ?? hub;
    if (of !== null) counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  const sorted = [...counts].map(([of, count]) => ({ of, alerts: count })).sort((a, b) => b.alerts - a.alerts);
  return sorted.slice(0, Math.ceil(sorted.length / 10));
}

function shiftsOf(
  deliveries: Iterable<Delivery>,
  from: number,
  to: number,
  zoneOf: (person: string) => string,
): AlarmLoad['shifts'] {
  const pages = new Map<string, Set<string>>();
  for (const { kind, recipient, queuedAt, page } of deliveries) {
    if ((kind !== 'page' && kind !== 'digest') || recipient.startsWith('hub:') || queuedAt < from || queuedAt >= to)
      continue;
    const key = JSON.stringify([recipient, shiftStart(queuedAt, zoneOf(recipient))]);
    pages.set(key, (pages.get(key) ?? new Set()).add(page));
  }
  return [...pages]
    .map(([key, set]) => {
      const [person, begins]: [string, number] = JSON.parse(key);
      return { person, begins, pages: set.size };
    })
    .sort((a, b) => b.pages - a.pages || a.begins - b.begins);
}

/** The last 07:00 or 19:00 by the wall of this zone. */
function shiftStart(at: number, zone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const date = local.toPlainDate();
  const begin = (day: Temporal.PlainDate, time: string) =>
    day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
  if (local.hour >= 19) return begin(date, '19:00');
  return local.hour >= 7 ? begin(date, '07:00') : begin(date.subtract({ days: 1 }), '19:00');
}
