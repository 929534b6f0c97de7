import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { JournalPort } from '#intake/admission.ts';
import type { MemoryJournal } from '#journal/memory-journal.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Json, StateReader, StateStore, StateTransaction } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import { outboxStream } from '#model/paging.ts';
import { collections } from '#notify/records.ts';
import { alertEventStream } from '../../gateway/alerts/alert-store.ts';
import type { Chance } from './chance.ts';
import type { LifeClock, NightClock } from './night-clock.ts';
import type { CrashPoint } from './night-plan.ts';

/** Thrown out of a disk call in which the process died: nobody hears it. */
export class Killed extends Error {}

/** Where a process may die inside a disk call; it does so there and not at once. */
export interface CrashPoints {
  reached(point: CrashPoint): boolean;
}

export interface DiskOf {
  readonly clock: NightClock;
  readonly life: LifeClock;
  readonly chance: Chance;
  readonly refuses: () => boolean;
  readonly crashes: CrashPoints;
}

/**
 * The journal as admission sees it through its thread: each append is one commit with one fsync, which takes its time. What is
 * not committed when the process dies is gone; what was committed and not yet answered stays. A transaction that was torn in
 * the write is what SQLite's checksums make of it: not there (test/crash/cut-wal tears the real one).
 */
export class NightJournalPort implements JournalPort {
  readonly #disk: DiskOf;
  readonly #journal: MemoryJournal;
  readonly #onCommit: (batch: readonly Inbound[]) => void;

  constructor(disk: DiskOf, journal: MemoryJournal, onCommit: (batch: readonly Inbound[]) => void) {
    this.#disk = disk;
    this.#journal = journal;
    this.#onCommit = onCommit;
  }

  append(batch: readonly Inbound[]): Promise<AppendResult> {
    return this.#after(() => {
      const { crashes } = this.#disk;
      if (crashes.reached('before a commit')) throw new Killed();
      const result = this.#journal.append(batch);
      this.#onCommit(batch);
      if (crashes.reached('after a commit')) throw new Killed();
      return result;
    });
  }

  probe(): Promise<void> {
    return this.#after(() => undefined);
  }

  #after<R>(work: () => R): Promise<R> {
    const { clock, life, chance, refuses } = this.#disk;
    return new Promise((resolve, reject) => {
      life.after(millis(Math.round(chance.spread(1, 30))), 'fsync', () => {
        clock.stir();
        if (refuses()) {
          reject(new GatewayError('storage-refused', 'the disk is full'));
          return;
        }
        try {
          resolve(work());
        } catch (error) {
          if (!(error instanceof Killed)) reject(error);
        }
      });
    });
  }
}

const isOfReading = (event: Json): boolean =>
  typeof event === 'object' && event !== null && 'cause' in event && event['cause'] !== null;

/** The state file: a transaction is whole or not there, the disk may refuse it, and the process may die on either side of it. */
export class NightStateStore implements StateStore {
  readonly #disk: Pick<DiskOf, 'life' | 'refuses' | 'crashes'>;
  readonly #inner: StateStore;

  constructor(disk: Pick<DiskOf, 'life' | 'refuses' | 'crashes'>, inner: StateStore) {
    this.#disk = disk;
    this.#inner = inner;
  }

  get: StateReader['get'] = (collection, key) => this.#inner.get(collection, key);
  list: StateReader['list'] = (collection, prefix) => this.#inner.list(collection, prefix);
  read: StateReader['read'] = (stream, after, limit) => this.#inner.read(stream, after, limit);

  last(stream: string): number {
    return this.#inner.last(stream);
  }

  transact<R>(work: (tx: StateTransaction) => R): R {
    const { life, refuses, crashes } = this.#disk;
    if (life.isDead || crashes.reached('before a transaction')) throw new Killed();
    if (refuses()) throw new GatewayError('storage-refused', 'the disk is full');
    let pages = 0;
    let messages = 0;
    let judged = 0;
    const answer = this.#inner.transact((tx) => {
      const append: StateTransaction['append'] = (stream, value) => {
        if (stream === outboxStream) pages += 1;
        if (stream === alertEventStream && isOfReading(value)) judged += 1;
        return tx.append(stream, value);
      };
      const put: StateTransaction['put'] = (collection, key, value) => {
        if (collection === collections.open) messages += 1;
        tx.put(collection, key, value);
      };
      const result = work({ ...tx, append, put });
      if (messages > 0 && crashes.reached('before messages are stored')) throw new Killed();
      if (pages > 0 && crashes.reached('before a page is stored')) throw new Killed();
      if (judged > 0 && crashes.reached('before a reading is judged')) throw new Killed();
      return result;
    });
    if (pages > 0 && crashes.reached('after a page is stored')) throw new Killed();
    if (crashes.reached('after a transaction')) throw new Killed();
    return answer;
  }

  close(): void {}
}
