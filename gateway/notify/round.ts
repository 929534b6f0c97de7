import type { Random } from '#kernel/random.ts';
import type { Plain, StateTransaction } from '#kernel/state-store.ts';
import type { Recipient } from '#model/contact.ts';
import type { ChannelKind, DeliveryState, Page, PageTarget } from '#model/paging.ts';
import type { SendResult } from './channel.ts';
import { calledOff, groupsFor, hasEnded, isReceipt, newDelivery, risen, settled } from './delivery-steps.ts';
import { noteOnBoard } from './hub-board.ts';
import type { DirectoryPort } from './ports.ts';
import {
  collections,
  type DeliveryRecord,
  hubOfRecipient,
  hubRecipient,
  type ReachRecord,
  reachKey,
} from './records.ts';
import { codeOf } from './short-code.ts';
import type { WorkQueue } from './work-queue.ts';

/** A P1 that has failed once goes on by the next channels this long after it was queued, at the latest. */
const HIGH_FORWARD_MS = 12_000;

export interface Receipt {
  /** Id of the message, or key of one delivery. */
  readonly of: { readonly message: string } | { readonly delivery: string };
  readonly state: DeliveryState;
  readonly problem: string | null;
}

export interface RoundParts {
  readonly tx: StateTransaction;
  readonly queue: WorkQueue;
  readonly directory: DirectoryPort;
  readonly random: Random;
  /** Which channels are set up here. */
  readonly offers: (channel: ChannelKind) => boolean;
  readonly now: number;
}

