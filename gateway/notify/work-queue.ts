import { type AlarmPriority, priorityRank } from '#model/alarms.ts';
import type { ChannelKind } from '#model/paging.ts';

/** Something to be done at an instant: a try of a delivery, or the next channel group of a page for a person. */
export type Work =
  | { readonly key: string; readonly kind: 'reach'; readonly dueAt: number }
  | {
      readonly key: string;
      readonly kind: 'try';
      readonly dueAt: number;
      readonly channel: ChannelKind;
      readonly recipient: string;
      readonly priority: AlarmPriority;
    };
export type Try = Extract<Work, { kind: 'try' }>;

type Entry = { readonly work: Work; readonly order: number };

/** Index in memory of the stored timers. What is due waits in lanes by channel and priority, first come first served. */
export class WorkQueue {
  readonly #current = new Map<string, Entry>();
  readonly #heap: Entry[] = [];
  readonly #lanes = new Map<ChannelKind, Map<string, Try>[]>();
  readonly #byPerson = new Map<string, Set<string>>();
  #order = 0;

  get size(): number {
    return this.#current.size;
  }

  set(work: Work): void {
    this.remove(work.key, work.kind);
    const entry = { work, order: this.#order++ };
    this.#current.set(idOf(work.key, work.kind), entry);
    if (work.kind === 'try') {
      const person = personOf(work);
      const keys = this.#byPerson.get(person) ?? new Set();
      this.#byPerson.set(person, keys.add(work.key));
    }
    push(this.#heap, entry);
  }

  remove(key: string, kind: Work['kind']): void {
    const id = idOf(key, kind);
    const work = this.#current.get(id)?.work;
    this.#current.delete(id);
    if (work?.kind !== 'try') return;
    this.#lanes.get(work.channel)?.[priorityRank[work.priority]]?.delete(key);
    const person = personOf(work);
    const keys = this.#byPerson.get(person);
    keys?.delete(key);
    if (keys?.size === 0) this.#byPerson.delete(person);
  }

  /** Puts the tries that are due into their lanes and answers the reaches that are. */
  due(now: number): string[] {
    const reaches: string[] = [];
    for (let first = this.#heap[0]; first && first.work.dueAt <= now; first = this.#heap[0]) {
      pop(this.#heap);
      const { work } = first;
      if (this.#current.get(idOf(work.key, work.kind)) !== first) continue;
      if (work.kind === 'reach') reaches.push(work.key);
      else this.#lane(work).set(work.key, work);
    }
    return reaches;
  }

  /** The most urgent tries that wait in the lanes of a channel. Stays valid while entries are removed. */
  *ready(channel: ChannelKind): Generator<Try> {
    for (const lane of this.#lanes.get(channel) ?? []) if (lane.size > 0) yield* lane.values();
  }

  /** Keys of all tries for this person by this channel, due or not. */
  waitingFor(channel: ChannelKind, recipient: string): readonly string[] {
    return [...(this.#byPerson.get(`${channel}/${recipient}`) ?? [])];
  }

  nextDueAt(): number | null {
    for (let first = this.#heap[0]; first; first = this.#heap[0]) {
      if (this.#current.get(idOf(first.work.key, first.work.kind)) === first) return first.work.dueAt;
      pop(this.#heap);
    }
    return null;
  }

  #lane(work: Try): Map<string, Try> {
    const lanes = this.#lanes.get(work.channel) ?? Object.values(priorityRank).map(() => new Map<string, Try>());
    this.#lanes.set(work.channel, lanes);
    return lanes[priorityRank[work.priority]] ?? new Map();
  }
}

const idOf = (key: string, kind: Work['kind']): string => `${kind} ${key}`;
const personOf = ({ channel, recipient }: Try): string => `${channel}/${recipient}`;
const before = (a: Entry, b: Entry): boolean =>
  a.work.dueAt < b.work.dueAt || (a.work.dueAt === b.work.dueAt && a.order < b.order);

/** Binary heap, the earliest first. */
function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(heap, at, parent)) return;
    at = parent;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const a = heap[left];
    const b = heap[left + 1];
    if (a === undefined) return;
    const child = b !== undefined && before(b, a) ? left + 1 : left;
    if (!swapIfBefore(heap, child, at)) return;
    at = child;
  }
}

function swapIfBefore(heap: Entry[], low: number, high: number): boolean {
  const a = heap[low];
  const b = heap[high];
  if (!a || !b || !before(a, b)) return false;
  heap[low] = b;
  heap[high] = a;
  return true;
}
