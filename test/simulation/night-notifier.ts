import type { Clock, Timer } from '#kernel/clock.ts';
import { silentLogger } from '#kernel/log.ts';
import type { Plain, StateStore } from '#kernel/state-store.ts';
import type { DurationMs } from '#kernel/time.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import type { Channel } from '#notify/channel.ts';
import { Dispatcher } from '#notify/dispatcher.ts';
import type { DirectoryPort, NotifierProblem, OutboxPort } from '#notify/ports.ts';
import type { Chance } from './chance.ts';
import type { LifeClock, NightClock } from './night-clock.ts';

/** What the notifier is given by the gateway it runs in. */
export interface NotifierParts {
  /** The state file with the outbox. */
  readonly state: StateStore;
  /** The notifier's own file. */
  readonly store: StateStore;
  readonly channels: readonly Channel[];
  readonly directory: DirectoryPort;
  readonly clock: NightClock;
  readonly life: LifeClock;
  readonly chance: Chance;
  /** Number of this life. */
  readonly holder: string;
  readonly onProblem: (problem: NotifierProblem) => void;
  readonly onUndelivered: (of: { readonly alert: string; readonly page: string }) => void;
}

/** The real dispatcher of one life of the gateway, and the wakes that it and the night owe each other. */
export class NightNotifier {
  readonly #dispatcher: Dispatcher;
  readonly #clock: NightClock;

  constructor(parts: NotifierParts, outbox: (port: OutboxPort, store: StateStore) => OutboxPort) {
    const { state, store, channels, directory, clock, life, chance, holder, onProblem, onUndelivered } = parts;
    this.#clock = clock;
    this.#dispatcher = new Dispatcher({
      outbox: outbox(
        {
          read: (position, limit) =>
            state.last(outboxStream) <= position
              ? []
              : state
                  .read<Plain<Page>>(outboxStream, position, limit)
                  .map((row) => ({ position: row.position, page: row.value })),
        },
        store,
      ),
      store,
      directory,
      channels,
      messages: { agency: 'Elm', publicUrl: null },
      clock: new StirringClock(life, clock),
      random: chance.random,
      log: silentLogger,
      holder,
      isHeir: true,
      onProblem,
      onUndelivered,
    });
    this.#dispatcher.start();
  }

  /** The outbox has grown. */
  look(): void {
    this.#clock.stir();
    this.#dispatcher.notify();
  }

  receive(...receipt: Parameters<Dispatcher['receive']>): void {
    this.#clock.stir();
    this.#dispatcher.receive(...receipt);
  }

  callEnded(person: string): void {
    this.#clock.stir();
    this.#dispatcher.callEnded(person);
  }
}

/** Tells the night of the timers behind which a promise settles: a send that took too long. */
class StirringClock implements Clock {
  readonly #life: LifeClock;
  readonly #night: NightClock;

  constructor(life: LifeClock, night: NightClock) {
    this.#life = life;
    this.#night = night;
  }

  wall: Clock['wall'] = () => this.#life.wall();
  monotonic: Clock['monotonic'] = () => this.#life.monotonic();
  every: Clock['every'] = (period, name, run) => this.#life.every(period, name, run);
  sleep: Clock['sleep'] = (delay, signal) => this.#life.sleep(delay, signal);

  after(delay: DurationMs, name: string, run: () => void): Timer {
    return this.#life.after(delay, name, () => {
      if (name === 'send-limit') this.#night.stir();
      run();
    });
  }
}
