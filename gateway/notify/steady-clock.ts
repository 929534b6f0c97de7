import type { Clock } from '#kernel/clock.ts';
import type { MonoMs, WallMs } from '#kernel/time.ts';

/**
 * The calendar as timers may trust it: it follows steps forward and ignores steps back, so that no correction of the
 * clock delays a page. What falls due by the calendar or by the time that passed, whichever is first, is due.
 */
export class SteadyClock {
  readonly #clock: Pick<Clock, 'wall' | 'monotonic'>;
  #wall: WallMs;
  #mono: MonoMs;

  constructor(clock: Pick<Clock, 'wall' | 'monotonic'>) {
    this.#clock = clock;
    this.#wall = clock.wall();
    this.#mono = clock.monotonic();
  }

  nowMs(): number {
    const wall = this.#clock.wall();
    const mono = this.#clock.monotonic();
    const passed = this.#wall + (mono - this.#mono);
    if (wall < passed) return passed;
    this.#wall = wall;
    this.#mono = mono;
    return wall;
  }
}
