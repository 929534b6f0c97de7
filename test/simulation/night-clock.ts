import { type Clock, sleepOn, type Timer } from '#kernel/clock.ts';
import { Heap } from '#kernel/heap.ts';
import { type DurationMs, type MonoMs, millis, monoMs, type WallMs, wallMs } from '#kernel/time.ts';

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * The kernel's virtual clock made for a hundred thousand timers a night: a heap, and promises are given room to settle only
 * when something said that one is on its way (`stir`). Timers of an instant run in order of their making.
 */
export class NightClock implements Clock {
  readonly #heap = new Heap(isBefore);
  #mono = 0;
  #offset: number;
  #order = 0;
  #stirred = false;

  constructor(startUnixMs: number) {
    this.#offset = startUnixMs;
  }

  wall(): WallMs {
    return wallMs(this.#offset + this.#mono);
  }

  monotonic(): MonoMs {
    return monoMs(this.#mono);
  }

  /** The calendar alone is set forward or back. */
  stepWall(by: number): void {
    this.#offset += by;
  }

  after(delay: DurationMs, _name: string, run: () => void): Timer {
    const entry = { due: this.#mono + Math.max(0, delay), order: this.#order++, run, cancelled: false };
    this.#heap.push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
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

  /** A promise is about to settle: let it, before time goes on. */
  stir(): void {
    this.#stirred = true;
  }

  async runUntil(mono: number): Promise<void> {
    for (let next = this.#pop(mono); next !== undefined; next = this.#pop(mono)) {
      if (next.cancelled) continue;
      this.#mono = Math.max(this.#mono, next.due);
      next.run();
      while (this.#stirred) {
        this.#stirred = false;
        await turn();
        await turn();
      }
    }
    this.#mono = Math.max(this.#mono, mono);
  }

  #pop(until: number): Pending | undefined {
    const first = this.#heap.first();
    return first === undefined || first.due > until ? undefined : this.#heap.pop();
  }
}

const isBefore = (a: Pending, b: Pending): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The looks of each second come no sooner: the machine of a night is a busy one, and most of what they find is nothing. */
const BUSY_LOOK_MS = 2_500;

/** The clock as a process sees it that may be killed: nothing of it runs after that. */
export class LifeClock implements Clock {
  #dead = false;
  readonly #clock: NightClock;

  constructor(clock: NightClock) {
    this.#clock = clock;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
  }

  wall(): WallMs {
    return this.#clock.wall();
  }

  monotonic(): MonoMs {
    return this.#clock.monotonic();
  }

  after(delay: DurationMs, name: string, run: () => void): Timer {
    return this.#clock.after(delay, name, () => {
      if (!this.#dead) run();
    });
  }

  every(period: DurationMs, name: string, run: () => void): Timer {
    const timer = this.#clock.every(millis(Math.max(period, BUSY_LOOK_MS)), name, () => {
      if (this.#dead) timer.cancel();
      else run();
    });
    return timer;
  }

  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delay, signal);
  }
}
