import type { Random } from '#kernel/random.ts';
import { Agenda } from './agenda.ts';
import type { NetworkFaults } from './disturbance.ts';
import type { Observation } from './readout.ts';
import { randomFor } from './seeds.ts';
import { SimPump } from './sim-pump.ts';
import { expand, type HubStoryEvent, type Story, type StoryEvent } from './story.ts';
import type { TruthSink } from './truth.ts';

/** What the world does to a hub. `Hub` talks to a broker, `Logbook` only numbers and dates. */
export interface HomeHub {
  readonly id: string;
  readonly boot: string;
  readonly powered: boolean;
  /** Answers the number given. */
  record(pump: string, observation: Observation, atMs: number): number;
  start(): void;
  cut(): void;
  restart(): void;
  unplug(): void;
  plug(): void;
  stepClock(byMs: number): void;
  disturb(faults: NetworkFaults): void;
}

export interface WorldOptions<H extends HomeHub = HomeHub> {
  readonly story: Story;
  readonly hubs: readonly H[];
  readonly seed: number;
  /** The true time at which the story begins, Unix ms. */
  readonly startMs: number;
  readonly intervalS: number;
  /** Nothing is read after this moment. */
  readonly untilS: number;
  /** Makes ids of infusions. */
  readonly idRandom: Random;
  readonly truth: TruthSink | undefined;
  /** The pump itself at each reading, for those who compare it with what it tells. */
  readonly onSample?: ((pump: SimPump, atS: number, seen: Observation) => void) | undefined;
}

interface Home {
  readonly hub: HomeHub;
  readonly pumps: readonly SimPump[];
}

/**
 * The simulated world: pumps, what happens to them, and when hubs read them. It has no clock: `runTo` lets it come to a
 * moment, and everything carries the time at which it was due. So a story gives the same readings in real time, faster, or
 * at once.
 */
export class World {
  readonly #options: WorldOptions;
  readonly #agenda = new Agenda();
  readonly #homes: ReadonlyMap<string, Home>;
  readonly #pumps: ReadonlyMap<string, SimPump>;
  readonly #made = new Map<string, number>();
  #nowS = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { story, hubs, seed, idRandom } = options;
    const byId = new Map(hubs.map((hub) => [hub.id, hub]));
    this.#homes = new Map(
      story.hubs.flatMap(({ id, pumps }): [string, Home][] => {
        const hub = byId.get(id);
        if (!hub) return [];
        const own = pumps.map((pump) => new SimPump({ id: pump.id, hub: id, model: pump.model, seed, idRandom }));
        return [[id, { hub, pumps: own }]];
      }),
    );
    this.#pumps = new Map([...this.#homes.values()].flatMap(({ pumps }) => pumps.map((pump) => [pump.id, pump])));
    for (const event of expand(story.events, story.hubs)) this.#agenda.add(event.at, () => this.#play(event));
    for (const cycle of story.cycles ?? []) this.#round(cycle, 0);
    // Hubs are not in step with each other.
    for (const home of this.#homes.values()) {
      this.#sample(home, randomFor(seed, home.hub.id, 'phase')() * options.intervalS, 0);
    }
  }

  /** Seconds from the start to what comes next. */
  get nextS(): number {
    return this.#agenda.next;
  }

  /** Does all that is due up to a moment, in order. */
  runTo(nowS: number): void {
    while (this.#agenda.next <= nowS) {
      const item = this.#agenda.take();
      if (!item) break;
      this.#nowS = item.at;
      item.run();
    }
    this.#nowS = Math.max(this.#nowS, nowS);
  }

  /** Writes the last lines of the truth. */
  end(): void {
    for (const [pump, sim] of this.#pumps) {
      this.#options.truth?.({
        at: this.#wall(this.#nowS),
        hub: sim.hub,
        cause: 'end',
        pump,
        boot: this.#homes.get(sim.hub)?.hub.boot ?? '',
        readings: this.#made.get(pump) ?? 0,
        patient_ml: round(sim.pump.line.patientMl),
      });
    }
  }

  #sample(home: Home, firstS: number, turn: number): void {
    const dueS = firstS + turn * this.#options.intervalS;
    if (dueS > this.#options.untilS) return;
    this.#agenda.add(dueS, () => {
      for (const pump of home.pumps) this.#read(home.hub, pump);
      this.#sample(home, firstS, turn + 1);
    });
  }

  #read(hub: HomeHub, pump: SimPump): void {
    this.#bringUp(pump);
    const observation = pump.read();
    this.#options.onSample?.(pump, this.#nowS, observation);
    if (!hub.powered) return;
    this.#made.set(pump.id, hub.record(pump.id, observation, this.#wall(this.#nowS)) + 1);
  }

  #bringUp(pump: SimPump): void {
    for (const { atS, event } of pump.advanceTo(this.#nowS)) {
      const { kind, code } = event;
      this.#options.truth?.({
        at: this.#wall(atS),
        hub: pump.hub,
        cause: 'pump',
        pump: pump.id,
        event: kind,
        ...(code && { code }),
        pressure_mmhg: round(event.pressureMmHg),
        patient_ml: round(event.patientMl),
      });
    }
  }

  #play(event: StoryEvent): void {
    if ('hub' in event) {
      this.#options.truth?.({ at: this.#wall(this.#nowS), hub: event.hub, cause: 'story', story: event });
      const hub = this.#homes.get(event.hub)?.hub;
      if (hub) act(hub, event);
      return;
    }
    const pump = this.#pumps.get(event.pump);
    if (!pump) return;
    this.#bringUp(pump);
    this.#options.truth?.({ at: this.#wall(this.#nowS), hub: pump.hub, cause: 'story', story: event });
    pump.apply(event);
  }

  #round(cycle: NonNullable<Story['cycles']>[number], turn: number): void {
    const startS = cycle.fromS + turn * cycle.everyS;
    this.#agenda.add(startS, () => {
      for (const event of expand(cycle.events, this.#options.story.hubs)) {
        this.#agenda.add(startS + event.at, () => this.#play(event));
      }
      this.#round(cycle, turn + 1);
    });
  }

  #wall(atS: number): number {
    return Math.round(this.#options.startMs + atS * 1_000);
  }
}

function act(hub: HomeHub, event: HubStoryEvent): void {
  switch (event.event) {
    case 'offline':
      hub.cut();
      break;
    case 'online':
      hub.start();
      break;
    case 'restart':
      hub.restart();
      break;
    case 'unplug':
      hub.unplug();
      break;
    case 'plug':
      hub.plug();
      break;
    case 'clock':
      hub.stepClock(event.byMs);
      break;
    case 'network':
      hub.disturb(event);
      break;
    case 'home-visit':
      throw new Error('A visit is written out by expand() before it is played.');
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
