import type { Clock, Timer } from '#kernel/clock.ts';
import { seconds } from '#kernel/time.ts';
import type { Observation } from '../readout.ts';
import type { DeviceTroubles } from './device-troubles.ts';
import type { Voice } from './voice.ts';

/** The far end of a line. */
export interface DeviceLine {
  write(bytes: Uint8Array): void;
}

const LOOK_EVERY = seconds(1);

/** A simulated pump on a line: the pump of a story, a voice, and what goes wrong between. */
export class PumpDevice {
  readonly #voice: Voice;
  readonly #look: () => Observation | undefined;
  readonly #troubles: DeviceTroubles;
  readonly #clock: Clock;
  readonly #line: DeviceLine;
  readonly #watch: Timer;

  constructor(
    voice: Voice,
    look: () => Observation | undefined,
    { troubles, clock, line }: { troubles: DeviceTroubles; clock: Clock; line: DeviceLine },
  ) {
    this.#voice = voice;
    this.#look = look;
    this.#troubles = troubles;
    this.#clock = clock;
    this.#line = line;
    this.#watch = clock.every(LOOK_EVERY, 'device-watch', () => this.#send(voice.volunteer(look())));
  }

  received(bytes: Uint8Array): void {
    this.#send(this.#voice.hear(bytes, this.#look()));
  }

  stop(): void {
    this.#watch.cancel();
  }

  #send(answers: readonly Uint8Array[]): void {
    for (const answer of answers) {
      const { bytes, after } = this.#troubles.befall(answer);
      if (bytes.length === 0) continue;
      if (after === 0) this.#line.write(bytes);
      else this.#clock.after(after, 'slow answer', () => this.#line.write(bytes));
    }
  }
}
