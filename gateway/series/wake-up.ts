import type { Clock } from '#kernel/clock.ts';
import type { DurationMs } from '#kernel/time.ts';

/** A bell that is remembered when it rings while nobody waits. */
export class WakeUp {
  readonly #clock: Pick<Clock, 'after'>;
  #rung = false;
  #waiter: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#waiter?.();
  }

  /** Resolves at the next ring (at once, if it rang since the last wait), after `limit`, or when the signal is aborted. */
  async wait(limit: DurationMs, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          timer.cancel();
          signal.removeEventListener('abort', done);
          this.#waiter = undefined;
          resolve();
        };
        const timer = this.#clock.after(limit, 'wake-up', done);
        signal.addEventListener('abort', done, { once: true });
        this.#waiter = done;
      });
    }
    this.#rung = false;
  }
}
