import { Backoff } from '#kernel/backoff.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';
import type { HubTransport, Link, LinkRequest } from './transport.ts';

const ACK_TIMEOUT = seconds(30);
const RECONNECT = { first: millis(500), factor: 2, max: seconds(30), jitter: 0.5 };

export interface UplinkOptions {
  readonly hub: string;
  readonly transport: HubTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly ackTimeout: DurationMs | undefined;
  /** Made anew for each try: the will carries the time. */
  readonly request: () => Omit<LinkRequest, 'onLost'>;
  /** Says hello on a new link; the uplink counts as up when that is acknowledged. */
  readonly greet: (link: Link) => Promise<void>;
  readonly onUp: (link: Link) => void;
  readonly onDown: (reason: string) => void;
  readonly onCannotConnect: (reason: string, tries: number) => void;
}

/** A hub's one link to the gateway, opened again by itself until it is no longer wanted. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #backoff: Backoff;
  #link: Link | undefined;
  #up = false;
  #wanted = false;
  #tries = 0;
  #opening: AbortController | undefined;
  #retry: Timer | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#backoff = new Backoff(RECONNECT, options.random);
  }

  /** Greeted and up. */
  get up(): boolean {
    return this.#up;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Connects, and goes on connecting until `cut` or `leave`. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#connect();
  }

  /** Breaks the link as a pulled cable would. */
  cut(reason: string): void {
    this.#giveUp(reason);
    const link = this.#link;
    link?.cut();
    if (link) this.#lost(link, reason);
  }

  /** Says goodbye, as far as the link lets. */
  async leave(farewell: (link: Link) => Promise<void>): Promise<void> {
    this.#giveUp('stopping');
    const link = this.#link;
    if (!link) return;
    try {
      await farewell(link);
      await link.close();
    } catch {
      // The link ended first: the broker has published the will, which says the same.
    }
    this.#lost(link, 'stopped');
  }

  /** A link that does not acknowledge in time is broken: the way to be sure is a new link and a repeat. */
  async inTime(link: Link, what: string, acknowledged: Promise<void>): Promise<void> {
    const { clock, ackTimeout = ACK_TIMEOUT } = this.#options;
    const timeout = clock.after(ackTimeout, `ack for ${what}`, () => this.broke(link, 'no acknowledgement in time'));
    try {
      await acknowledged;
    } finally {
      timeout.cancel();
    }
  }

  /** Something went wrong on a link: it is cut, and another opened. */
  broke(link: Link, reason: string): void {
    link.cut();
    this.#lost(link, reason);
  }

  #giveUp(reason: string): void {
    this.#wanted = false;
    this.#retry?.cancel();
    this.#opening?.abort(new Error(reason));
  }

  async #connect(): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    let link: Link | undefined;
    try {
      link = await this.#options.transport.open(
        { ...this.#options.request(), onLost: (reason) => link && this.#lost(link, reason) },
        opening.signal,
      );
      if (opening.signal.aborted) {
        link.cut();
        return;
      }
      this.#link = link;
      await this.#options.greet(link);
      if (this.#link !== link) return;
      this.#up = true;
      this.#tries = 0;
      this.#backoff.reset();
      this.#options.onUp(link);
    } catch (error) {
      if (opening.signal.aborted || (link && this.#link !== link)) return;
      link?.cut();
      this.#failed(messageOf(error));
    }
  }

  #lost(link: Link, reason: string): void {
    if (this.#link !== link) return;
    if (!this.#up) {
      this.#failed(reason);
      return;
    }
    this.#link = undefined;
    this.#up = false;
    this.#options.onDown(reason);
    this.#retryLater();
  }

  /** A try at connecting came to nothing. */
  #failed(reason: string): void {
    this.#link = undefined;
    if (!this.#wanted) return;
    this.#tries += 1;
    this.#options.onCannotConnect(reason, this.#tries);
    this.#retryLater();
  }

  #retryLater(): void {
    if (!this.#wanted) return;
    this.#retry?.cancel();
    const { clock, hub } = this.#options;
    this.#retry = clock.after(this.#backoff.next(), `hub ${hub} reconnects`, () => void this.#connect());
  }
}
