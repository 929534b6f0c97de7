/** What falls due: a rule named by `kind` looks again at the thing named by `key`. */
export interface DueEntry {
  readonly due: number;
  readonly kind: DueKind;
  readonly key: string;
}

/** In the order in which entries of the same instant run: what ends a hold comes before what finds silence. */
export const dueKinds = [
  'judge',
  'hold',
  'response',
  'end',
  'page',
  'gap',
  'start',
  'pump-silence',
  'hub-silence',
  'outage',
] as const;
export type DueKind = (typeof dueKinds)[number];

const rank: Readonly<Record<DueKind, number>> = {
  judge: 0,
  hold: 1,
  response: 2,
  end: 3,
  page: 4,
  gap: 5,
  start: 6,
  'pump-silence': 7,
  'hub-silence': 8,
  outage: 9,
};

const before = (a: DueEntry, b: DueEntry): boolean =>
  a.due !== b.due ? a.due < b.due : a.kind !== b.kind ? rank[a.kind] < rank[b.kind] : a.key < b.key;

/**
 * A binary heap of what is to be looked at again and when. Entries are never moved or removed: whoever pops one checks
 * against the state whether it still means something. The order does not depend on the order of adding.
 */
export class DueQueue {
  readonly #heap: DueEntry[] = [];

  nextDue(): number | null {
    return this.#heap[0]?.due ?? null;
  }

  push(entry: DueEntry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !before(entry, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  /** Takes the first entry due at or before `now`. */
  pop(now: number): DueEntry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.due > now) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: DueEntry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      if (left === undefined) break;
      const right = heap[2 * at + 2];
      const takeRight = right !== undefined && before(right, left);
      const child = takeRight ? right : left;
      if (!before(child, entry)) break;
      heap[at] = child;
      at = 2 * at + (takeRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}
