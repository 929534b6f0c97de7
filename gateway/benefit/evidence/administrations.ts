import type { Order } from '#model/registry.ts';
import type { Administration } from '../claim-facts.ts';
import { inSpan, localDateAt } from '../local-days.ts';
import type { Stretch } from './delivery.ts';

/** A stretch and the pump that gave it. */
export interface PumpStretch extends Stretch {
  readonly pump: string;
}

export interface Matched {
  readonly administrations: readonly (Administration & {
    readonly pump: string;
    readonly from: number;
    readonly to: number;
  })[];
  /** What ran and belongs to no order: nothing can be said of it but that it ran. */
  readonly unmatched: readonly PumpStretch[];
}

/**
 * What the pumps gave, as administrations of the orders. What runs through local midnight is one administration. A pump
 * that does not name its drug gives the one order in force; with several in force nobody can say which.
 */
export function administrationsOf(stretches: readonly PumpStretch[], orders: readonly Order[], zone: string): Matched {
  const unmatched: PumpStretch[] = [];
  const runs: { order: string; pump: string; infusion: string | null; from: number; to: number; ml: number }[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from || (a.pump < b.pump ? -1 : 1))) {
    const { pump, infusion, from, to, volumeMl } = stretch;
    const order = orderOf(stretch, orders, zone);
    if (order === undefined) {
      unmatched.push(stretch);
      continue;
    }
    const before = runs.findLast((run) => run.pump === pump);
    if (before && before.to === from && before.order === order.id && before.infusion === infusion) {
      before.to = to;
      before.ml += volumeMl;
    } else runs.push({ order: order.id, pump, infusion, from, to, ml: volumeMl });
  }
  const administrations = runs.map(({ order, pump, from, to, ml }) => ({
    order,
    start: isoOf(from),
    end: isoOf(to),
    volume_ml: Math.round(ml * 1_000) / 1_000,
    pump,
    from,
    to,
  }));
  return { administrations, unmatched };
}

function orderOf({ drug, from }: Stretch, orders: readonly Order[], zone: string): Order | undefined {
  const date = localDateAt(from, zone);
  const inForce = orders.filter((order) => inSpan(date, order));
  if (drug === null) return inForce.length === 1 ? inForce[0] : undefined;
  const named = (order: Order) => [order.drug, order.jcode].some((name) => name.toLowerCase() === drug.toLowerCase());
  // Outside of every order's dates it still belongs to the order of its drug: the decision then says what is wrong.
  return (
    inForce.find(named) ??
    orders
      .filter(named)
      .toSorted((a, b) => (a.from < b.from ? -1 : 1))
      .at(-1)
  );
}

const isoOf = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();
