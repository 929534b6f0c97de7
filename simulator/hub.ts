import { encodeStatus } from '#codec/hub-json.ts';
import { commandTopic, readingsTopic, statusTopic } from '#codec/topics.ts';
import { Backoff } from '#kernel/backoff.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';
import { Disturbance, type NetworkFaults } from './disturbance.ts';
import { HubClock } from './hub-clock.ts';
import { parseHubCommand } from './hub-command.ts';
import type { HubEvent, HubOptions } from './hub-options.ts';
import { HubQueues } from './hub-queues.ts';
import type { OutboxMessage } from './outbox.ts';
import type { Observation } from './readout.ts';
import type { Link } from './transport.ts';
import type { HomeHub } from './world.ts';

/** 72 h at a reading each 10 s. */
const HISTORY_LIMIT = 25_920;
const ACK_TIMEOUT = seconds(30);
const DRAIN_LOOK = millis(20);
const RECONNECT = { first: millis(500), factor: 2, max: seconds(30), jitter: 0.5 };

/**
 * The twin of a home hub. It numbers and dates what its pumps tell, keeps it until the gateway has acknowledged it, and
 * comes back by itself when the link is lost. Ids, topics and order are those of the wire contract, version 1.
 */
export class Hub implements HomeHub {
  readonly #options: HubOptions;
  readonly #backoff: Backoff;
  readonly #linkClock: Clock;
  readonly #queues: HubQueues;
  readonly #hubClock: HubClock;
  readonly #network: Disturbance;
  #boot = '';
  #powered = true;
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
    const { pumps, historyLimit, store, clockOffsetMs, clockDriftPpm, networkRandom, random } = options;
    const ids = pumps.map(({ id }) => id);
    this.#queues = new HubQueues(ids, historyLimit ?? HISTORY_LIMIT, store);
    this.#hubClock = new HubClock(options.clockOriginMs ?? options.clock.wall(), clockOffsetMs, clockDriftPpm);
    this.#network = new Disturbance(networkRandom ?? random);
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
    return this.#queues.waiting;
  }

  /** False while it has no power: then it records nothing. */
  get powered(): boolean {
    return this.#powered;
  }

  /**
   * Takes what a pump tells, now or at the true time `atMs`. Works with the link down. Answers the identity's number.
   * @throws Error when the hub has no such pump.
   */
  record(pump: string, observation: Observation, atMs: number = this.#options.clock.wall()): number {
    const queue = this.#queues.of(pump);
    if (!queue) throw new Error(`Hub ${this.id} has no pump ${pump}.`);
    const { reading, lost } = this.#queues.keep(queue, pump, this.#hubClock.read(atMs), observation);
    if (lost > 0) this.#tell({ kind: 'given-up', hub: this.id, pump, readings: lost });
    this.#options.onReading?.(pump, this.#boot, reading);
    this.#send(pump);
    return reading.seq;
  }

  /** Sets the hub's clock forward, or back below zero. */
  stepClock(byMs: number): void {
    this.#hubClock.step(byMs);
  }

  /** What the network does to readings messages from now on. */
  disturb(faults: NetworkFaults): void {
    this.#network.set(faults);
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

  /** Power off and on: a new boot, numbers from 0. What was not acknowledged is lost, unless it is kept on disk. */
  restart(): void {
    this.unplug();
    this.plug();
  }

  /** Power off. */
  unplug(): void {
    this.cut('hub without power');
    this.#powered = false;
  }

  /** Power on again: a new boot. */
  plug(): void {
    if (this.#powered) return;
    this.#powered = true;
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
    this.#queues.begin(this.#boot);
  }

  #nowMs(): number {
    return this.#hubClock.read(this.#options.clock.wall());
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
      for (const pump of this.#queues.pumps) this.#send(pump);
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
    const queue = this.#queues.of(pump);
    const link = this.#link;
    if (!queue || !link || !this.#ready || queue.sendingOn === link || queue.box.waiting === 0) return;
    const reordered = queue.box.waiting > 1 && this.#network.reorders();
    const message = queue.box.next(reordered);
    if (!message) return;
    if (reordered) this.#tellDisturbed(pump, 'reordered', message);
    queue.sendingOn = link;
    const freed = () => {
      if (queue.sendingOn === link) queue.sendingOn = undefined;
    };
    const fate = this.#network.fate();
    if (fate !== 'whole') this.#tellDisturbed(pump, fate, message);
    const topic = readingsTopic(this.id, pump);
    const publish = (payload: string) => link.publish(topic, payload, false);
    this.#inTime(link, topic, this.#network.carry(fate, message.payload, publish)).then(
      () => {
        freed();
        this.#queues.acknowledge(queue, pump, message);
        this.#tell({ kind: 'acknowledged', hub: this.id, pump, readings: message.readings.length });
        if (this.#queues.of(pump) === queue) this.#send(pump);
      },
      (error: unknown) => {
        freed();
        link.cut();
        this.#lost(link, messageOf(error));
      },
    );
  }

  #tellDisturbed(pump: string, what: Extract<HubEvent, { kind: 'disturbed' }>['what'], message: OutboxMessage): void {
    const { boot, readings } = message;
    const [from = 0, to = 0] = [readings[0]?.seq, readings.at(-1)?.seq];
    this.#tell({ kind: 'disturbed', hub: this.id, pump, what, boot, from, to });
  }

  /** A publish that is not acknowledged in time breaks the link: the way to be sure is a new link and a repeat. */
  #publish(link: Link, topic: string, payload: string, retain: boolean): Promise<void> {
    return this.#inTime(link, topic, link.publish(topic, payload, retain));
  }

  async #inTime(link: Link, topic: string, acknowledged: Promise<void>): Promise<void> {
    const timeout = this.#linkClock.after(this.#options.ackTimeout ?? ACK_TIMEOUT, `ack for ${topic}`, () => {
      link.cut();
      this.#lost(link, 'no acknowledgement in time');
    });
    try {
      await acknowledged;
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
    } else {
      const readings = this.#queues.resend(command.pump, command.boot, command.from, command.to);
      if (readings === 0 && command.boot !== this.#boot) return;
      this.#tell({ kind: 'resend', hub: this.id, pump: command.pump, readings });
      this.#send(command.pump);
    }
  }

  #tell(event: HubEvent): void {
    this.#options.onEvent?.(event);
  }
}
