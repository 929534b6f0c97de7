import { setImmediate as otherWork } from 'node:timers/promises';
import { Backoff, type BackoffPlan } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis, seconds, type WallMs, wallBetween } from '#kernel/time.ts';
import { type DeliveryWatch, deliver, type RefusedLine } from './batch-delivery.ts';
import { HeldCheck, type SeriesTarget, StoreForgot, type WitnessPort } from './held-check.ts';
import { cursorAtStart, type FeedReader, type LineBatch, type SeriesCursor, type SeriesFeed } from './series-feed.ts';
import { WakeUp } from './wake-up.ts';

type MaybePromise<T> = T | Promise<T>;

/** Where a feed's cursor and its witness are kept. */
export interface CursorPort extends WitnessPort {
  load(feed: string): MaybePromise<SeriesCursor | undefined>;
  /** Keeps the offset and adds `learned` to what is kept, both or neither. */
  save(feed: string, offset: number, learned: ReadonlyMap<string, string>): MaybePromise<void>;
  /** Forgets all three: the feed is written again from its first entry. */
  beginAgain(feed: string): MaybePromise<void>;
}

/** Keeps a refused line for people to see. After a crash the same line may come again. */
export type QuarantinePort = (line: RefusedLine) => MaybePromise<void>;

export interface SeriesRunnerOptions {
  readonly feed: SeriesFeed;
  readonly store: SeriesTarget;
  readonly cursor: CursorPort;
  readonly quarantine: QuarantinePort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Most log entries in one write; 5,000 by default. */
  readonly batchEntries?: number;
  /** How long to let entries gather after a wake-up, 50 ms by default: many small writes cost the server dearly. */
  readonly linger?: DurationMs;
  readonly backoff?: BackoffPlan;
}

/** How far the series are behind the log. */
export interface SeriesLag {
  readonly entries: number;
  /** Age of the oldest entry not yet written, 0 when there is none. */
  readonly seconds: number;
}

export interface SeriesCounters {
  readonly linesWritten: number;
  readonly batches: number;
  readonly splits: number;
  readonly quarantined: number;
  readonly failures: number;
  /** Why the store does not take lines now; null while it does. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

const DEFAULT_BATCH_ENTRIES = 5_000;
const DEFAULT_LINGER = millis(50);
/** Looks by itself this often, should a wake-up get lost. */
const IDLE_LOOK = seconds(5);
const DEFAULT_BACKOFF: BackoffPlan = { first: millis(250), factor: 2, max: seconds(30), jitter: 0.2 };

/**
 * Carries one log into the series store: reads on from its cursor, writes at least once, and moves the cursor only after
 * success. While a batch is being written the next one is read. It gives up on no line but those the store refuses. When the
 * store no longer holds what it took, all is written again from the first entry; what is there already stays as it is.
 */
export class SeriesRunner {
  readonly #options: SeriesRunnerOptions;
  readonly #limit: number;
  readonly #backoff: Backoff;
  readonly #wakeUp: WakeUp;
  readonly #held: HeldCheck;
  /** Up to here the store had all before it forgot it. */
  #againUpTo = 0;
  #written = 0;
  #oldestWaiting: WallMs | undefined;
  #unsaved = new Map<string, string>();
  #counters: SeriesCounters = {
    linesWritten: 0,
    batches: 0,
    splits: 0,
    quarantined: 0,
    failures: 0,
    problem: null,
  };

  constructor(options: SeriesRunnerOptions) {
    this.#options = options;
    this.#limit = options.batchEntries ?? DEFAULT_BATCH_ENTRIES;
    this.#backoff = new Backoff(options.backoff ?? DEFAULT_BACKOFF, options.random);
    this.#wakeUp = new WakeUp(options.clock);
    this.#held = new HeldCheck(options.feed.name, options.store, options.cursor, options.clock);
  }

  /** Says that the log has grown. Cheap; call it as often as you like. */
  notify(): void {
    this.#wakeUp.ring();
  }

  /** Says that the store's database had to be made anew. */
  remade(): void {
    this.#held.remade();
    this.notify();
  }

