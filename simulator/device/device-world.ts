import type { Clock } from '#kernel/clock.ts';
import type { Observation } from '../readout.ts';
import { randomFor } from '../seeds.ts';
import type { Story } from '../story.ts';
import { type HomeHub, World } from '../world.ts';

/** How often the pump's own display is brought up. */
const DISPLAY_EVERY_S = 0.5;

/** The pumps of a story, as they stand now: what a device shows when it is asked. */
export class DeviceWorld {
  readonly #clock: Clock;
  readonly #world: World;
  readonly #startMono: number;
  readonly #speed: number;
  readonly #seen = new Map<string, Observation>();

  constructor(story: Story, seed: number, clock: Clock, speed = 1) {
    this.#clock = clock;
    this.#speed = speed;
    this.#startMono = clock.monotonic();
    this.#world = new World({
      story,
      seed,
      startMs: clock.wall(),
      hubs: story.hubs.map(({ id }) => noHub(id)),
      intervalS: DISPLAY_EVERY_S,
      untilS: Number.POSITIVE_INFINITY,
      idRandom: randomFor(seed, 'ids'),
      truth: undefined,
      onSample: ({ id }, _atS, seen) => void this.#seen.set(id, seen),
    });
  }

  /** Undefined before the pump was first looked at, and for a pump that the story does not know. */
  look(pump: string): Observation | undefined {
    this.#world.runTo(((this.#clock.monotonic() - this.#startMono) / 1_000) * this.#speed);
    return this.#seen.get(pump);
  }
}

/** Whoever asks the devices is the hub; those of the story do nothing. */
const noHub = (id: string): HomeHub => ({
  id,
  boot: '',
  powered: false,
  record: () => 0,
  start() {},
  cut() {},
  restart() {},
  unplug() {},
  plug() {},
  stepClock() {},
  disturb() {},
});
