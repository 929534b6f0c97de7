import type { Clock } from '#kernel/clock.ts';
import { type WallMs, wallMs } from '#kernel/time.ts';

/** No hub of this program measured anything before: a clock that says so was never set. 2025-01-01T00:00:00Z. */
export const CLOCK_IS_SET_FROM = wallMs(1_735_689_600_000);

/**
 * What readings are dated by: the clock of this machine. A small computer without a battery begins in 1970 until the network
 * tells it the time, and the gateway refuses such dates; until then time goes on from the last reading that was kept.
 */
export class HubClock {
  readonly #clock: Pick<Clock, 'wall' | 'monotonic'>;
  readonly #base: number;

  constructor(clock: Pick<Clock, 'wall' | 'monotonic'>, lastAtMs: number | undefined) {
    this.#clock = clock;
    this.#base = Math.max(lastAtMs ?? 0, CLOCK_IS_SET_FROM) - clock.monotonic();
  }

  now(): WallMs {
    const wall = this.#clock.wall();
    return wall >= CLOCK_IS_SET_FROM ? wall : wallMs(Math.round(this.#base + this.#clock.monotonic()));
  }
}
