import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import type { RefusedLine } from '#series/batch-delivery.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { StateCursor } from '#series/state-cursor.ts';
import type { Influxd } from '#support/influxd.ts';
import { until } from '#support/until.ts';
import { type ListJournal, T0 } from './list-journal.ts';

export const DATABASE = 'infusion';
export const PUMPS = 20;
const clock = new SystemClock();

/** Runs a journal into a store until it is stopped. */
export class Run {
  readonly quarantined: RefusedLine[] = [];
  readonly runner: SeriesRunner;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    journal: ListJournal,
    store: SeriesStore,
    cursor = new StateCursor(new MemoryStateStore()),
    entries = 100,
  ) {
    this.runner = new SeriesRunner({
      feed: new JournalFeed(journal, new JournalAlarmHistory(journal)),
      store,
      cursor,
      quarantine: (line) => void this.quarantined.push(line),
      clock,
      random: systemRandom,
      log: silentLogger,
      batchEntries: entries,
      linger: millis(1),
      backoff: { first: millis(20), factor: 2, max: millis(100), jitter: 0.2 },
    });
    this.#running = this.runner.run(this.#stop.signal);
  }

  /** Waits until the runner shows this problem. */
  async stuck(code: string): Promise<void> {
    await until(`problem ${code}`, () => this.runner.counters().problem?.code === code);
  }

  async written(lines: number): Promise<void> {
    await until(`${lines} lines written`, () => this.runner.counters().linesWritten >= lines);
  }

  async drained(): Promise<void> {
    await until('the end of the journal', () => this.runner.lag().entries === 0, 20_000);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('stop'));
    await this.#running;
  }
}

/** Readings of several pumps, two by two in one millisecond; every tenth has an alarm. */
export function readings(journal: ListJournal, count: number): void {
  for (let i = 0; i < count; i += 1) {
    journal.add({
      pump: `pump-${i % PUMPS}`,
      seq: Math.floor(i / PUMPS),
      atMs: T0 + Math.floor(i / (2 * PUMPS)),
      rateMlH: i,
      alarms: i % 200 < PUMPS ? [{ code: 'air-in-line' }] : [],
    });
  }
}

/** How many readings of each pump InfluxDB holds. */
export async function countByPump(server: Influxd): Promise<Record<string, unknown>> {
  const rows = await server.query('SELECT count(seq) FROM pump_reading GROUP BY pump', DATABASE);
  return Object.fromEntries(rows.map((row) => [String(row['pump']), row['count']]));
}

export const each = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: PUMPS }, (_, i) => [`pump-${i}`, count]));
