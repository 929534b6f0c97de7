import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { minutes } from '#kernel/time.ts';
import type { Visit } from '#model/pump-context.ts';

const COLLECTION = 'visit';
/** A visit that nobody ended is over then. */
const LONGEST = minutes(60);

/** Nurses checked in at homes: alarms of that pump go to them first. A nurse checks in for themselves only. */
export class Visits {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  checkIn(pump: string, nurse: string): Visit {
    const since = this.#clock.wall();
    const visit: Visit = { nurse, since, until: since + LONGEST };
    this.#store.transact((tx) => tx.put(COLLECTION, pump, visit));
    return visit;
  }

  /** Answers whether there was a visit to end. */
  checkOut(pump: string): boolean {
    return this.#store.transact((tx) => {
      const known = tx.get(COLLECTION, pump) !== undefined;
      tx.delete(COLLECTION, pump);
      return known;
    });
  }

  at(pump: string, now: number): Visit | undefined {
    const visit = this.#store.get<Visit>(COLLECTION, pump);
    return visit && now >= visit.since && now < visit.until ? visit : undefined;
  }

  list(now: number): { pump: string; visit: Visit }[] {
    return this.#store
      .list<Visit>(COLLECTION)
      .map(({ key, value }) => ({ pump: key, visit: value }))
      .filter(({ visit }) => now < visit.until);
  }
}
