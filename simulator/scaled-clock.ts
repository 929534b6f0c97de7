import { type Clock, sleepOn, type Timer } from '#kernel/clock.ts';
import { type DurationMs, type MonoMs, millis, monoMs, type WallMs, wallMs } from '#kernel/time.ts';

/** A clock on which time passes `factor` times as fast as on another, from a start of its own. */
export class ScaledClock implements Clock {
  readonly #base: Clock;
  readonly #factor: number;
  readonly #originMono: MonoMs;
  readonly #originWall: WallMs;

  constructor(base: Clock, factor: number, startsAt: WallMs = base.wall()) {
    this.#base = base;
    this.#factor = factor;
    this.#originMono = base.monotonic();
    this.#originWall = startsAt;
  }

  wall(): WallMs {
    return wallMs(Math.round(this.#originWall + this.monotonic()));
  }

  monotonic(): MonoMs {
    return monoMs((this.#base.monotonic() - this.#originMono) * this.#factor);
  }

  after(delay: DurationMs, name: string, run: () => void): Timer {
    return this.#base.after(millis(delay / this.#factor), name, run);
  }

  every(period: DurationMs, name: string, run: () => void): Timer {
    return this.#base.every(millis(period / this.#factor), name, run);
  }

  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delay, signal);
  }
}