/** What one transaction of the dispatcher decides and stores. Pages become deliveries, results and receipts move them. */
export class Round {
  readonly #tx: StateTransaction;
  readonly #queue: WorkQueue;
  readonly #parts: RoundParts;
  readonly #now: number;
  /** Pages that reach nobody, by what is known in this round, and their alerts. */
  readonly unreachable = new Map<string, string>();
  /** Whether a page was accepted by somebody's provider. */
  reached = false;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#tx = parts.tx;
    this.#queue = parts.queue;
    this.#now = parts.now;
  }

  takePage(page: Plain<Page>): void {
    if (page.kind === 'taken' || page.kind === 'resolved') this.#callOff(page.alert, page.kind);
    const code = codeOf(this.#tx, page.alert);
    if (page.hub !== null) noteOnBoard(this.#tx, page.hub, page, code);
    const isForPeople = this.#parts.directory.isForPeople(page);
    let reachedBy = 0;
    for (const recipient of isForPeople ? this.#recipients(page) : []) reachedBy += this.#begin(page, code, recipient);
    if (page.hub !== null && this.#parts.offers('hub')) this.#queueOne(page, code, hubRecipient(page.hub), 'hub');
    if (!isForPeople || reachedBy > 0 || page.kind !== 'page' || page.targets.length === 0) return;
    if (this.#parts.directory.anybody()) this.unreachable.set(page.id, page.alert);
  }

  settle(key: string, result: SendResult): void {
    const record = this.get(key);
    if (!record) return;
    const after = settled(record, result, this.#now, this.#parts.random);
    this.save(after);
    if (after.kind === 'page' && hubOfRecipient(after.recipient) === null && result.result === 'accepted')
      this.reached = true;
    this.#follow(after, result.result === 'failed');
  }

  receive({ of, state, problem }: Receipt): void {
    const keys = 'delivery' in of ? [of.delivery] : (this.#tx.get<string[]>(collections.message, of.message) ?? []);
    for (const key of keys) this.#raise(key, state, problem);
  }

  #raise(key: string, state: DeliveryState, problem: string | null): void {
    const record = this.get(key);
    if (!record) return;
    const after = risen(record, state, this.#now, problem);
    if (after === record) return;
    this.save(after);
    this.#follow(after, after.state === 'failed');
  }

  /** The receipt that the next channels waited for did not come. */
  bringForward(key: string): void {
    const reach = this.#tx.get<ReachRecord>(collections.reach, key);
    this.#queue.remove(key, 'reach');
    if (!reach) return;
    const next = reach.groups[reach.group + 1];
    if (!next) {
      this.#endReach(key);
      return;
    }
    for (const channel of next) this.#queueOne(reach.page, reach.code, reach.recipient, channel);
    const isLast = reach.group + 2 >= reach.groups.length;
    const { receiptMs } = reach.page;
    if (isLast || receiptMs === null) this.#endReach(key);
    else this.#saveReach({ ...reach, group: reach.group + 1, nextAt: this.#now + receiptMs });
  }

  /** Lets the next channels of a page begin at `at` or before. */
  hasten(record: DeliveryRecord, at: number): void {
    const key = reachKey(record.page, record.recipient);
    const reach = this.#tx.get<ReachRecord>(collections.reach, key);
    if (!reach || (reach.nextAt !== null && reach.nextAt <= at)) return;
    this.#saveReach({ ...reach, nextAt: at });
  }

  get(key: string): DeliveryRecord | undefined {
    return this.#tx.get<DeliveryRecord>(collections.delivery, key);
  }

  save(record: DeliveryRecord): void {
    this.#tx.put(collections.delivery, record.key, record);
    const { key, dueAt, channel, recipient, priority } = record;
    if (record.state !== 'queued') this.#tx.delete(collections.open, key);
    if (record.state === 'queued' && dueAt !== null) {
      this.#queue.set({ key, kind: 'try', dueAt, channel, recipient, priority });
    } else this.#queue.remove(key, 'try');
  }

  #follow(record: DeliveryRecord, failed: boolean): void {
    if (isReceipt(record.state)) this.#endReach(reachKey(record.page, record.recipient));
    if (!failed) return;
    if (hasEnded(record.state)) this.hasten(record, this.#now);
    else if (record.priority === 'high') this.hasten(record, Math.max(this.#now, record.queuedAt + HIGH_FORWARD_MS));
    if (hasEnded(record.state) && record.kind === 'page') this.#lookForAnybody(record);
  }

  /** A page all of whose messages have come to nothing reached nobody. */
  #lookForAnybody(record: DeliveryRecord): void {
    const prefix = `${record.page}/`;
    const hopeful = this.#tx
      .list<DeliveryRecord>(collections.delivery, prefix)
      .some(({ value }) => hubOfRecipient(value.recipient) === null && !hasEnded(value.state));
    if (!hopeful && this.#tx.list(collections.reach, prefix).length === 0)
      this.unreachable.set(record.page, record.alert);
  }

  #begin(page: Plain<Page>, code: string, recipient: Recipient): number {
    const points = recipient.points.filter(({ channel }) => this.#parts.offers(channel));
    const groups = groupsFor(page, points);
    const [first] = groups;
    if (!first) return 0;
    for (const channel of first) this.#queueOne(page, code, recipient.person, channel);
    if (groups.length > 1) {
      const nextAt = page.receiptMs === null ? null : this.#now + page.receiptMs;
      this.#saveReach({ page, recipient: recipient.person, code, groups, group: 0, nextAt });
    }
    return first.length;
  }

  #queueOne(page: Plain<Page>, code: string, recipient: string, channel: ChannelKind): void {
    const record = newDelivery(page, code, recipient, channel, this.#now);
    // The same page met twice is one page.
    if (this.get(record.key)) return;
    this.#tx.put(collections.open, record.key, true);
    this.save(record);
  }

  #recipients(page: Plain<Page>): Recipient[] {
    const found = new Map<string, Recipient>();
    for (const target of page.targets) {
      for (const recipient of this.#target(target, page)) found.set(recipient.person, recipient);
    }
    return [...found.values()];
  }

  #target(target: PageTarget, page: Plain<Page>): readonly Recipient[] {
    const { directory } = this.#parts;
    if (target !== 'paged') return directory.recipients(target, page);
    const people = this.#tx
      .list<DeliveryRecord>(collections.delivery, `${page.alert}/`)
      .filter(({ value }) => value.kind === 'page' && hubOfRecipient(value.recipient) === null)
      .map(({ value }) => value.recipient);
    return [...new Set(people)].flatMap((person) => directory.recipient(person) ?? []);
  }

  /** Somebody has it, or it is over: what was not yet sent is called off, and no further channel begins. */
  #callOff(alert: string, why: 'taken' | 'resolved'): void {
    for (const { value } of this.#tx.list<DeliveryRecord>(collections.delivery, `${alert}/`)) {
      if (value.kind !== 'page' || value.recipient.startsWith('hub:')) continue;
      const after = calledOff(value, this.#now, why);
      if (after !== value) this.save(after);
    }
    for (const { key } of this.#tx.list<ReachRecord>(collections.reach, `${alert}/`)) this.#endReach(key);
  }

  #saveReach(reach: ReachRecord): void {
    const key = reachKey(reach.page.id, reach.recipient);
    this.#tx.put(collections.reach, key, reach);
    if (reach.nextAt !== null) this.#queue.set({ key, kind: 'reach', dueAt: reach.nextAt });
  }

  #endReach(key: string): void {
    this.#tx.delete(collections.reach, key);
    this.#queue.remove(key, 'reach');
  }
}
