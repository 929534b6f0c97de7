import { parseHubCommand } from '#codec/hub-command.ts';
import { encodeStatus } from '#codec/hub-json.ts';
import { commandTopic, readingsTopic, statusTopic } from '#codec/topics.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { type DurationMs, millis } from '#kernel/time.ts';
import type { Link } from '#uplink/transport.ts';
import { Uplink } from '#uplink/uplink.ts';
import { Disturbance, type NetworkFaults } from './disturbance.ts';
import { HubClock } from './hub-clock.ts';
import type { HubEvent, HubOptions } from './hub-options.ts';
import { HubQueues } from './hub-queues.ts';
import type { OutboxMessage } from './outbox.ts';
import type { Observation } from './readout.ts';
import type { HomeHub } from './world.ts';

/** 72 h at a reading each 10 s. */
const HISTORY_LIMIT = 25_920;
const DRAIN_LOOK = millis(20);

/**
 * The twin of a home hub. It numbers and dates what its pumps tell, keeps it until the gateway has acknowledged it, and
 * comes back by itself when the link is lost. Ids, topics and order are those of the wire contract, version 1.
 */
export class Hub implements HomeHub {
  readonly #options: HubOptions;
  readonly #uplink: Uplink;
  readonly #linkClock: Clock;
  readonly #queues: HubQueues;
  readonly #hubClock: HubClock;
  readonly #network: Disturbance;
  #boot = '';
  #powered = true;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#linkClock = options.linkClock ?? options.clock;
    this.#uplink = new Uplink({
      hub: options.id,
      transport: options.transport,
      clock: this.#linkClock,
      random: options.random,
      ackTimeout: options.ackTimeout,
      request: () => ({
        clientId: this.id,
        will: { topic: statusTopic(this.id), payload: this.#status('offline') },
        subscribe: commandTopic(this.id),
        onMessage: (payload) => this.#command(payload),
      }),
      greet: (link) => this.#say('online', link),
      onUp: () => {
        this.#tell({ kind: 'online', hub: this.id, boot: this.#boot });
        for (const pump of this.#queues.pumps) this.#send(pump);
      },
      onDown: (reason) => this.#tell({ kind: 'offline', hub: this.id, reason }),
      onCannotConnect: (reason, tries) => this.#tell({ kind: 'cannot-connect', hub: this.id, reason, tries }),
    });
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
    return this.#uplink.up;
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

  /** Connects, and goes on connecting until `stop` or `cut`. Without power it does nothing. */
  start(): void {
    if (this.#powered) this.#uplink.start();
  }

  /** The network is gone, without a farewell; readings are kept. `start` brings it back. */
  cut(reason = 'network cut'): void {
    this.#uplink.cut(reason);
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
  stop(): Promise<void> {
    return this.#uplink.leave((link) => this.#say('offline', link));
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

  #say(state: 'online' | 'offline', link: Link): Promise<void> {
    return this.#publish(link, statusTopic(this.id), this.#status(state), true);
  }

  /** Sends what waits for one pump, a message at a time so that the order holds. */
  #send(pump: string): void {
    const queue = this.#queues.of(pump);
    const { link, up } = this.#uplink;
    if (!queue || !link || !up || queue.sendingOn === link || queue.box.waiting === 0) return;
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
    this.#uplink.inTime(link, topic, this.#network.carry(fate, message.payload, publish)).then(
      () => {
        freed();
        this.#queues.acknowledge(queue, pump, message);
        this.#tell({ kind: 'acknowledged', hub: this.id, pump, readings: message.readings.length });
        if (this.#queues.of(pump) === queue) this.#send(pump);
      },
      (error: unknown) => {
        freed();
        this.#uplink.broke(link, messageOf(error));
      },
    );
  }

  #tellDisturbed(pump: string, what: Extract<HubEvent, { kind: 'disturbed' }>['what'], message: OutboxMessage): void {
    const { boot, readings } = message;
    const [from = 0, to = 0] = [readings[0]?.seq, readings.at(-1)?.seq];
    this.#tell({ kind: 'disturbed', hub: this.id, pump, what, boot, from, to });
  }

  #publish(link: Link, topic: string, payload: string, retain: boolean): Promise<void> {
    return this.#uplink.inTime(link, topic, link.publish(topic, payload, retain));
  }

  #command(payload: string): void {
    const command = parseHubCommand(payload);
    const { link } = this.#uplink;
    if (command.type === 'bad') this.#tell({ kind: 'bad-command', hub: this.id, reason: command.reason });
    else if (command.type === 'ping') {
      if (link) this.#say('online', link).catch(() => {});
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
