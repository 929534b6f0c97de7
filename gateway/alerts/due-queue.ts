import { Heap } from '#kernel/heap.ts';

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
 * What is to be looked at again and when. Entries are never moved or removed: whoever pops one checks against the state
 * whether it still means something. The order does not depend on the order of adding.
 */
export class DueQueue {
  readonly #heap = new Heap(before);

  nextDue(): number | null {
    return this.#heap.first()?.due ?? null;
  }

  push(entry: DueEntry): void {
    this.#heap.push(entry);
  }

  /** Takes the first entry due at or before `now`. */
  pop(now: number): DueEntry | undefined {
    const first = this.#heap.first();
    return first === undefined || first.due > now ? undefined : this.#heap.pop();
  }
}
