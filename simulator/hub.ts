import { encodeStatus } from '#codec/hub-json.ts';
import { commandTopic, readingsTopic, statusTopic } from '#codec/topics.ts';
import { Backoff } from '#kernel/backoff.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';
import { parseHubCommand } from './hub-command.ts';
import type { HubEvent, HubOptions } from './hub-options.ts';
import { Outbox } from './outbox.ts';
import type { Observation } from './readout.ts';
import type { Link } from './transport.ts';

const HISTORY_LIMIT = 2_000;
const ACK_TIMEOUT = seconds(30);
const DRAIN_LOOK = millis(20);
const RECONNECT = { first: millis(500), factor: 2, max: seconds(30), jitter: 0.5 };

/**
 * The twin of a home hub. It numbers and dates what its pumps tell, keeps it until the gateway has acknowledged it, and
 * comes back by itself when the link is lost. Ids, topics and order are those of the wire contract, version 1.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #backoff: Backoff;
  readonly #linkClock: Clock;
  #boot = '';
  #outboxes = new Map<string, { box: Outbox; seq: number; sendingOn: Link | undefined }>();
  #link: Link | undefined;
  #ready = false;
  #wanted = false;
  #tries = 0;
  #opening: AbortController | undefined;
  #retry: Timer | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#linkClock = options.linkClock ?? options.clock;
    this.#backoff = new Backoff(RECONNECT, options.random);
    this.#reset();
  }

  get id(): string {
    return this.#options.id;
  }

  get boot(): string {
    return this.#boot;
  }

  /** Online status acknowledged and the link up. */
  get online(): boolean {
    return this.#ready;
  }

  /** Readings not yet acknowledged. */
  get waiting(): number {
    return [...this.#outboxes.values()].reduce((sum, each) => sum + each.box.waiting, 0);
  }

  /** Takes what a pump tells now. Works with the link down. Answers the identity's number. */
  record(pump: string, observation: Observation): number {
    const outbox = this.#outboxes.get(pump);
    if (!outbox) throw new Error(`Hub ${this.id} has no pump ${pump}.`);
    const seq = outbox.seq++;
    outbox.box.push({ seq, atMs: this.#nowMs(), ...observation });
    this.#send(pump);
    return seq;
  }

  /** Connects, and goes on connecting until `stop` or `cut`. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#connect();
  }

  /** The network is gone, without a farewell; readings are kept. `start` brings it back. */
  cut(reason = 'network cut'): void {
    this.#wanted = false;
    this.#retry?.cancel();
    this.#opening?.abort(new Error(reason));
    const link = this.#link;
    link?.cut();
    if (link) this.#lost(link, reason);
  }

  /** Power off and on: a new boot, numbers from 0, and whatever was not acknowledged is lost. */
  restart(): void {
    this.cut('hub restarts');
    this.#reset();
    this.start();
  }

  /** Resolves when every reading is acknowledged, or after `limit` at the latest. True when none waits. */
  async drain(limit: DurationMs): Promise<boolean> {
    const until = this.#linkClock.monotonic() + limit;
    while (this.waiting > 0 && this.#linkClock.monotonic() < until) await this.#linkClock.sleep(DRAIN_LOOK);
    return this.waiting === 0;
  }

  /** Says offline, waits for the acknowledgement, and leaves. What was not acknowledged stays unsent. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#retry?.cancel();
    this.#opening?.abort(new Error('stopping'));
    const link = this.#link;
    if (!link) return;
    try {
      await this.#publish(link, statusTopic(this.id), this.#status('offline'), true);
      await link.close();
    } catch {
      // The link ended first: the broker has published the will, which says the same.
    }
    this.#lost(link, 'stopped');
  }

  #reset(): void {
    this.#boot = this.#options.newBoot();
    const limit = this.#options.historyLimit ?? HISTORY_LIMIT;
    this.#outboxes = new Map(
      this.#options.pumps.map(({ id }) => [id, { box: new Outbox(this.#boot, limit), seq: 0, sendingOn: undefined }]),
    );
  }

  #nowMs(): number {
    return Math.round(this.#options.clock.wall() + (this.#options.clockOffsetMs ?? 0));
  }

  #status(state: 'online' | 'offline'): string {
    const { firmware, pumps } = this.#options;
    return encodeStatus({ state, boot: this.#boot, atMs: this.#nowMs(), firmware, pumps });
  }

  async #connect(): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    let link: Link | undefined;
    try {
      link = await this.#options.transport.open(
        {
          clientId: this.id,
          will: { topic: statusTopic(this.id), payload: this.#status('offline') },
          subscribe: commandTopic(this.id),
          onMessage: (payload) => this.#command(payload),
          onLost: (reason) => link && this.#lost(link, reason),
        },
        opening.signal,
      );
      if (opening.signal.aborted) {
        link.cut();
        return;
      }
      this.#link = link;
      await this.#publish(link, statusTopic(this.id), this.#status('online'), true);
      if (this.#link !== link) return;
      this.#ready = true;
      this.#tries = 0;
      this.#backoff.reset();
      this.#tell({ kind: 'online', hub: this.id, boot: this.#boot });
      for (const pump of this.#outboxes.keys()) this.#send(pump);
    } catch (error) {
      if (opening.signal.aborted || (link && this.#link !== link)) return;
      link?.cut();
      this.#failed(messageOf(error));
    }
  }

  #lost(link: Link, reason: string): void {
    if (this.#link !== link) return;
    if (!this.#ready) {
      this.#failed(reason);
      return;
    }
    this.#link = undefined;
    this.#ready = false;
    this.#tell({ kind: 'offline', hub: this.id, reason });
    this.#retryLater();
  }

  /** A try at connecting came to nothing. */
  #failed(reason: string): void {
    this.#link = undefined;
    if (!this.#wanted) return;
    this.#tries += 1;
    this.#tell({ kind: 'cannot-connect', hub: this.id, reason, tries: this.#tries });
    this.#retryLater();
  }

  #retryLater(): void {
    if (!this.#wanted) return;
    this.#retry?.cancel();
    this.#retry = this.#linkClock.after(this.#backoff.next(), `hub ${this.id} reconnects`, () => void this.#connect());
  }

  /** Sends what waits for one pump, a message at a time so that the order holds. */
  #send(pump: string): void {
    const outbox = this.#outboxes.get(pump);
    const link = this.#link;
    if (!outbox || !link || !this.#ready || outbox.sendingOn === link) return;
    const message = outbox.box.next();
    if (!message) return;
    outbox.sendingOn = link;
    const freed = () => {
      if (outbox.sendingOn === link) outbox.sendingOn = undefined;
    };
    this.#publish(link, readingsTopic(this.id, pump), message.payload, false).then(
      () => {
        freed();
        outbox.box.acknowledge(message);
        this.#tell({ kind: 'acknowledged', hub: this.id, pump, readings: message.readings.length });
        this.#send(pump);
      },
      (error: unknown) => {
        freed();
        link.cut();
        this.#lost(link, messageOf(error));
      },
    );
  }

  /** A publish that is not acknowledged in time breaks the link: the way to be sure is a new link and a repeat. */
  async #publish(link: Link, topic: string, payload: string, retain: boolean): Promise<void> {
    const timeout = this.#linkClock.after(this.#options.ackTimeout ?? ACK_TIMEOUT, `ack for ${topic}`, () => {
      link.cut();
      this.#lost(link, 'no acknowledgement in time');
    });
    try {
      await link.publish(topic, payload, retain);
    } finally {
      timeout.cancel();
    }
  }

  #command(payload: string): void {
    const command = parseHubCommand(payload);
    const link = this.#link;
    if (command.type === 'bad') this.#tell({ kind: 'bad-command', hub: this.id, reason: command.reason });
    else if (command.type === 'ping') {
      if (link) this.#publish(link, statusTopic(this.id), this.#status('online'), true).catch(() => {});
    } else if (command.boot === this.#boot) {
      const readings = this.#outboxes.get(command.pump)?.box.resend(command.from, command.to) ?? 0;
      this.#tell({ kind: 'resend', hub: this.id, pump: command.pump, readings });
      this.#send(command.pump);
    }
  }

  #tell(event: HubEvent): void {
    this.#options.onEvent?.(event);
  }
}
