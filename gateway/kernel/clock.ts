import type { DurationMs, MonoMs, WallMs } from './time.ts';

/** A pending call that can be called off. Cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * The only door to time. Everything that waits or reads a clock takes one of these, so that tests run on virtual time.
 * Use `wall` for what people and records see, `monotonic` for measuring how long something took.
 */
export interface Clock {
  wall(): WallMs;
  monotonic(): MonoMs;
  /** Calls `run` once after `delay`. `name` appears in the virtual clock's list of pending timers. */
  after(delay: DurationMs, name: string, run: () => void): Timer;
  /** Calls `run` again and again, `period` after the last call began, until cancelled. */
  every(period: DurationMs, name: string, run: () => void): Timer;
  /** Resolves after `delay`; rejects with the signal's reason when it is aborted first. */
  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void>;
}

/** `sleep` on top of `after`, shared by every clock. */
export function sleepOn(clock: Pick<Clock, 'after'>, delay: DurationMs, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(delay, 'sleep', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