  lag(): SeriesLag {
    const entries = Math.max(0, this.#options.feed.last() - this.#written);
    if (entries === 0 || this.#oldestWaiting === undefined) return { entries, seconds: 0 };
    return { entries, seconds: Math.max(0, wallBetween(this.#oldestWaiting, this.#options.clock.wall()) / 1_000) };
  }

  counters(): SeriesCounters {
    const { problem } = this.#counters;
    return problem === null && this.#written < this.#againUpTo
      ? { ...this.#counters, problem: forgotten }
      : this.#counters;
  }

  /**
   * Works until the signal is aborted, then resolves; what was in flight is written again by the next run. A feed or a
   * cursor that fails is a problem like a failing store: it is told and tried again.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StoreForgot) await this.#beginAgain();
        else this.#note(error instanceof GatewayError ? error : new GatewayError('gateway-fault', messageOf(error)));
        await this.#pause(signal);
      }
    }
  }

  /** Opens the feed at the saved cursor and follows it until aborted or until something other than the store fails. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { feed, cursor, clock } = this.#options;
    const start = (await cursor.load(feed.name)) ?? cursorAtStart;
    this.#written = start.offset;
    this.#unsaved = new Map();
    await this.#held.load();
    const reader = feed.open(start);
    let ahead: LineBatch | undefined;
    while (!signal.aborted) {
      const batch = ahead ?? reader.next(this.#limit);
      ahead = undefined;
      if (batch === undefined) {
        this.#oldestWaiting = undefined;
        await this.#held.check(this.#written > 0, signal);
        await this.#wakeUp.wait(IDLE_LOOK, signal);
        if (!signal.aborted) await clock.sleep(this.#options.linger ?? DEFAULT_LINGER, signal);
        continue;
      }
      this.#oldestWaiting = batch.oldestAt;
      ahead = await this.#writeAndReadAhead(batch, reader, signal);
    }
  }

  /**
   * Writes a batch, moves the cursor, and answers the batch that was read meanwhile. Only a full batch is read on from at
   * once: after any other it pays to let entries gather.
   */
  async #writeAndReadAhead(batch: LineBatch, reader: FeedReader, signal: AbortSignal): Promise<LineBatch | undefined> {
    const { store, clock } = this.#options;
    const checked: Pick<SeriesTarget, 'write'> = {
      write: async (lines, inner) => {
        await this.#held.check(this.#written > 0, inner);
        await store.write(lines, inner);
      },
    };
    const [written, ahead] = await Promise.allSettled([
      deliver(batch, checked, clock, this.#backoff, this.#watch, signal),
      batch.entries < this.#limit ? undefined : afterSending(() => reader.next(this.#limit)),
    ]);
    if (written.status === 'rejected') throw written.reason;
    await this.#held.written(batch.lines, signal);
    await this.#advance(batch);
    // A reader that failed half-way is of no more use: the feed is opened again at the cursor.
    if (ahead.status === 'rejected') throw ahead.reason;
    return ahead.value;
  }

  async #advance(batch: LineBatch): Promise<void> {
    const { feed, cursor } = this.#options;
    for (const [key, value] of batch.learned) this.#unsaved.set(key, value);
    await cursor.save(feed.name, batch.upTo, this.#unsaved);
    this.#unsaved = new Map();
    this.#written = batch.upTo;
    this.#counters = { ...this.#counters, batches: this.#counters.batches + 1, problem: null };
  }

  readonly #watch: DeliveryWatch = {
    written: (lines) => {
      if (this.#counters.problem) this.#options.log.info({ feed: this.#options.feed.name }, 'series written again');
      this.#counters = { ...this.#counters, linesWritten: this.#counters.linesWritten + lines, problem: null };
    },
    split: () => {
      this.#counters = { ...this.#counters, splits: this.#counters.splits + 1 };
    },
    quarantine: async (line) => {
      await this.#options.quarantine(line);
      this.#counters = { ...this.#counters, quarantined: this.#counters.quarantined + 1 };
    },
    failed: (error) => {
      this.#held.suspect();
      this.#note(error);
    },
  };

  /** A cursor that cannot be set back now is set back at the next check: the witness stays where it was. */
  async #beginAgain(): Promise<void> {
    const { feed, cursor, log } = this.#options;
    try {
      await cursor.beginAgain(feed.name);
    } catch (error) {
      this.#note(error instanceof GatewayError ? error : new GatewayError('gateway-fault', messageOf(error)));
      return;
    }
    log.warn({ feed: feed.name, upTo: this.#written }, forgotten.detail);
    this.#againUpTo = Math.max(this.#againUpTo, this.#written);
    this.#written = 0;
  }

  /** Told once for each change of code, not for each try. */
  #note(error: GatewayError): void {
    const { code, detail } = error;
    if (this.#counters.problem?.code !== code) {
      this.#options.log.warn({ feed: this.#options.feed.name, code, detail }, 'series are not being written');
    }
    this.#counters = { ...this.#counters, failures: this.#counters.failures + 1, problem: { code, detail } };
  }

  async #pause(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(this.#backoff.next(), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

const forgotten = {
  code: 'peer-denied',
  detail: 'The store lost what was written to it; all of it is being written again from the journal.',
};

/** Lets the request that was just begun go out before the thread is busy reading. */
async function afterSending<T>(read: () => T): Promise<T> {
  await otherWork();
  return read();
}
