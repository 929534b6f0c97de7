import { describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import { TrendFallback } from '#series/trend-fallback.ts';
import { T0 } from './list-journal.ts';
import { unavailable } from './twin-store.ts';

const query = { pump: 'p', from: T0, to: T0 + 1, points: 1 };
const { signal } = new AbortController();

/** A source that answers with its own name as the pump, so that a test sees who answered. */
class Source {
  readonly #name: string;
  asked = 0;
  failure: GatewayError | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async trend({ from, to }: TrendQuery): Promise<Trend> {
    this.asked += 1;
    if (this.failure) throw this.failure;
    return { pump: this.#name, from, to, bucketMs: 1, points: [] };
  }
}

describe('trends from two sources', () => {
  const clock = new VirtualClock(T0);
  const influx = new Source('influx');
  const journal = new Source('journal');
  let behind = false;
  const trends = new TrendFallback(influx, journal, () => behind, clock);
  const answeredBy = async () => (await trends.trend(query, signal)).pump;

  it('come from the journal while InfluxDB fails or is behind, and leave InfluxDB alone for a while after', async () => {
    expect(await answeredBy()).toBe('influx');
    behind = true;
    expect(await answeredBy()).toBe('journal');
    behind = false;
    influx.failure = unavailable();
    expect(await answeredBy()).toBe('journal');
    expect(await answeredBy()).toBe('journal');
    expect(influx.asked).toBe(2);
    influx.failure = undefined;
    await clock.advance(seconds(10));
    expect(await answeredBy()).toBe('influx');
  });

  it('tell the caller what is wrong with the question', async () => {
    influx.failure = new GatewayError('bad-request', 'points');
    await expect(answeredBy()).rejects.toMatchObject({ code: 'bad-request' });
  });
});
