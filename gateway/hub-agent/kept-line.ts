import type { PumpQuery } from '#codec/pumps/query.ts';
import type { ByteLink, OpenByteLink } from '#intake/serial-link.ts';
import { Backoff, type BackoffPlan } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import { millis, seconds } from '#kernel/time.ts';

export interface KeptLineOptions {
  readonly open: OpenByteLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onUp: () => void;
  /** Once for each time that it was up, and for each other reason that it does not open. */
  readonly onDown: (reason: string) => void;
}

const OPENING_LIMIT = seconds(10);
const BACKOFF: BackoffPlan = { first: millis(250), factor: 2, max: seconds(30), jitter: 0.5 };

/** The line to one pump, opened again and again for ever. Only questions can be written to it. */
export class KeptLine {
  readonly #options: KeptLineOptions;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #link: ByteLink | undefined;
  #end: ((reason: string) => void) | undefined;
  #failure: string | undefined;

  constructor(options: KeptLineOptions) {
    this.#options = options;
    this.#backoff = new Backoff(BACKOFF, options.random);
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#end?.('stopped');
    await this.#running;
  }

  /** False when there is no line. */
  ask(query: PumpQuery): boolean {
    this.#link?.write(query);
    return this.#link !== undefined;
  }

  /** Whoever is on the line speaks: the next fault is a new one. */
  heard(): void {
    this.#backoff.reset();
    this.#failure = undefined;
  }

  /** Closes it and opens it anew: some adapters stay open and deaf. */
  reopen(reason: string): void {
    this.#end?.(reason);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, onDown } = this.#options;
    while (!signal.aborted) {
      const reason = await this.#session();
      if (signal.aborted) return;
      if (reason !== this.#failure) onDown(reason);
      this.#failure = reason;
      await clock.sleep(this.#backoff.next(), signal).catch(() => {});
    }
  }

  /** Opens it and waits for its end. Answers why it ended. */
  async #session(): Promise<string> {
    const { clock, open, onBytes, onUp } = this.#options;
    const ended = Promise.withResolvers<string>();
    this.#end = ended.resolve;
    const limit = clock.after(OPENING_LIMIT, 'pump-line-opening', () => ended.resolve('it does not open'));
    const opening = Promise.try(open, { onBytes, onLost: (reason) => ended.resolve(reason) });
    let link: ByteLink | undefined;
    try {
      link = await Promise.race([opening, ended.promise.then(() => undefined)]);
    } catch (error) {
      ended.resolve(messageOf(error));
    }
    limit.cancel();
    if (link) {
      this.#link = link;
      onUp();
      await ended.promise;
      this.#link = undefined;
      await link.close();
    } else {
      // One that opens after all is not kept.
      opening.then((late) => late.close()).catch(() => {});
    }
    return ended.promise;
  }
}
