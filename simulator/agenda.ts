interface Item {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** What is to be done when, in order of time and then of entry. A binary heap: a thousand pumps make millions of entries. */
export class Agenda {
  readonly #heap: Item[] = [];
  #order = 0;

  /** When the next item is due; infinite when there is none. */
  get next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, run: () => void): void {
    const heap = this.#heap;
    const item = { at, order: this.#order++, run };
    let hole = heap.length;
    heap.push(item);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above];
      if (!parent || before(parent, item)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = item;
  }

  /** Takes the next item out. */
  take(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      let child = heap[below];
      if (!child) break;
      const right = heap[below + 1];
      if (right && before(right, child)) {
        child = right;
        below += 1;
      }
      if (before(last, child)) break;
      heap[hole] = child;
      hole = below;
    }
    heap[hole] = last;
    return first;
  }
}

const before = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
