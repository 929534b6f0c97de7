import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import type { Plain, StateStore } from '#kernel/state-store.ts';
import { type DurationMs, millis } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { ContactChannel, ContactPoint, Recipient } from '#model/contact.ts';
import type { ChannelKind, Page, PageTarget } from '#model/paging.ts';
import { accepted, type Channel, type Message, type PersonLimit, type SendResult } from '#notify/channel.ts';
import { Dispatcher } from '#notify/dispatcher.ts';
import type { DirectoryPort, NotifierProblem, OutboxPort } from '#notify/ports.ts';
import { collections, type DeliveryRecord } from '#notify/records.ts';

export const T0 = Date.UTC(2026, 2, 3, 2, 14);

/** A channel in memory. It keeps what it was given and answers as the test says; by default it accepts. */
export class TwinChannel implements Channel {
  readonly kind: ChannelKind;
  readonly concurrency: number;
  readonly perPerson: PersonLimit;
  readonly sent: Message[] = [];
  answer: (message: Message) => SendResult | Promise<SendResult> = () => accepted();

  constructor(kind: ChannelKind, perPerson: PersonLimit = { kind: 'none' }, concurrency = 16) {
    this.kind = kind;
    this.perPerson = perPerson;
    this.concurrency = concurrency;
  }

  async send(message: Message): Promise<SendResult> {
    this.sent.push(message);
    return this.answer(message);
  }

  async close(): Promise<void> {}
}

export const point = (channel: ContactChannel, address = `${channel} address`): ContactPoint => ({
  id: `${channel}-1`,
  channel,
  address,
  secret: null,
  addedAt: T0,
  confirmedAt: T0,
});

export const recipient = (person: string, channels: readonly ContactChannel[]): Recipient => ({
  person,
  language: 'en',
  zone: 'America/New_York',
  points: channels.map((channel) => point(channel)),
});

/** Who is meant by each target, as the test says. */
export class TwinDirectory implements DirectoryPort {
  readonly byTarget: Partial<Record<string, readonly Recipient[]>> = {};

  recipients(target: Exclude<PageTarget, 'paged'>): readonly Recipient[] {
    if (typeof target === 'object') return [this.recipient(target.person) ?? []].flat();
    return this.byTarget[target] ?? [];
  }

  anybody(): boolean {
    return true;
  }

  /** Pages of the hub `canary` are for nobody. */
  isForPeople({ hub }: Page): boolean {
    return hub !== 'canary';
  }

  recipient(person: string): Recipient | undefined {
    return Object.values(this.byTarget)
      .flatMap((people) => people ?? [])
      .find((one) => one.person === person);
  }
}

export function pageOf(alert: string, more: Partial<Page> = {}): Page {
  const step = more.step ?? 0;
  const round = more.round ?? 0;
  return {
    id: `${alert}/${step}/${round}`,
    kind: 'page',
    alert,
    version: 1,
    step,
    round,
    priority: 'high',
    hub: null,
    pump: 'pump-1',
    patient: null,
    targets: ['primary'],
    channels: [['push', 'sms'], ['voice']],
    receiptMs: 30_000,
    at: T0,
    nextAt: T0 + 120_000,
    by: null,
    gathers: [],
    ...more,
  };
}

export const outboxOf = (state: StateStore): OutboxPort => ({
  read: (position, limit) =>
    state.read<Plain<Page>>('outbox', position, limit).map((row) => ({ position: row.position, page: row.value })),
});

/** A dispatcher on virtual time, its stores, its people and its channels. `restart` is a crash and a start. */
export class NotifyRig {
  readonly clock = new VirtualClock(T0);
  readonly state = new MemoryStateStore();
  store: StateStore = new MemoryStateStore();
  readonly directory = new TwinDirectory();
  readonly push = new TwinChannel('push');
  readonly sms = new TwinChannel('sms', { kind: 'gather', everyMs: 60_000 });
  readonly voice = new TwinChannel('voice', { kind: 'one-at-a-time' });
  readonly email = new TwinChannel('email');
  readonly hub = new TwinChannel('hub');
  readonly problems: NotifierProblem[] = [];
  readonly undelivered: string[] = [];
  dispatcher: Dispatcher;
  #count = 0;

  constructor() {
    this.directory.byTarget['primary'] = [recipient('Ana', ['push', 'sms', 'voice', 'email'])];
    this.dispatcher = this.another();
  }

  another(clock = this.clock, isHeir = false): Dispatcher {
    this.#count += 1;
    return new Dispatcher({
      outbox: outboxOf(this.state),
      store: this.store,
      directory: this.directory,
      channels: [this.push, this.sms, this.voice, this.email, this.hub],
      messages: { agency: 'Elm', publicUrl: 'https://gw.example' },
      clock,
      random: seededRandom(this.#count),
      log: silentLogger,
      holder: `holder-${this.#count}`,
      isHeir,
      onProblem: (problem) => this.problems.push(problem),
      onUndelivered: ({ page }) => this.undelivered.push(page),
    });
  }

  /** Moves time on in small steps, and lets what the channels answered be stored in each. */
  async advance(by: DurationMs): Promise<void> {
    const step = Math.min(100, by);
    for (let passed = 0; passed < by; passed += step) {
      await this.clock.advance(millis(Math.min(step, by - passed)));
      for (let i = 0; i < 4; i += 1) await this.clock.advance(millis(0));
    }
  }

  page(...pages: readonly Page[]): void {
    this.state.transact((tx) => {
      for (const page of pages) tx.append('outbox', { ...page });
    });
    this.dispatcher.notify();
  }

  delivery(key: string): DeliveryRecord | undefined {
    return this.store.get<DeliveryRecord>(collections.delivery, key);
  }

  states(alert: string): Record<string, string> {
    const rows = this.store.list<DeliveryRecord>(collections.delivery, `${alert}/`);
    return Object.fromEntries(rows.map(({ key, value }) => [key.slice(alert.length + 1), value.state]));
  }
}
