import type { StateStore } from '#kernel/state-store.ts';
import type { SeriesCursor } from './series-feed.ts';
import type { CursorPort } from './series-runner.ts';

const CURSORS = 'series-cursor';
const WITNESSES = 'series-witness';
const learnedBy = (feed: string): string => `series-learned-${feed}`;

/** Cursors in the state store, offset and learned values in one transaction. */
export class StateCursor implements CursorPort {
  readonly #state: StateStore;

  constructor(state: StateStore) {
    this.#state = state;
  }

  load(feed: string): SeriesCursor | undefined {
    const offset = this.#state.get<number>(CURSORS, feed);
    if (offset === undefined) return undefined;
    const learned = this.#state.list<string>(learnedBy(feed));
    return { offset, learned: new Map(learned.map(({ key, value }) => [key, value])) };
  }

  save(feed: string, offset: number, learned: ReadonlyMap<string, string>): void {
    this.#state.transact((tx) => {
      tx.put(CURSORS, feed, offset);
      for (const [key, value] of learned) tx.put(learnedBy(feed), key, value);
    });
  }

  witness(feed: string): string | undefined {
    return this.#state.get<string>(WITNESSES, feed);
  }

  saveWitness(feed: string, line: string): void {
    this.#state.transact((tx) => tx.put(WITNESSES, feed, line));
  }

  beginAgain(feed: string): void {
    this.#state.transact((tx) => {
      tx.put(CURSORS, feed, 0);
      tx.delete(WITNESSES, feed);
      for (const { key } of tx.list(learnedBy(feed))) tx.delete(learnedBy(feed), key);
    });
  }
}
