/** A condition that has to last before it counts, and to be well inside its limit before it is over. JSON. */
export type Hold = { since: number; samples: number; on: boolean };

export const newHold = (): Hold => ({ since: 0, samples: 0, on: false });

/** Single samples prove nothing: a derived condition needs several, over its whole hold. */
const leastSamples = 3;

/**
 * Takes one sample in. `beyond`: outside the limit; `inside`: back inside by the hysteresis. Between the two nothing
 * changes. True while the condition counts.
 */
export function holds(hold: Hold, beyond: boolean, inside: boolean, at: number, lastsMs: number): boolean {
  if (hold.on) {
    if (inside) release(hold);
  } else if (beyond) {
    if (hold.samples === 0) hold.since = at;
    hold.samples += 1;
    hold.on = hold.samples >= leastSamples && at - hold.since >= lastsMs;
  } else if (hold.samples > 0) release(hold);
  return hold.on;
}

export function release(hold: Hold): void {
  hold.since = 0;
  hold.samples = 0;
  hold.on = false;
}
