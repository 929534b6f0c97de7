import { localDateAt } from '#model/calendar.ts';
import { noPumpContext, type OrderedInfusion, type PumpContext } from '#model/pump-context.ts';
import type { Order } from '#model/registry.ts';
import type { Registry } from './registry.ts';

/** What the registry says of each pump that was ever assigned, at this time. */
export function pumpContexts(registry: Pick<Registry, 'get' | 'list'>, atMs: number): Map<string, PumpContext> {
  const contexts = new Map<string, PumpContext>();
  const orders = Map.groupBy(registry.list('orders'), ({ record }) => record.patient);
  const limits = Map.groupBy(registry.list('limits'), ({ record }) => record.patient);
  for (const { record } of registry.list('assignments')) {
    const holds = record.from <= atMs && (record.to === null || atMs < record.to);
    if (!holds) {
      if (!contexts.has(record.pump)) contexts.set(record.pump, noPumpContext);
      continue;
    }
    const patient = registry.get('patients', record.patient)?.record;
    if (!patient) continue;
    const today = localDateAt(atMs, patient.zone);
    const inForce = (orders.get(patient.id) ?? [])
      .map((order) => order.record)
      .filter(({ from, to }) => from <= today && (to === null || today <= to))
      // Of several orders, the one given last is the one the pump was set for.
      .sort((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from < b.from ? -1 : 1))
      .at(-1);
    contexts.set(record.pump, {
      ...noPumpContext,
      patient: patient.id,
      order: inForce ? orderedInfusion(inForce, patient.zone) : null,
      overrides: (limits.get(patient.id) ?? [])
        .filter(({ record: { from, to } }) => from <= atMs && atMs < to)
        .map(({ record: { limit, value, order, to }, by }) => ({ limit, value, order, by, expires: to })),
    });
  }
  return contexts;
}

function orderedInfusion(order: Order, zone: string): OrderedInfusion {
  const { id, drug, jcode, rateMlH, volumeMl, from, to, schedule } = order;
  return {
    id,
    drug,
    jcode,
    rateMlH,
    volumeMl,
    from: startOf(from, zone),
    to: to === null ? null : startOf(Temporal.PlainDate.from(to).add({ days: 1 }).toString(), zone),
    continuous: schedule !== null && /^continuous/i.test(schedule),
  };
}

const startOf = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
