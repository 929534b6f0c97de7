import type { PumpObservation } from '#codec/pumps/observation.ts';
import { type DurationMs, type MonoMs, millis, minutes, seconds } from '#kernel/time.ts';

const KEEP_EVERY = seconds(10);
const CLOSE_LOOK_EVERY = seconds(1);
/** After an alarm came or went, or the pump began to do something else. */
const CLOSE_LOOK_FOR = minutes(2);
/** A little early is in time: the next look comes only a whole poll later. */
const TOLERANCE = millis(200);

export interface Verdict {
  /** Worth a reading. */
  readonly keep: boolean;
  /** An alarm came or went: it does not wait behind a backlog. */
  readonly urgent: boolean;
  readonly nextLook: DurationMs;
}

/** How often a pump is looked at, and what of that is kept: each 10 s, at once what changed, each second around an alarm. */
export class RecordPlan {
  readonly #pollEvery: DurationMs;
  #keptAt: MonoMs | undefined;
  #alarms: string | undefined;
  #state: string | undefined;
  #closeUntil = Number.NEGATIVE_INFINITY;

  constructor(pollEvery: DurationMs) {
    this.#pollEvery = pollEvery;
  }

  take(observation: PumpObservation, now: MonoMs): Verdict {
    // What the pump did not tell is no change.
    const alarms = observation.alarms?.map(({ code, vendorCode }) => vendorCode ?? code).join(' ') ?? this.#alarms;
    const alarmsChanged = alarms !== this.#alarms && (this.#alarms !== undefined || alarms !== '');
    const changed = alarmsChanged || observation.state !== this.#state;
    if (alarmsChanged) this.#closeUntil = now + CLOSE_LOOK_FOR;
    const close = now < this.#closeUntil;
    const every = close ? CLOSE_LOOK_EVERY : KEEP_EVERY;
    const keep = changed || this.#keptAt === undefined || now - this.#keptAt >= every - TOLERANCE;
    this.#alarms = alarms;
    this.#state = observation.state;
    if (keep) this.#keptAt = now;
    return { keep, urgent: alarmsChanged, nextLook: close ? CLOSE_LOOK_EVERY : this.#pollEvery };
  }
}
