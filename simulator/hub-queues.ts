import type { PumpReading } from '#model/reading.ts';
import type { Link } from '#uplink/transport.ts';
import { type KeptReading, Outbox, type OutboxMessage } from './outbox.ts';
import type { ReadingStore } from './reading-store.ts';
import type { Observation } from './readout.ts';

interface PumpQueue {
  box: Outbox;
  seq: number;
  /** The link on which a message of this pump is on its way. */
  sendingOn: Link | undefined;
}

/** What a hub holds for its pumps: the running numbers of this boot, and the readings to be sent. */
export class HubQueues {
  readonly #pumps: readonly string[];
  readonly #limit: number;
  readonly #store: ReadingStore | undefined;
  #boot = '';
  #queues = new Map<string, PumpQueue>();

  constructor(pumps: readonly string[], limit: number, store: ReadingStore | undefined) {
    this.#pumps = pumps;
    this.#limit = limit;
    this.#store = store;
  }

  get pumps(): readonly string[] {
    return this.#pumps;
  }

  get waiting(): number {
    let sum = 0;
    for (const { box } of this.#queues.values()) sum += box.waiting;
    return sum;
  }

  /** A new boot: numbers from 0. What was in memory is gone; what was on disk waits under its old boot. */
  begin(boot: string): void {
    this.#boot = boot;
    this.#queues = new Map(
      this.#pumps.map((pump) => [
        pump,
        { box: new Outbox(this.#limit, this.#store?.waiting(pump)), seq: 0, sendingOn: undefined },
      ]),
    );
  }

  of(pump: string): PumpQueue | undefined {
    return this.#queues.get(pump);
  }

  /** Numbers and keeps. Answers the reading and how many older ones were given up for it. */
  keep(queue: PumpQueue, pump: string, atMs: number, observation: Observation): { reading: PumpReading; lost: number } {
    const reading = { ...observation, seq: queue.seq++, atMs };
    const kept: KeptReading = { boot: this.#boot, reading };
    this.#store?.append(pump, kept);
    return { reading, lost: queue.box.push(kept.boot, reading) };
  }

  acknowledge(queue: PumpQueue, pump: string, message: OutboxMessage): void {
    queue.box.acknowledge(message);
    this.#store?.acknowledged(pump, message.boot, message.readings);
  }

  /** Answers how many readings of the range will be sent again. */
  resend(pump: string, boot: string, from: number, to: number): number {
    return this.#queues.get(pump)?.box.resend(boot, from, to, this.#store?.all(pump)) ?? 0;
  }
}
