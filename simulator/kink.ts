import type { Random } from '#kernel/random.ts';
import { waitingTime } from './seeds.ts';

export interface KinkPlan {
  /** Share of the way that is left while the tube is bent. */
  readonly opening: number;
  /** How long it stays bent and how long straight, on average, s. */
  readonly bentS: number;
  readonly straightS: number;
}

/** A tube that bends and straightens as the patient moves. The times come by chance and do not depend on the step. */
export class Kink {
  readonly #random: Random;
  #plan: KinkPlan | undefined;
  #bent = false;
  #leftS = Number.POSITIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Share of the way that is left now. */
  get opening(): number {
    return this.#bent && this.#plan ? this.#plan.opening : 1;
  }

  get secondsToChange(): number {
    return this.#leftS;
  }

  begin(plan: KinkPlan): void {
    this.#plan = plan;
    this.#bent = true;
    this.#leftS = waitingTime(this.#random, plan.bentS);
  }

  end(): void {
    this.#plan = undefined;
    this.#bent = false;
    this.#leftS = Number.POSITIVE_INFINITY;
  }

  /** Lets time pass, at most `secondsToChange`. */
  pass(seconds: number): void {
    if (!this.#plan) return;
    this.#leftS -= seconds;
    if (this.#leftS > 1e-9) return;
    this.#bent = !this.#bent;
    this.#leftS = waitingTime(this.#random, this.#bent ? this.#plan.bentS : this.#plan.straightS);
  }
}
