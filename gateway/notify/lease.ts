import type { Clock } from '#kernel/clock.ts';
import type { StateReader, StateTransaction } from '#kernel/state-store.ts';
import { type MonoMs, monoBetween, seconds } from '#kernel/time.ts';
import { collections } from './records.ts';

type LeaseRecord = { readonly holder: string; readonly beat: number };

const KEY = 'dispatcher';
/** A holder that has not beaten for this long, on the challenger's own monotonic clock, has lost the lease. */
export const LEASE_LIFE = seconds(3);
export const LEASE_BEAT = seconds(1);

/** Thrown inside a transaction by a holder that was deposed, so that nothing of it is written. */
export class LeaseLost extends Error {}

/**
 * One dispatcher at a time. The lease is read in the transaction that writes, so a deposed holder cannot write whatever
 * its memory believes. It carries no instant: a step of the calendar neither prolongs nor ends it.
 */
export class Lease {
  readonly #holder: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #seen: { readonly beat: string; readonly since: MonoMs } | null = null;
  #beat = 0;

  constructor(holder: string, clock: Pick<Clock, 'monotonic'>) {
    this.#holder = holder;
    this.#clock = clock;
  }

  /**
   * Takes the lease when it is free or its holder has gone silent. Answers whether it is ours.
   * @param isOrphan whoever held it is known to be dead.
   */
  tryTake(tx: StateTransaction, isOrphan = false): boolean {
    const record = tx.get<LeaseRecord>(collections.lease, KEY);
    if (record && record.holder !== this.#holder && !isOrphan && !this.#silent(record)) return false;
    this.beat(tx);
    return true;
  }

  beat(tx: StateTransaction): void {
    this.#beat += 1;
    tx.put(collections.lease, KEY, { holder: this.#holder, beat: this.#beat } satisfies LeaseRecord);
  }

  /** @throws LeaseLost when another holds it. */
  check(reader: StateReader): void {
    if (reader.get<LeaseRecord>(collections.lease, KEY)?.holder !== this.#holder) throw new LeaseLost();
  }

  /** Lets go, so that the next one need not wait. */
  release(tx: StateTransaction): void {
    if (tx.get<LeaseRecord>(collections.lease, KEY)?.holder === this.#holder) tx.delete(collections.lease, KEY);
  }

  #silent({ holder, beat }: LeaseRecord): boolean {
    const now = this.#clock.monotonic();
    const mark = `${holder} ${beat}`;
    if (this.#seen?.beat !== mark) this.#seen = { beat: mark, since: now };
    return monoBetween(this.#seen.since, now) >= LEASE_LIFE;
  }
}
