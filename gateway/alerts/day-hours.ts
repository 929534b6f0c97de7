import type { EscalationPolicy } from './escalation-policy.ts';

/** `at` when it lies within the day hours, else the instant at which they begin next. Unix ms. */
export function inDayHours({ zone, from, to }: EscalationPolicy['dayHours'], at: number): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const isDay = from < to ? local.hour >= from && local.hour < to : local.hour >= from || local.hour < to;
  if (isDay) return at;
  const today = local.with({ hour: from, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  const next = today.epochMilliseconds > at ? today : today.add({ days: 1 });
  return next.epochMilliseconds;
}
