import { setImmediate as otherWork } from 'node:timers/promises';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import type { StateStore, StateTransaction } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { ChannelKind } from '#model/paging.ts';
import type { Channel, SendResult } from './channel.ts';
import { LEASE_BEAT, Lease, LeaseLost } from './lease.ts';
import { type Composed, MessageMaker, type MessageMakerOptions } from './message-maker.ts';
import { type Bundle, Outlets } from './outlets.ts';
import type { DirectoryPort, NotifierProblem, OutboxPort } from './ports.ts';
import { collections, type DeliveryRecord, type ReachRecord } from './records.ts';
import { type Receipt, Round } from './round.ts';
import { SteadyClock } from './steady-clock.ts';
import { WorkQueue } from './work-queue.ts';

export interface DispatcherParts {
  readonly outbox: OutboxPort;
  readonly store: StateStore;
  readonly directory: DirectoryPort;
  readonly channels: readonly Channel[];
  readonly messages: MessageMakerOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Name of this dispatcher, unlike that of any other. */
  readonly holder: string;
  /** Whoever held the lease when this one starts is dead: a start after a crash need not wait for its silence. */
  readonly isHeir?: boolean;
  readonly onProblem: (problem: NotifierProblem) => void;
  /** No message of this page reached anybody. */
  readonly onUndelivered: (of: { readonly alert: string; readonly page: string }) => void;
}

