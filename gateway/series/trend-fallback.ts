import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import { type MonoMs, monoPlus, seconds } from '#kernel/time.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import type { SeriesStore } from './series-store.ts';

type TrendSource = Pick<SeriesStore, 'trend'>;

/** After a failure the first source is left alone this long, so that a person does not wait for it at each look. */
const LEFT_ALONE = seconds(10);

/** Trends from InfluxDB while it answers and is up to date, otherwise from the journal. */
export class TrendFallback implements TrendSource {
  readonly #first: TrendSource;
  readonly #second: TrendSource;
  readonly #isBehind: () => boolean;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #leaveAloneUntil: MonoMs | undefined;

  /** `isBehind`: the first source lacks what the second has, so that its answer would hide the latest readings. */
  constructor(first: TrendSource, second: TrendSource, isBehind: () => boolean, clock: Pick<Clock, 'monotonic'>) {
    this.#first = first;
    this.#second = second;
    this.#isBehind = isBehind;
    this.#clock = clock;
  }

  /** @throws GatewayError `bad-request` as SeriesStore. */
  async trend(query: TrendQuery, signal: AbortSignal): Promise<Trend> {
    const now = this.#clock.monotonic();
    if (this.#isBehind() || (this.#leaveAloneUntil !== undefined && now < this.#leaveAloneUntil)) {
      return this.#second.trend(query, signal);
    }
    try {
      return await this.#first.trend(query, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof GatewayError && error.code === 'bad-request') throw error;
      this.#leaveAloneUntil = monoPlus(this.#clock.monotonic(), LEFT_ALONE);
      return this.#second.trend(query, signal);
    }
  }
}
