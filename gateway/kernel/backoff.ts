import type { Random } from './random.ts';
import { type DurationMs, millis } from './time.ts';

export interface BackoffPlan {
  readonly first: DurationMs;
  readonly factor: number;
  readonly max: DurationMs;
  /** Share of each interval that chance may take away: 0.2 gives 80 % to 100 %. Keeps a thousand hubs from calling at once. */
  readonly jitter: number;
}

/** Intervals to wait between tries. `reset` after a success. */
export class Backoff {
  readonly #plan: BackoffPlan;
  readonly #random: Random;
  #tries = 0;

  constructor(plan: BackoffPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  next(): DurationMs {
    const { first, factor, max, jitter } = this.#plan;
    const full = Math.min(max, first * factor ** this.#tries);
    this.#tries += 1;
    return millis(Math.round(full * (1 - jitter * this.#random())));
  }

  reset(): void {
    this.#tries = 0;
  }
}
