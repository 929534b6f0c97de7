import type { Clock, Timer } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, type MonoMs, millis, seconds } from '#kernel/time.ts';
import { Hub } from './hub.ts';
import type { HubEvent } from './hub-options.ts';
import { randomFor } from './seeds.ts';
import { SimPump } from './sim-pump.ts';
import { expand, type Story, type StoryEvent } from './story.ts';
import type { HubTransport } from './transport.ts';
import type { TruthSink } from './truth.ts';

export interface FleetOptions {
  readonly story: Story;
  readonly transport: HubTransport;
  /** The clock of the simulated world. */
  readonly clock: Clock;
  /** The clock of the network, when the simulated world runs faster. */
  readonly linkClock?: Clock;
  readonly seed: number;
  /** In place of the story's interval. */
  readonly intervalS?: number;
  /** Nothing is read after this moment, however late a timer comes. */
  readonly untilS?: number;
  readonly newBoot: () => string;
  /** Makes ids of infusions; seeded when a run must repeat byte for byte. */
  readonly idRandom: Random;
  readonly truth?: TruthSink;
  readonly onEvent?: (event: HubEvent) => void;
}

const FIRMWARE = 'pump-sim-1';
/** How long a stopping fleet waits for its last acknowledgements. */
const DRAIN = seconds(3);

/** Plays a story: hubs with their pumps, read at their interval, and what happens to them. */
export class Fleet {
  readonly hubs: readonly Hub[];
  readonly #hubs: ReadonlyMap<string, Hub>;
  readonly #pumpsOf: ReadonlyMap<string, readonly SimPump[]>;
  readonly #options: FleetOptions;
  readonly #pumps: ReadonlyMap<string, SimPump>;
  readonly #made = new Map<string, number>();
  readonly #timers = new Set<Timer>();
  #origin: MonoMs;
  #originWall = 0;
  #running = false;

  constructor(options: FleetOptions) {
    const { story, seed, clock, linkClock, transport, newBoot, onEvent, idRandom } = options;
    this.#options = options;
    this.#origin = clock.monotonic();
    this.hubs = story.hubs.map(
      ({ id, pumps, clockOffsetMs }) =>
        new Hub({
          id,
          pumps,
          transport,
          clock,
          newBoot,
          firmware: FIRMWARE,
          random: randomFor(seed, id, 'link'),
          ...(linkClock && { linkClock }),
          ...(clockOffsetMs !== undefined && { clockOffsetMs }),
          ...(onEvent && { onEvent }),
        }),
    );
    this.#hubs = new Map(this.hubs.map((hub) => [hub.id, hub]));
    this.#pumpsOf = new Map(
      story.hubs.map((hub) => [
        hub.id,
        hub.pumps.map(({ id, model }) => new SimPump({ id, hub: hub.id, model, seed, idRandom })),
      ]),
    );
    this.#pumps = new Map([...this.#pumpsOf.values()].flat().map((pump) => [pump.id, pump]));
  }

  start(): void {
    const { story, clock, seed } = this.#options;
    this.#running = true;
    this.#origin = clock.monotonic();
    this.#originWall = clock.wall();
    for (const event of expand(story.events)) this.#at(event.at, () => this.#play(event));
    for (const cycle of story.cycles ?? []) this.#round(cycle, 0);
    const intervalMs = (this.#options.intervalS ?? story.intervalS) * 1_000;
    for (const hub of this.hubs) {
      hub.start();
      // Hubs are not in step with each other.
      this.#sample(hub, millis(intervalMs), randomFor(seed, hub.id, 'phase')() * intervalMs);
    }
  }

  /** Ends the readings, waits a little for acknowledgements, says offline, leaves. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await Promise.all(
      this.hubs.map(async (hub) => {
        if (hub.online) await hub.drain(DRAIN);
        await hub.stop();
      }),
    );
    for (const [id, { hub, pump }] of this.#pumps) {
      const boot = this.#hubs.get(hub)?.boot ?? '';
      const readings = this.#made.get(id) ?? 0;
      this.#options.truth?.({
        at: this.#wallAt(this.#nowS()),
        hub,
        cause: 'end',
        pump: id,
        boot,
        readings,
        patient_ml: round(pump.line.patientMl),
      });
    }
  }

  #sample(hub: Hub, interval: DurationMs, dueMs: number): void {
    this.#atMs(dueMs, () => {
      if (this.#nowS() > (this.#options.untilS ?? Number.POSITIVE_INFINITY)) return;
      for (const pump of this.#pumpsOf.get(hub.id) ?? []) this.#record(hub, pump);
      // After a stall the readings that were missed are not made up: a pump is read when it is read.
      const late = Math.max(0, this.#nowS() * 1_000 - dueMs);
      this.#sample(hub, interval, dueMs + interval * (1 + Math.floor(late / interval)));
    });
  }

  #record(hub: Hub, pump: SimPump): void {
    this.#bringUp(pump);
    this.#made.set(pump.id, hub.record(pump.id, pump.read()) + 1);
  }

  #bringUp(pump: SimPump): void {
    for (const { atS, event } of pump.advanceTo(this.#nowS())) {
      const { kind, code } = event;
      this.#options.truth?.({
        at: this.#wallAt(atS),
        hub: pump.hub,
        cause: 'pump',
        pump: pump.id,
        event: kind,
        ...(code && { code }),
        pressure_mmhg: round(pump.pump.line.pressureMmHg),
        patient_ml: round(pump.pump.line.patientMl),
      });
    }
  }

  #play(event: StoryEvent): void {
    if ('hub' in event) {
      const hub = this.#hubs.get(event.hub);
      this.#options.truth?.({ at: this.#wallAt(this.#nowS()), hub: event.hub, cause: 'story', story: event });
      if (event.event === 'offline') hub?.cut();
      else if (event.event === 'online') hub?.start();
      else hub?.restart();
      return;
    }
    const pump = this.#pumps.get(event.pump);
    if (!pump) return;
    this.#bringUp(pump);
    this.#options.truth?.({ at: this.#wallAt(this.#nowS()), hub: pump.hub, cause: 'story', story: event });
    pump.apply(event);
  }

  #round(cycle: NonNullable<Story['cycles']>[number], turn: number): void {
    const startS = cycle.fromS + turn * cycle.everyS;
    this.#at(startS, () => {
      for (const event of expand(cycle.events)) this.#at(startS + event.at, () => this.#play(event));
      this.#round(cycle, turn + 1);
    });
  }

  #at(atS: number, run: () => void): void {
    this.#atMs(atS * 1_000, run);
  }

  #atMs(atMs: number, run: () => void): void {
    const timer = this.#options.clock.after(millis(Math.max(0, atMs - this.#nowS() * 1_000)), 'fleet', () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  #nowS(): number {
    return (this.#options.clock.monotonic() - this.#origin) / 1_000;
  }

  #wallAt(atS: number): number {
    return Math.round(this.#originWall + atS * 1_000);
  }
}

const round = (value: number): number => Number(value.toFixed(3));
