/** Where the rows of a list stand, and what stood at each place a moment ago. Pure: it is told the time. */

/** After the list moved, a tap may have been meant for what stood there before. */
export const settleMs = 700;

interface Place {
  readonly id: string;
  /** When its row went and left the place bare; null while it stands there. */
  readonly bareSince: number | null;
}

export interface Settling {
  readonly places: readonly Place[];
  /** Since when a row has stood where another did. */
  readonly movedAt: ReadonlyMap<string, number>;
}

export const settled: Settling = { places: [], movedAt: new Map() };

/** Notes the new order. On bare ground, as below the last row or in an empty list, no finger was aimed at anything. */
export function reordered(before: Settling, order: readonly string[], now: number): Settling {
  const movedAt = new Map([...before.movedAt].filter(([, at]) => now - at < settleMs));
  const isFresh = ({ bareSince }: Place) => bareSince === null || now - bareSince < settleMs;
  const ground = before.places.filter(isFresh);
  for (const [place, id] of order.entries()) {
    const stood = ground[place];
    if (stood !== undefined && stood.id !== id) movedAt.set(id, now);
  }
  const bare = ground.slice(order.length).map(({ id, bareSince }) => ({ id, bareSince: bareSince ?? now }));
  return { places: [...order.map((id) => ({ id, bareSince: null })), ...bare], movedAt };
}

/** Whether this row has just come to stand where another did. */
export const justMovedIn = ({ movedAt }: Settling, id: string, now: number): boolean =>
  now - (movedAt.get(id) ?? Number.NEGATIVE_INFINITY) < settleMs;
