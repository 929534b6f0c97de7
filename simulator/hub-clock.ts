/** A hub's own clock: off by some time, running a little fast or slow, and set by hand now and then. */
export class HubClock {
  readonly #originMs: number;
  readonly #driftPpm: number;
  #offsetMs: number;

  /** `originMs`: the true time at which it stood `offsetMs` ahead. `driftPpm`: gains so many microseconds a second. */
  constructor(originMs: number, offsetMs = 0, driftPpm = 0) {
    this.#originMs = originMs;
    this.#offsetMs = offsetMs;
    this.#driftPpm = driftPpm;
  }

  /** What it shows at a true time, Unix ms. */
  read(trueMs: number): number {
    return Math.round(trueMs + this.#offsetMs + ((trueMs - this.#originMs) * this.#driftPpm) / 1e6);
  }

  step(byMs: number): void {
    this.#offsetMs += byMs;
  }
}
