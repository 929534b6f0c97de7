import type { Clock, Timer } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, type MonoMs, millis, seconds } from '#kernel/time.ts';
import type { PumpReading } from '#model/reading.ts';
import type { HubTransport } from '#uplink/transport.ts';
import { Hub } from './hub.ts';
import type { HubEvent } from './hub-options.ts';
import type { ReadingStore } from './reading-store.ts';
import { randomFor } from './seeds.ts';
import type { Story } from './story.ts';
import type { TruthSink } from './truth.ts';
import { World } from './world.ts';

export interface FleetOptions {
  readonly story: Story;
  readonly transport: HubTransport;
  /** The clock of the simulated world. */
  readonly clock: Clock;
  /** The clock of the network, when the simulated world runs faster. */
  readonly linkClock?: Clock;
  readonly seed: number;
  /** The true time of the story's beginning, Unix ms; the clock's when absent. */
  readonly startMs?: number;
  /** In place of the story's interval. */
  readonly intervalS?: number;
  /** Nothing is read after this moment, however late a timer comes. */
  readonly untilS?: number;
  readonly newBoot: () => string;
  /** Makes ids of infusions; seeded when a run must repeat byte for byte. */
  readonly idRandom: Random;
  /** Readings a pump that its hub keeps; 72 h of them when absent. */
  readonly historyLimit?: number;
  /** Where a hub keeps readings through a power cut; in memory alone when absent. */
  readonly store?: (hub: string, limit: number) => ReadingStore;
  readonly ackTimeout?: DurationMs;
  /** Hubs connect at this pace; all at once when absent. */
  readonly connectsPerSecond?: number;
  readonly truth?: TruthSink;
  readonly onEvent?: (event: HubEvent) => void;
  /** Each reading as it is made, whatever becomes of it on the way. */
  readonly onReading?: (hub: string, pump: string, boot: string, reading: PumpReading) => void;
}

const FIRMWARE = 'pump-sim-1';
const CONNECT_BLOCKS_PER_SECOND = 20;
/** How long a stopping fleet waits for its last acknowledgements. */
const DRAIN = seconds(3);
/** A hub must keep what it measured for so long. */
const KEPT_S = 72 * 3_600;

/** Plays a story on a clock: hubs with their pumps, read at their interval, and what happens to them. */
export class Fleet {
  readonly hubs: readonly Hub[];
  readonly #options: FleetOptions;
  readonly #intervalS: number;
  #world: World | undefined;
  #timer: Timer | undefined;
  #origin: MonoMs;
  #startMs: number;

  constructor(options: FleetOptions) {
    const { story, clock } = options;
    this.#options = options;
    this.#intervalS = options.intervalS ?? story.intervalS;
    this.#origin = clock.monotonic();
    this.#startMs = options.startMs ?? clock.wall();
    this.hubs = story.hubs.map((hub) => this.#hub(hub));
  }

  start(): void {
    const { story, clock, seed, idRandom, truth, untilS = Number.POSITIVE_INFINITY } = this.#options;
    this.#origin = clock.monotonic();
    this.#startMs = this.#options.startMs ?? clock.wall();
    this.#world = new World({
      story,
      hubs: this.hubs,
      seed,
      startMs: this.#startMs,
      intervalS: this.#intervalS,
      untilS,
      idRandom,
      truth,
    });
    this.#connect(0);
    this.#arm(this.#world);
  }

  /** Ends the readings, waits a little for acknowledgements, says offline, leaves. */
  async stop(): Promise<void> {
    const world = this.#world;
    if (!world) return;
    this.#world = undefined;
    this.#timer?.cancel();
    world.runTo(Math.min(this.#nowS(), this.#options.untilS ?? Number.POSITIVE_INFINITY));
    await Promise.all(
      this.hubs.map(async (hub) => {
        if (hub.online) await hub.drain(DRAIN);
        await hub.stop();
      }),
    );
    world.end();
  }

  /** Starts the hubs from the nth on, in blocks. */
  #connect(from: number): void {
    const { connectsPerSecond = Number.POSITIVE_INFINITY, clock, linkClock = clock } = this.#options;
    const to = from + Math.max(1, Math.ceil(connectsPerSecond / CONNECT_BLOCKS_PER_SECOND));
    for (const hub of this.hubs.slice(from, to)) hub.start();
    if (to >= this.hubs.length) return;
    linkClock.after(millis(1_000 / CONNECT_BLOCKS_PER_SECOND), 'next hubs connect', () => {
      if (this.#world) this.#connect(to);
    });
  }

  #arm(world: World): void {
    const dueMs = Math.max(0, (world.nextS - this.#nowS()) * 1_000);
    if (!Number.isFinite(dueMs)) return;
    this.#timer = this.#options.clock.after(millis(dueMs), 'fleet', () => {
      // Timers may come a little early: what was asked for is due.
      world.runTo(Math.max(this.#nowS(), world.nextS));
      if (this.#world === world) this.#arm(world);
    });
  }

  #hub({ id, pumps, clockOffsetMs, clockDriftPpm }: Story['hubs'][number]): Hub {
    const { transport, clock, linkClock, newBoot, seed, onReading, store, ackTimeout } = this.#options;
    const limit = this.#options.historyLimit ?? Math.ceil(KEPT_S / this.#intervalS);
    return new Hub({
      id,
      pumps,
      transport,
      clock,
      newBoot,
      firmware: FIRMWARE,
      historyLimit: limit,
      random: randomFor(seed, id, 'link'),
      networkRandom: randomFor(seed, id, 'network'),
      onEvent: (event) => this.#heard(event),
      ...(store && { store: store(id, limit) }),
      ...(ackTimeout !== undefined && { ackTimeout }),
      ...(linkClock && { linkClock }),
      ...(this.#options.startMs !== undefined && { clockOriginMs: this.#options.startMs }),
      ...(clockOffsetMs !== undefined && { clockOffsetMs }),
      ...(clockDriftPpm !== undefined && { clockDriftPpm }),
      ...(onReading && {
        onReading: (pump: string, boot: string, reading: PumpReading) => onReading(id, pump, boot, reading),
      }),
    });
  }

  /** What the network did to a message is part of the truth. */
  #heard(event: HubEvent): void {
    if (event.kind === 'disturbed') {
      const { hub, pump, what, boot, from, to } = event;
      const at = Math.round(this.#startMs + this.#nowS() * 1_000);
      this.#options.truth?.({ at, hub, cause: 'network', event: what, pump, boot, from, to });
    }
    this.#options.onEvent?.(event);
  }

  #nowS(): number {
    return (this.#options.clock.monotonic() - this.#origin) / 1_000;
  }
}
