import { Backoff, type BackoffPlan } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis, seconds, type WallMs } from '#kernel/time.ts';
import type { Admission } from './admission.ts';
import { SerialLine } from './serial-line.ts';
import type { ByteLink, OpenByteLink } from './serial-link.ts';
import { SerialRefusals } from './serial-refusals.ts';

export interface SerialSupervisorOptions {
  /** Its name for people: the path or the address. */
  readonly port: string;
  readonly open: OpenByteLink;
  readonly admission: Pick<Admission, 'submit' | 'hasRoom' | 'onceRoom'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly mayReport: (hub: string) => boolean;
  /** Time without a whole frame after which an open line counts as a fault, 60 s by default: hubs report each 10 s. */
  readonly silentAfter?: DurationMs;
  readonly backoff?: BackoffPlan;
}

export interface SerialPortHealth {
  readonly port: string;
  readonly state: 'closed' | 'opening' | 'open' | 'silent';
  /** Why hubs cannot be heard here, null while they can. */
  readonly problem: string | null;
  readonly lastFrameAt: WallMs | null;
  readonly frames: number;
  readonly openings: number;
  readonly discardedBytes: number;
}

const SILENT_AFTER = seconds(60);
const OPENING_LIMIT = seconds(10);
const BACKOFF: BackoffPlan = { first: millis(250), factor: 2, max: seconds(30), jitter: 0.5 };

/**
 * Keeps one line open for ever. A port that is missing, busy, gone, throws when opened or stays silent is opened anew after
 * a wait; only a whole frame shows that it is well again.
 */
export class SerialSupervisor {
  readonly #options: SerialSupervisorOptions;
  readonly #backoff: Backoff;
  readonly #refusals: SerialRefusals;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #state: 'closed' | 'opening' | 'open' = 'closed';
  #failure: string | null = null;
  #silent = false;
  #lastFrameAt: WallMs | null = null;
  #frames = 0;
  #openings = 0;
  #discardedBytes = 0;

  constructor(options: SerialSupervisorOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff ?? BACKOFF, options.random);
    this.#refusals = new SerialRefusals(options.port, options.admission, options.clock);
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** What was submitted is settled by admission. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#refusals.end();
  }

  health(): SerialPortHealth {
    return {
      port: this.#options.port,
      state: this.#silent && this.#state === 'open' ? 'silent' : this.#state,
      problem: this.#failure,
      lastFrameAt: this.#lastFrameAt,
      frames: this.#frames,
      openings: this.#openings,
      discardedBytes: this.#discardedBytes,
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      this.#state = 'opening';
      const why = await this.#session(signal);
      this.#state = 'closed';
      if (signal.aborted) return;
      this.#fail(why);
      await clock.sleep(this.#backoff.next(), signal).catch(() => {});
    }
  }

  /** Opens the line and serves it to its end. Answers why it ended. */
  async #session(signal: AbortSignal): Promise<string> {
    const { clock } = this.#options;
    const ended = Promise.withResolvers<string>();
    const onStop = () => ended.resolve('stopped');
    signal.addEventListener('abort', onStop, { once: true });
    let line: SerialLine | undefined;
    const early: Uint8Array[] = [];
    const opening = Promise.try(this.#options.open, {
      onBytes: (bytes: Uint8Array) => void (line ? line.received(bytes) : early.push(bytes)),
      onLost: (reason: string) => ended.resolve(reason),
    });
    const limit = clock.after(OPENING_LIMIT, 'serial-opening', () => ended.resolve('it does not open'));
    let link: ByteLink | undefined;
    try {
      link = await Promise.race([opening, ended.promise.then(() => undefined)]);
    } catch (error) {
      ended.resolve(messageOf(error));
    }
    limit.cancel();
    if (link) {
      line = this.#begin(link);
      for (const bytes of early) line.received(bytes);
      const watch = this.#watchSilence(line, ended.resolve);
      await ended.promise;
      watch.cancel();
      line.end();
      await link.close();
    } else {
      this.#silent = false;
      // One that opens after all is not kept.
      opening.then((late) => late.close()).catch(() => {});
    }
    signal.removeEventListener('abort', onStop);
    return ended.promise;
  }

  #begin(link: ByteLink): SerialLine {
    const { admission, clock, mayReport, log, port } = this.#options;
    this.#state = 'open';
    this.#openings += 1;
    if (!this.#silent) this.#failure = null;
    log.info({ port }, 'serial line open');
    return new SerialLine(link, {
      admission,
      clock,
      mayReport,
      refusals: this.#refusals,
      onFrame: () => {
        this.#frames += 1;
        this.#lastFrameAt = clock.wall();
        this.#silent = false;
        this.#failure = null;
        this.#backoff.reset();
      },
      onDiscarded: (bytes) => {
        this.#discardedBytes += bytes;
      },
    });
  }

  /** Ends the session when a whole period went by without a frame. */
  #watchSilence(line: SerialLine, end: (why: string) => void): { cancel(): void } {
    const { clock, silentAfter = SILENT_AFTER } = this.#options;
    let [frames, discarded] = [this.#frames, this.#discardedBytes];
    return clock.every(silentAfter, 'serial-silence', () => {
      const rubbish = this.#discardedBytes - discarded;
      const heard = this.#frames > frames || line.paused;
      [frames, discarded] = [this.#frames, this.#discardedBytes];
      if (heard) return;
      this.#silent = true;
      const forTime = `no frame for ${Math.round(silentAfter / 1_000)} s`;
      end(
        rubbish === 0 ? `open but silent: ${forTime}` : `${forTime}, but ${rubbish} bytes that are none: wrong speed?`,
      );
    });
  }

  /** Told once for each reason, not for each try. */
  #fail(reason: string): void {
    const { log, port } = this.#options;
    if (reason !== this.#failure) log.warn({ port, reason }, 'serial line lost; it is opened again and again');
    this.#failure = reason;
  }
}
