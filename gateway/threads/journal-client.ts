import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { Retained, RetainFrom } from '#journal/journal.ts';
import type { JournalLimits } from '#journal/sqlite-journal-writer.ts';
import { ThreadCaller } from '#kernel/thread-calls.ts';
import type { WallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import { packBatch } from './batch-transfer.ts';
import type { JournalThreadApi, JournalThreadData } from './journal-thread.ts';

/** The journal's writer, asked across threads. */
export class JournalClient {
  readonly #worker: Worker;
  readonly #caller: ThreadCaller<JournalThreadApi, Record<string, never>>;

  constructor(path: string, limits: JournalLimits, onDeath: (error: unknown) => void) {
    const workerData: JournalThreadData = { path, limits };
    this.#worker = new Worker(new URL('./journal-thread.ts', import.meta.url), { workerData, name: 'journal' });
    this.#worker.on('error', onDeath);
    this.#caller = new ThreadCaller(this.#worker);
  }

  append(batch: readonly Inbound[]): Promise<AppendResult> {
    const packed = packBatch(batch);
    return this.#caller.call('append', packed, [packed.bytes.buffer]);
  }

  /** Also tells that the thread has opened its database. */
  probe(): Promise<void> {
    return this.#caller.call('probe', undefined);
  }

  retain(before: WallMs, consumers: readonly string[], from: RetainFrom): Promise<Retained> {
    return this.#caller.call('retain', { before, consumers, from });
  }

  hold(ranges: readonly HeldRange[]): Promise<void> {
    return this.#caller.call('hold', ranges);
  }

  /** A line to the journal for another thread to keep its cursor by. */
  async connect(): Promise<MessagePort> {
    const { port1, port2 } = new MessageChannel();
    await this.#caller.call('connect', port1, [port1]);
    return port2;
  }

  async close(): Promise<void> {
    await this.#caller.call('close', undefined);
    await this.#worker.terminate();
  }
}
