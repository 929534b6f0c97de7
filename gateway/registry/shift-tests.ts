import type { Clock } from '#kernel/clock.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { minutes } from '#kernel/time.ts';

type ShiftTest = { readonly sentAt: number; readonly confirmedAt: number | null };

const COLLECTION = 'shift-test';
const TIME_TO_CONFIRM = minutes(15);

/** The test page at the start of a shift. Whoever does not confirm it in time counts as not reachable for that shift. */
export class ShiftTests {
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: StateStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Notes that the test page of this shift goes out. False when it went out before. */
  begin(person: string, shiftFrom: number): boolean {
    const key = keyOf(person, shiftFrom);
    return this.#store.transact((tx) => {
      if (tx.get(COLLECTION, key) !== undefined) return false;
      tx.put(COLLECTION, key, { sentAt: this.#clock.wall(), confirmedAt: null } satisfies ShiftTest);
      return true;
    });
  }

  /** The person followed the link of a test page: all that wait for it are answered. */
  confirm(person: string): void {
    const now = this.#clock.wall();
    this.#store.transact((tx) => {
      for (const { key, value } of tx.list<ShiftTest>(COLLECTION, `${person}/`)) {
        if (value.confirmedAt === null) tx.put(COLLECTION, key, { ...value, confirmedAt: now });
      }
    });
  }

  missed(person: string, shiftFrom: number): boolean {
    const test = this.#store.get<ShiftTest>(COLLECTION, keyOf(person, shiftFrom));
    return test?.confirmedAt === null && this.#clock.wall() - test.sentAt >= TIME_TO_CONFIRM;
  }
}

const keyOf = (person: string, shiftFrom: number): string => `${person}/${shiftFrom}`;