const CURSOR = 'outbox';
/** Pages that one transaction turns into deliveries. */
const PAGES_AT_ONCE = 200;
const BEAT = LEASE_BEAT;
/** What was stored under a calendar that has been set back since waits no longer than this after a start. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Carries pages from the outbox to people. Everything it decides is one transaction of its own store: new pages, results,
 * receipts, timers and the marks of the sends that begin. Memory holds an index of that store and nothing else, so a crash
 * at any point leaves at worst messages that were sent and are not known to be: they are sent again.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #lease: Lease;
  readonly #time: SteadyClock;
  readonly #messages: MessageMaker;
  readonly #outlets: Outlets;
  #queue = new WorkQueue();
  #state: 'waiting' | 'holding' | 'stopped' = 'waiting';
  #done: { readonly keys: readonly string[]; readonly result: SendResult }[] = [];
  #receipts: Receipt[] = [];
  #ticking: Timer | undefined;
  #next: Timer | undefined;
  #woken = false;
  #unreachable = false;
  #hasHeld = false;
  /** Sends whose marks are not yet on disk. */
  #picked: Bundle[] = [];
  readonly #failing = new Set<ChannelKind>();
  readonly #sending = new Set<Promise<void>>();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#lease = new Lease(parts.holder, parts.clock);
    this.#time = new SteadyClock(parts.clock);
    this.#messages = new MessageMaker(parts.store, parts.messages);
    this.#outlets = new Outlets(parts.channels, parts.clock);
  }

  start(): void {
    this.#ticking = this.#parts.clock.every(BEAT, 'notify-beat', () => this.#cycle(true));
    this.#cycle(true);
  }

  /** The outbox has grown. */
  notify(): void {
    this.#wake();
  }

  /** What a provider or a person's device tells of a message. */
  receive(receipt: Receipt): void {
    this.#receipts.push(receipt);
    this.#wake();
  }

  /** A call has ended: the person can be called again. */
  callEnded(recipient: string): void {
    this.#outlets.free('voice', recipient);
    this.#wake();
  }

  /** Whether this one holds the lease. */
  get holding(): boolean {
    return this.#state === 'holding';
  }

  /** Lets go of the lease. What is being sent is given the time to come back. */
  async stop(): Promise<void> {
    this.#ticking?.cancel();
    this.#next?.cancel();
    await Promise.allSettled(this.#sending);
    if (this.#done.length > 0) this.#cycle(false);
    const held = this.#state === 'holding';
    this.#state = 'stopped';
    if (held) this.#parts.store.transact((tx) => this.#lease.release(tx));
  }

  #wake(): void {
    if (this.#woken || this.#state === 'stopped') return;
    this.#woken = true;
    void otherWork().then(() => {
      this.#woken = false;
      this.#cycle(false);
    });
  }

  #cycle(beat: boolean): void {
    if (this.#state === 'stopped') return;
    const done = this.#done;
    const receipts = this.#receipts;
    this.#done = [];
    this.#receipts = [];
    try {
      if (this.#state === 'waiting' && !this.#take()) {
        this.#receipts.push(...receipts);
        return;
      }
      const { sends, more } = this.#parts.store.transact((tx) => this.#work(tx, beat, done, receipts));
      this.#picked = [];
      for (const send of sends) this.#launch(send);
      if (more) this.#wake();
      this.#arm();
    } catch (error) {
      // Nothing of this round is stored. The index is made again from the store; what came back is kept for the next.
      for (const bundle of this.#picked.splice(0)) this.#outlets.dropped(bundle);
      this.#queue = new WorkQueue();
      this.#state = 'waiting';
      if (!(error instanceof LeaseLost)) {
        this.#done.unshift(...done);
        this.#receipts.unshift(...receipts);
        this.#parts.log.error({ reason: messageOf(error) }, 'the notifier could not store what it did');
      } else this.#parts.log.warn({}, 'another notifier has taken over');
    }
  }

  /** Takes the lease and reads what is unfinished. */
  #take(): boolean {
    const isOrphan = this.#parts.isHeir === true && !this.#hasHeld;
    const taken = this.#parts.store.transact((tx) => this.#lease.tryTake(tx, isOrphan));
    if (!taken) return false;
    const { store } = this.#parts;
    const now = this.#time.nowMs();
    for (const { key } of store.list(collections.open)) {
      const record = store.get<DeliveryRecord>(collections.delivery, key);
      if (!record || this.#outlets.isSending(key)) continue;
      const { channel, recipient, priority } = record;
      // Without an instant to try at it was being sent when the last holder ended: maybe sent, so it is sent again.
      const dueAt = Math.min(record.dueAt ?? now, now + LONGEST_WAIT_MS);
      this.#queue.set({ key, kind: 'try', dueAt, channel, recipient, priority });
    }
    for (const { key, value } of store.list<ReachRecord>(collections.reach)) {
      if (value.nextAt === null) continue;
      const dueAt = Math.min(value.nextAt, now + (value.page.receiptMs ?? 0));
      this.#queue.set({ key, kind: 'reach', dueAt });
    }
    this.#state = 'holding';
    this.#hasHeld = true;
    return true;
  }

  #work(
    tx: StateTransaction,
    beat: boolean,
    done: readonly { readonly keys: readonly string[]; readonly result: SendResult }[],
    receipts: readonly Receipt[],
  ): { sends: readonly Composed[]; more: boolean } {
    this.#lease.check(tx);
    if (beat) this.#lease.beat(tx);
    const { directory, random, outbox } = this.#parts;
    const now = this.#time.nowMs();
    const offers = (channel: ChannelKind) => this.#outlets.has(channel);
    const round = new Round({ tx, queue: this.#queue, directory, random, offers, now });
    for (const { keys, result } of done) for (const key of keys) round.settle(key, result);
    for (const receipt of receipts) round.receive(receipt);
    const position = tx.get<number>(collections.cursor, CURSOR) ?? 0;
    const rows = outbox.read(position, PAGES_AT_ONCE);
    for (const { page } of rows) round.takePage(page);
    const last = rows.at(-1);
    if (last) tx.put(collections.cursor, CURSOR, last.position);
    for (let keys = this.#queue.due(now); keys.length > 0; keys = this.#queue.due(now)) {
      for (const key of keys) round.bringForward(key);
    }
    this.#picked = this.#outlets.pick(round, this.#queue, now);
    const sends = this.#picked.flatMap((bundle) => this.#compose(tx, round, bundle, now));
    this.#report(round);
    return { sends, more: rows.length === PAGES_AT_ONCE };
  }

  #compose(tx: StateTransaction, round: Round, bundle: Bundle, now: number): Composed[] {
    const composed = this.#messages.compose(tx, bundle, this.#parts.directory, now);
    if (composed) return [composed];
    const gone: SendResult = { result: 'failed', permanent: true, problem: 'no confirmed contact point' };
    this.#outlets.dropped(bundle);
    this.#picked = this.#picked.filter((one) => one !== bundle);
    for (const { key } of bundle.records) round.settle(key, gone);
    return [];
  }

  #launch({ message, bundle }: Composed): void {
    const keys = bundle.records.map(({ key }) => key);
    const sending = this.#outlets.send(bundle, message).then((result) => {
      this.#sending.delete(sending);
      this.#done.push({ keys, result });
      this.#wake();
    });
    this.#sending.add(sending);
  }

  #arm(): void {
    this.#next?.cancel();
    const dueAt = this.#queue.nextDueAt();
    if (dueAt === null) return;
    const wait = millis(Math.max(0, dueAt - this.#time.nowMs()));
    if (wait < BEAT) this.#next = this.#parts.clock.after(wait, 'notify-due', () => this.#cycle(false));
  }

  #report(round: Round): void {
    const { onProblem, onUndelivered } = this.#parts;
    for (const [page, alert] of round.unreachable) onUndelivered({ alert, page });
    if (round.unreachable.size > 0 && !this.#unreachable) {
      this.#unreachable = true;
      onProblem({ code: 'nobody-reachable', active: true, text: 'An alert could not be brought to anybody.' });
    } else if (round.reached && this.#unreachable) {
      this.#unreachable = false;
      onProblem({ code: 'nobody-reachable', active: false, text: 'People can be reached again.' });
    }
    const before = this.#failing.size;
    const now = this.#outlets.failingLong();
    for (const channel of now) this.#failing.add(channel);
    for (const channel of this.#failing) if (!now.includes(channel)) this.#failing.delete(channel);
    if ((before === 0) === (this.#failing.size === 0)) return;
    const active = this.#failing.size > 0;
    const text = active ? `Messages by ${[...this.#failing].join(', ')} fail.` : 'Messages go out again.';
    onProblem({ code: 'notifier-failing', active, text });
  }
}
