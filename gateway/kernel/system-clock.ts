import { type Clock, sleepOn, type Timer } from './clock.ts';
import { type DurationMs, type MonoMs, monoMs, type WallMs, wallMs } from './time.ts';

/** The clocks of this machine. Timers do not keep the process alive on their own. */
export class SystemClock implements Clock {
  wall(): WallMs {
    return wallMs(Date.now());
  }

  monotonic(): MonoMs {
    return monoMs(performance.now());
  }

  after(delay: DurationMs, _name: string, run: () => void): Timer {
    const handle = setTimeout(run, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  }

  every(period: DurationMs, _name: string, run: () => void): Timer {
    const handle = setInterval(run, period);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  }

  sleep(delay: DurationMs, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delay, signal);
  }
}
