import { type Clock, sleepOn, type Timer } from './clock.ts';
import { type DurationMs, type MonoMs, monoMs, type WallMs, wallMs } from './time.ts';

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly name: string;
  readonly run: () => void;
}

/**
 * A clock that moves only when told. Timers run in order of due time, then of creation, so a run is the same each time.
 * `stepWall` moves the calendar alone, as NTP or an operator does.
 */
export class VirtualClock implements Clock {
  #mono = 0;
  #wallOffset: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(startUnixMs: number) {
    this.#wallOffset = startUnixMs;
  }

  wall(): WallMs {
    return wallMs(this.#wallOffset + this.#mono);
  }

  monotonic(): MonoMs {
    return monoMs(this.#mono);
  }

  after(delay: DurationMs, name: string, run: () => void): Timer {
    const entry = { due: this.#mono + Math.max(0, delay), order: this.#order++, name, run };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  every(period: DurationMs, name: string, run: () => void): Timer {
    let current: Timer;
    const arm = () => {
      current = this.after(period, name, () => {
        arm();
        run();
      });
    };
    arm();
    return { cancel: () => current.cancel() };
  }

  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delay, signal);
  }

  /** Moves time on by `by`, running what falls due on the way and letting promises settle between timers. */
  async advance(by: DurationMs): Promise<void> {
    const target = this.#mono + by;
    await settle();
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#pending.delete(next);
      this.#mono = Math.max(this.#mono, next.due);
      next.run();
      await settle();
    }
    this.#mono = target;
  }

  /** Steps the calendar by `by` (either way) without letting time pass. */
  stepWall(by: DurationMs): void {
    this.#wallOffset += by;
  }

  /** Names and due times (ms from now) of what is waiting, for messages of failing tests. */
  pending(): readonly { name: string; inMs: number }[] {
    return [...this.#pending].map((p) => ({ name: p.name, inMs: p.due - this.#mono }));
  }

  #next(target: number): Pending | undefined {
    let first: Pending | undefined;
    for (const p of this.#pending) {
      if (p.due > target) continue;
      if (!first || p.due < first.due || (p.due === first.due && p.order < first.order)) first = p;
    }
    return first;
  }
}

/** Lets every promise callback that is ready run, including those they make ready. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
