import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { type MonoMs, millis, monoBetween, monoPlus, seconds } from '#kernel/time.ts';
import type { SeriesStore } from './series-store.ts';

type MaybePromise<T> = T | Promise<T>;

/** What a runner writes to, and asks whether it is still there. */
export type SeriesTarget = Pick<SeriesStore, 'write' | 'holds'>;

/** Keeps one line of each feed that the store has shown to hold. */
export interface WitnessPort {
  witness(feed: string): MaybePromise<string | undefined>;
  saveWitness(feed: string, line: string): MaybePromise<void>;
}

/** Thrown when what was written is no longer in the store. */
export class StoreForgot extends Error {}

/** While all goes well the store is asked this often. After a failure it is asked before the next write. */
const CHECK_EVERY = seconds(60);
/** A store that could not be asked is asked again after this. */
const ASK_AGAIN_AFTER = seconds(5);

/**
 * Finds out that a store lost what it had acknowledged: its database was dropped or made anew, it was set back to a backup,
 * or influxd 1.x lost the log of its last run. That happens to 1.6.7: a kill in the middle of an entry leaves a hole in its
 * write-ahead log, and all that is written behind the hole is gone at the next start.
 *
 * One line that the store has shown to hold, the witness, is asked for again before another takes its place. The first
 * write after each failure gives one, for what such a server loses is all of one run. A store that was never seen to hold a
 * line is never said to have lost it, so that no point too old for it makes a runner begin again for ever.
 */
export class HeldCheck {
  readonly #feed: string;
  readonly #store: SeriesTarget;
  readonly #port: WitnessPort;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #witness: string | undefined;
  #checkFrom: MonoMs | undefined;
  #wantsWitness = true;
  #remade = false;
  /** The store said when it may be asked again. */
  #notBefore: MonoMs | undefined;

  constructor(feed: string, store: SeriesTarget, port: WitnessPort, clock: Pick<Clock, 'monotonic'>) {
    this.#feed = feed;
    this.#store = store;
    this.#port = port;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    this.#witness = await this.#port.witness(this.#feed);
    this.suspect();
  }

  /** Something failed: ask before the next write. */
  suspect(): void {
    this.#checkFrom = undefined;
  }

  /** The store had to be made anew. What had no witness yet is lost with it. */
  remade(): void {
    this.#remade = true;
    this.suspect();
  }

  /**
   * A store that cannot be asked is asked again later.
   * @throws StoreForgot when the witness is gone; GatewayError with `retryAfterMs` while the store wants to be left alone.
   */
  async check(hasWritten: boolean, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#keepAway(now);
    if (this.#checkFrom !== undefined && now < this.#checkFrom) return;
    this.#checkFrom = monoPlus(now, CHECK_EVERY);
    if (this.#witness !== undefined) {
      const held = await this.#asked(this.#witness, signal);
      if (held === false) throw new StoreForgot('The store no longer holds what was written.');
      if (held === undefined) {
        this.#checkFrom = monoPlus(now, ASK_AGAIN_AFTER);
        this.#keepAway(this.#clock.monotonic());
        return;
      }
    } else if (this.#remade && hasWritten) {
      throw new StoreForgot('The store was made anew.');
    }
    this.#remade = false;
    this.#wantsWitness = true;
  }

  /** Lines were written: the last of them may become the witness. */
  async written(lines: readonly string[], signal: AbortSignal): Promise<void> {
    const line = lines.at(-1);
    if (!this.#wantsWitness || line === undefined) return;
    if ((await this.#asked(line, signal)) !== true) return;
    await this.#port.saveWitness(this.#feed, line);
    this.#witness = line;
    this.#wantsWitness = false;
  }

  async #asked(line: string, signal: AbortSignal): Promise<boolean | undefined> {
    try {
      return await this.#store.holds(line, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof GatewayError && error.retryAfterMs !== undefined) {
        this.#notBefore = monoPlus(this.#clock.monotonic(), millis(error.retryAfterMs));
      }
      // Writing is what matters: a login that may write and not read, or a slow query, must not hold it up.
      return undefined;
    }
  }

  #keepAway(now: MonoMs): void {
    if (this.#notBefore === undefined || now >= this.#notBefore) return;
    const retryAfterMs = monoBetween(now, this.#notBefore);
    throw new GatewayError('peer-unavailable', 'It asks to be left alone for a while.', { retryAfterMs });
  }
}
