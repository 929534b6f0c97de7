import type { Clock } from '#kernel/clock.ts';

/**
 * The gateway's time for deadlines: runs with the monotonic clock and follows the calendar forwards only. An operator or
 * NTP who steps the calendar back can therefore not delay an alert.
 */
export class TimeKeeper {
  readonly #clock: Clock;
  #anchor = 0;
  #anchoredAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#anchoredAt = clock.monotonic();
  }

  /**
   * Goes on from `last`, the newest instant that was used and stored, when the calendar said `calendar`. What the calendar
   * went on since then has passed, also where it had been set back before.
   */
  begin(last: number, calendar: number): void {
    const wall = this.#clock.wall();
    this.#anchor = Math.max(last + Math.max(0, wall - calendar), wall);
    this.#anchoredAt = this.#clock.monotonic();
  }

  /** Unix ms, never less than before. */
  now(): number {
    const monotonic = this.#clock.monotonic();
    this.#anchor = Math.max(this.#anchor + (monotonic - this.#anchoredAt), this.#clock.wall());
    this.#anchoredAt = monotonic;
    return Math.round(this.#anchor);
  }
}
