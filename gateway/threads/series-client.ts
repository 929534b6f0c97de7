import { Worker } from 'node:worker_threads';
import { ThreadCaller } from '#kernel/thread-calls.ts';
import type { SeriesEvents, SeriesReport, SeriesThreadApi, SeriesThreadData } from './series-thread.ts';

/** What is known of the series before the thread has looked. */
const nothingWaiting: SeriesReport = {
  lagPoints: 0,
  lagSeconds: 0,
  linesWritten: 0,
  quarantined: 0,
  failures: 0,
  problem: null,
};

/** The thread of roll-ups and series, asked across threads. */
export class SeriesClient {
  readonly #worker: Worker;
  readonly #caller: ThreadCaller<SeriesThreadApi, SeriesEvents>;
  #report = nothingWaiting;

  constructor(workerData: SeriesThreadData, onDeath: (error: unknown) => void) {
    this.#worker = new Worker(new URL('./series-thread.ts', import.meta.url), {
      workerData,
      name: 'series',
      transferList: [workerData.journal],
    });
    this.#worker.on('error', onDeath);
    this.#caller = new ThreadCaller(this.#worker);
    this.#caller.on('report', (report) => {
      this.#report = report;
    });
  }

  /** Resolves when the thread has looked at the journal: from then on `report` is true. */
  async start(): Promise<void> {
    this.#report = await this.#caller.call('report', undefined);
  }

  get report(): SeriesReport {
    return this.#report;
  }

  /** The journal or the alert log has grown. */
  notify(): void {
    // It reports by itself what goes wrong; a call that its end cuts off needs no answer.
    this.#caller.call('notify', undefined).catch(() => {});
  }

  async stop(): Promise<void> {
    await this.#caller.call('stop', undefined);
    await this.#worker.terminate();
  }
}
