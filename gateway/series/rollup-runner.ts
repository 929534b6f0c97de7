import { setImmediate as otherWork } from 'node:timers/promises';
import { Backoff } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, seconds, type WallMs } from '#kernel/time.ts';
import type { MinuteRollup } from '#model/rollup.ts';
import type { JournalTail } from './journal-feed.ts';
import { MinuteRollups } from './minute-rollups.ts';
import type { PumpPast } from './occlusion-windows.ts';
import { WakeUp } from './wake-up.ts';

/** Where roll-ups are kept, and how far the journal is rolled up. */
export interface RollupKeeper {
  /** The last entry that is in the roll-ups. */
  offset(): number;
  /** Keeps the minutes in place of what was kept of them, and the offset; all or nothing. */
  save(minutes: readonly MinuteRollup[], upTo: number, at: WallMs): void;
}

export interface RollupRunnerOptions {
  readonly journal: JournalTail & PumpPast;
  readonly keeper: RollupKeeper;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Called when minutes were saved. */
  readonly onSaved?: () => void;
  /** How long to let readings gather, 10 s by default: each changed minute is written once in that time. */
  readonly gather?: DurationMs;
}

const BATCH_ENTRIES = 2_000;
/** Entries rolled up in one transaction. */
const ENTRIES_A_SAVE = 20_000;
const DEFAULT_GATHER = seconds(10);
const backoffPlan = { first: seconds(1), factor: 2, max: seconds(60), jitter: 0.2 };

/** Keeps the roll-ups up to the journal: its own cursor, every entry once in effect. */
export class RollupRunner {
  readonly #options: RollupRunnerOptions;
  readonly #wakeUp: WakeUp;
  #problem: GatewayError | null = null;
  /** What is added up beyond what is saved; thrown away with any failure. */
  #rollups: { readonly minutes: MinuteRollups; offset: number } | undefined;

  constructor(options: RollupRunnerOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
  }

  /** Says that the journal has grown. */
  notify(): void {
    this.#wakeUp.ring();
  }

  /** Why roll-ups cannot be kept now; null while they can. */
  get problem(): GatewayError | null {
    return this.#problem;
  }

  /** Works until the signal is aborted. A journal or keeper that fails is tried again after a wait. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log, gather } = this.#options;
    const backoff = new Backoff(backoffPlan, random);
    while (!signal.aborted) {
      try {
        await this.catchUp(signal);
        this.#problem = null;
        backoff.reset();
        await this.#wakeUp.wait(gather ?? DEFAULT_GATHER, signal);
        if (!signal.aborted) await clock.sleep(gather ?? DEFAULT_GATHER, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#rollups = undefined;
        if (!this.#problem) log.warn({ reason: messageOf(error) }, 'roll-ups are not being kept');
        this.#problem = error instanceof GatewayError ? error : new GatewayError('gateway-fault', messageOf(error));
        await clock.sleep(backoff.next(), signal).catch(() => {});
      }
    }
  }

  /** Rolls up to the end of the journal and lets other work go on in between. */
  async catchUp(signal: AbortSignal): Promise<void> {
    const { journal, keeper, clock } = this.#options;
    const start = keeper.offset();
    const rollups = this.#rollups ?? { minutes: new MinuteRollups(journal, start === 0), offset: start };
    this.#rollups = rollups;
    let unsaved = 0;
    for (let ended = false; !ended; await otherWork()) {
      signal.throwIfAborted();
      const entries = journal.readAfter(rollups.offset, BATCH_ENTRIES);
      for (const entry of entries) if (entry.kind === 'reading') rollups.minutes.add(entry);
      rollups.offset = entries.at(-1)?.offset ?? rollups.offset;
      unsaved += entries.length;
      ended = entries.length < BATCH_ENTRIES;
      if (unsaved < ENTRIES_A_SAVE && !(ended && unsaved > 0)) continue;
      keeper.save(rollups.minutes.take(), rollups.offset, clock.wall());
      unsaved = 0;
      this.#options.onSaved?.();
    }
  }
}
