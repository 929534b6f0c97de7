import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { LogLevel } from '#kernel/log.ts';
import { createLogger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import type { Plain } from '#kernel/state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { serveCalls, ThreadCaller, tell } from '#kernel/thread-calls.ts';
import { seconds } from '#kernel/time.ts';
import type { AlertEvent } from '#model/alert.ts';
import { AlertFeed } from '#series/alert-feed.ts';
import type { RefusedLine } from '#series/batch-delivery.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import type { SeriesFeed } from '#series/series-feed.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import type { Config } from '../config/schema.ts';
import { influxStoreOf } from '../series-store-of.ts';
import type { JournalSharedApi } from './journal-thread.ts';
import { SERIES_CONSUMER } from './series-names.ts';

/** The thread that carries the journal and the alert log into InfluxDB. */
export interface SeriesThreadData {
  readonly journalPath: string;
  readonly statePath: string;
  readonly seriesPath: string;
  readonly alertStream: string;
  readonly influx: Config['influx'];
  readonly logLevel: LogLevel;
  /** Line to the journal's thread. */
  readonly journal: MessagePort;
}

/** Told once a second. */
export interface SeriesReport {
  readonly lagPoints: number;
  readonly lagSeconds: number;
  readonly linesWritten: number;
  readonly quarantined: number;
  readonly failures: number;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}
export type SeriesEvents = { readonly report: SeriesReport };

const data: SeriesThreadData = workerData;
const clock = new SystemClock();
const log = createLogger(data.logLevel);
const journal = new SqliteJournalReader(data.journalPath);
const alertLog = new SqliteStateStore(data.statePath);
const cursors = new SqliteStateStore(data.seriesPath);
const toJournal = new ThreadCaller<JournalSharedApi, Record<string, never>>(data.journal);
const store = influxStoreOf(data.influx, clock);
const stopping = new AbortController();

const keepRefused = async ({ code, detail, hub, pump, offset, measurement }: RefusedLine): Promise<void> => {
  await toJournal.call('quarantine', {
    at: clock.wall(),
    hub,
    pump,
    topic: `series ${measurement}`,
    code,
    detail: `entry ${offset}: ${detail}`,
  });
};

const feeds: readonly SeriesFeed[] = [
  new JournalFeed(journal, new JournalAlarmHistory(journal)),
  new AlertFeed({
    read: (position, limit) => alertLog.read<Plain<AlertEvent>>(data.alertStream, position, limit),
    last: () => alertLog.last(data.alertStream),
  }),
];

const runners = store
  ? feeds.map((feed) => {
      const cursor = new StateCursor(cursors);
      return new SeriesRunner({
        feed,
        store,
        cursor,
        quarantine: keepRefused,
        clock,
        random: systemRandom,
        log,
      });
    })
  : [];
const runs = runners.map((runner) => runner.run(stopping.signal));

function report(): SeriesReport {
  const lags = runners.map((runner) => runner.lag());
  const counters = runners.map((runner) => runner.counters());
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  return {
    lagPoints: sum(lags.map(({ entries }) => entries)),
    lagSeconds: Math.max(0, ...lags.map((lag) => lag.seconds)),
    linesWritten: sum(counters.map(({ linesWritten }) => linesWritten)),
    quarantined: sum(counters.map(({ quarantined }) => quarantined)),
    failures: sum(counters.map(({ failures }) => failures)),
    problem: counters.find(({ problem }) => problem !== null)?.problem ?? null,
  };
}

let passed = 0;
async function keepPlace(): Promise<void> {
  const offset = cursors.get<number>('series-cursor', 'readings') ?? 0;
  if (offset === passed) return;
  passed = offset;
  await toJournal.call('saveCursor', { consumer: SERIES_CONSUMER, offset });
}

const ticking = clock.every(seconds(1), 'series-report', () => {
  tell(parentPort, 'report', report());
  keepPlace().catch((error: unknown) => log.warn({ error }, 'the place of the series in the journal was not kept'));
});

const seriesApi = {
  notify: (): void => {
    for (const runner of runners) runner.notify();
  },
  stop: async (): Promise<void> => {
    ticking.cancel();
    stopping.abort();
    await Promise.all(runs);
    await store?.close();
    journal.close();
    alertLog.close();
    cursors.close();
  },
};
export type SeriesThreadApi = typeof seriesApi;

if (parentPort) serveCalls(parentPort, seriesApi);
