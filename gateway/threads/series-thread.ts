import { setPriority } from 'node:os';
import { setImmediate as otherWork } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RollupStore } from '#journal/rollup-store.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { LogLevel } from '#kernel/log.ts';
import { createLogger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import type { Plain } from '#kernel/state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { serveCalls, ThreadCaller, tell } from '#kernel/thread-calls.ts';
import { days, hours, seconds } from '#kernel/time.ts';
import type { AlertEvent } from '#model/alert.ts';
import { AlertFeed } from '#series/alert-feed.ts';
import type { RefusedLine } from '#series/batch-delivery.ts';
import type { SeriesTarget } from '#series/held-check.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { MinuteFeed } from '#series/minute-feed.ts';
import { RollupRunner } from '#series/rollup-runner.ts';
import type { SeriesFeed } from '#series/series-feed.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import type { Config } from '../config/schema.ts';
import { timeAgreed } from '../housekeeping.ts';
import { influxStoreOf } from '../series-store-of.ts';
import type { JournalSharedApi } from './journal-thread.ts';
import { ROLLUP_CONSUMER, SERIES_CONSUMER } from './series-names.ts';

/** The thread that keeps the roll-ups, and carries them, the journal and the alert log into InfluxDB. */
export interface SeriesThreadData {
  readonly journalPath: string;
  readonly statePath: string;
  readonly seriesPath: string;
  readonly rollupPath: string;
  readonly alertStream: string;
  readonly influx: Config['influx'];
  readonly retention: Config['series'];
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

/**
 * A long catch-up gives way to hubs and alerts where processors are short. On Linux 0 is this thread alone, elsewhere it
 * would be the whole process: setpriority(2).
 */
const NICE = 10;
if (process.platform === 'linux') setPriority(0, NICE);

const data: SeriesThreadData = workerData;
const clock = new SystemClock();
const log = createLogger(data.logLevel);
const journal = new SqliteJournalReader(data.journalPath);
const alertLog = new SqliteStateStore(data.statePath);
const cursors = new SqliteStateStore(data.seriesPath);
const toJournal = new ThreadCaller<JournalSharedApi, Record<string, never>>(data.journal);
const rollups = new RollupStore(data.rollupPath);
const store = influxStoreOf(data.influx, data.retention, clock, () => {
  for (const runner of [...runners, ...(minutes ? [minutes] : [])]) runner.remade();
});
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

const runnerOf = (feed: SeriesFeed, to: SeriesTarget): SeriesRunner =>
  new SeriesRunner({
    feed,
    store: to,
    cursor: new StateCursor(cursors),
    quarantine: keepRefused,
    clock,
    random: systemRandom,
    log,
  });
const runners = store ? feeds.map((feed) => runnerOf(feed, store)) : [];
const minutes = store
  ? runnerOf(new MinuteFeed(rollups), {
      write: (lines, signal) => store.writeMinutes(lines, signal),
      holds: (line, signal) => store.holdsMinute(line, signal),
    })
  : undefined;
const rollupRunner = new RollupRunner({
  journal,
  keeper: rollups,
  clock,
  random: systemRandom,
  log,
  onSaved: () => minutes?.notify(),
});
const runs = [...runners, rollupRunner, ...(minutes ? [minutes] : [])].map((runner) => runner.run(stopping.signal));

function report(): SeriesReport {
  const lags = runners.map((runner) => runner.lag());
  const counters = [...runners, ...(minutes ? [minutes] : [])].map((runner) => runner.counters());
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  return {
    lagPoints: sum(lags.map(({ entries }) => entries)),
    lagSeconds: Math.max(0, ...lags.map((lag) => lag.seconds)),
    linesWritten: sum(counters.map(({ linesWritten }) => linesWritten)),
    quarantined: sum(counters.map(({ quarantined }) => quarantined)),
    failures: sum(counters.map(({ failures }) => failures)),
    problem: counters.find(({ problem }) => problem !== null)?.problem ?? problemOf(rollupRunner),
  };
}

function problemOf({ problem }: RollupRunner): SeriesReport['problem'] {
  return problem && { code: problem.code, detail: problem.detail };
}

const passed = new Map<string, number>();
async function keepPlace(consumer: string, offset: number): Promise<void> {
  if (offset === passed.get(consumer)) return;
  passed.set(consumer, offset);
  await toJournal.call('saveCursor', { consumer, offset });
}

const seriesOffset = (): number => cursors.get<number>('series-cursor', 'readings') ?? 0;
const keepPlaces = () =>
  Promise.all([
    keepPlace(ROLLUP_CONSUMER, rollups.offset()),
    ...(store ? [keepPlace(SERIES_CONSUMER, seriesOffset())] : []),
  ]);

/** Minutes removed in one transaction. */
const RETAIN_STEP = 5_000;
async function dropOldMinutes(): Promise<void> {
  const today = timeAgreed(clock.wall(), journal);
  if (today === null) return;
  const before = today - days(data.retention.rollupDays);
  while (!stopping.signal.aborted && rollups.retain(before, RETAIN_STEP) >= RETAIN_STEP) await otherWork();
}

const ticking = clock.every(seconds(1), 'series-report', () => {
  tell(parentPort, 'report', report());
  keepPlaces().catch((error: unknown) => log.warn({ error }, 'the place of the series in the journal was not kept'));
});

const cleaning = clock.every(hours(1), 'rollup-retention', () => {
  dropOldMinutes().catch((error: unknown) => log.warn({ error }, 'old minutes not removed'));
});

const seriesApi = {
  /** No call is served before each runner has read its first batch, so that this is true from the first call on. */
  report,
  notify: (): void => {
    for (const runner of runners) runner.notify();
    rollupRunner.notify();
  },
  stop: async (): Promise<void> => {
    ticking.cancel();
    cleaning.cancel();
    stopping.abort();
    await Promise.all(runs);
    await store?.close();
    journal.close();
    alertLog.close();
    cursors.close();
    rollups.close();
  },
};
export type SeriesThreadApi = typeof seriesApi;

if (parentPort) serveCalls(parentPort, seriesApi);
