import type { StateStore } from '#kernel/state-store.ts';

/** Readings that were measured and are no more: the gateway is told that it need not ask for them. */
export interface DeclaredGap {
  readonly pump: string;
  readonly boot: string;
  /** First and last number among them; others between them are kept. */
  readonly from: number;
  readonly to: number;
  readonly missing: number;
  /** `thinned`: the disk was full of unsent readings. `refused`: the disk took nothing. */
  readonly reason: 'thinned' | 'refused';
}

const GAPS = 'gaps';
/** A status has to stay small; older ones are told no more. */
const MOST_TOLD = 100;

/** Gaps of this hub, on disk. One for each pump, boot and reason. */
export class DeclaredGaps {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  add(gaps: readonly DeclaredGap[]): void {
    this.#store.transact((tx) => {
      for (const gap of gaps) {
        const key = `${gap.boot} ${gap.pump} ${gap.reason}`;
        const known = tx.get<{ [K in keyof DeclaredGap]: DeclaredGap[K] }>(GAPS, key);
        tx.put(GAPS, key, { ...(known ? joined(known, gap) : gap) });
      }
    });
  }

  /** The newest, by boot: ids of boots sort by time. */
  told(): DeclaredGap[] {
    return this.#store
      .list<{ [K in keyof DeclaredGap]: DeclaredGap[K] }>(GAPS)
      .slice(-MOST_TOLD)
      .map(({ value }) => value);
  }
}

const joined = (a: DeclaredGap, b: DeclaredGap): DeclaredGap => ({
  ...a,
  from: Math.min(a.from, b.from),
  to: Math.max(a.to, b.to),
  missing: a.missing + b.missing,
});

/** One gap for each pump and boot among readings that go. */
export function gapsOf(
  readings: readonly { readonly pump: string; readonly boot: string; readonly seq: number }[],
  reason: DeclaredGap['reason'],
): DeclaredGap[] {
  const gaps = new Map<string, DeclaredGap>();
  for (const { pump, boot, seq } of readings) {
    const one = { pump, boot, from: seq, to: seq, missing: 1, reason };
    const known = gaps.get(`${boot} ${pump}`);
    gaps.set(`${boot} ${pump}`, known ? joined(known, one) : one);
  }
  return [...gaps.values()];
}
