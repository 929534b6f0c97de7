import type { StateReader } from '#kernel/state-store.ts';
import { millis } from '#kernel/time.ts';
import type { ContactChannel } from '#model/contact.ts';
import type { DeliveryState, Page } from '#model/paging.ts';
import { accepted, type Channel, failed, type Message, type PersonLimit, type SendResult } from '#notify/channel.ts';
import { collections, type DeliveryRecord } from '#notify/records.ts';
import type { Chance } from './chance.ts';
import type { LifeClock, NightClock } from './night-clock.ts';
import type { CrashPoints } from './night-disk.ts';
import type { NightPlan } from './night-plan.ts';

/** A message that reached a phone, for one of the pages that it speaks for. */
export interface Told {
  readonly page: Page;
  readonly person: string;
  readonly channel: ContactChannel;
  readonly atMs: number;
}

/** What a provider made of one message, for one of the deliveries that it speaks for. */
export interface Handed {
  /** Key of the delivery. */
  readonly delivery: string;
  readonly page: string;
  readonly person: string;
  readonly atMs: number;
  readonly outcome: 'taken' | 'taken, answer lost' | 'refused' | 'hung';
}

/** Providers of a night and the phones behind them. They outlive the gateway. */
export interface ProviderParts {
  readonly plan: NightPlan;
  readonly clock: NightClock;
  readonly chance: Chance;
  readonly crashes: CrashPoints;
  /** The notifier's own store: which deliveries a message speaks for. */
  readonly deliveries: StateReader;
  readonly page: (id: string) => Page | undefined;
  readonly onHanded: (handed: Handed) => void;
  readonly onTold: (told: Told) => void;
  /** A provider's callback. It finds nobody while the gateway is away. */
  readonly receipt: (message: string, state: DeliveryState) => void;
  readonly callEnded: (person: string) => void;
}

const limits: Readonly<Record<'push' | 'sms' | 'voice', PersonLimit>> = {
  push: { kind: 'none' },
  sms: { kind: 'gather', everyMs: 60_000 },
  voice: { kind: 'one-at-a-time' },
};
export const nightChannels = ['push', 'sms', 'voice'] as const;

/** Share of phones that are off or muted when a message comes, and of receipts that get lost. */
const PHONE_OFF = 0.08;
const RECEIPT_LOST = 0.1;

/** The way to one provider in one life of the gateway: it accepts, refuses, hangs, or loses its answer. */
export class NightChannel implements Channel {
  readonly kind: 'push' | 'sms' | 'voice';
  readonly concurrency = 16;
  readonly perPerson: PersonLimit;
  readonly #parts: ProviderParts;
  readonly #life: LifeClock;

  constructor(parts: ProviderParts, kind: 'push' | 'sms' | 'voice', life: LifeClock) {
    this.#parts = parts;
    this.#life = life;
    this.kind = kind;
    this.perPerson = limits[kind];
  }

  send(message: Message, signal: AbortSignal): Promise<SendResult> {
    const { chance, plan, crashes } = this.#parts;
    const now = this.#parts.clock.monotonic();
    const trouble = plan.providersFail.find(
      ({ fromMs, toMs, channels }) => now >= fromMs && now < toMs && channels.includes(this.kind),
    )?.how;
    const took = Math.round(chance.spread(30, 1_500));
    if (trouble === 'hangs') {
      this.#note(message, 'hung');
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(failed('given up')), { once: true });
      });
    }
    if (trouble === 'refuses') {
      this.#note(message, 'refused');
      return this.#answer(took, failed('503'));
    }
    const isLost = trouble === 'loses answers' || chance.share(plan.link.lost / 2);
    this.#carry(message, isLost ? 'taken, answer lost' : 'taken');
    if (crashes.reached('as a message goes out')) return new Promise(() => {});
    return this.#answer(took, isLost ? failed('connection lost') : accepted({ providerId: message.id }));
  }

  async close(): Promise<void> {}

  #answer(afterMs: number, result: SendResult): Promise<SendResult> {
    return new Promise((resolve) => {
      this.#life.after(millis(afterMs), 'provider', () => {
        this.#parts.clock.stir();
        resolve(result);
      });
    });
  }

  #carry(message: Message, outcome: Handed['outcome']): void {
    const { chance, clock, receipt, callEnded } = this.#parts;
    const records = this.#note(message, outcome);
    const afterMs = chance.whole(500, 12_000);
    const person = records[0]?.recipient;
    if (this.kind === 'voice' && person !== undefined) {
      clock.after(millis(afterMs + chance.whole(5_000, 40_000)), 'call-ended', () => callEnded(person));
    }
    if (chance.share(PHONE_OFF)) return;
    clock.after(millis(afterMs), 'phone', () => {
      if (!chance.share(RECEIPT_LOST)) receipt(message.id, 'delivered');
      for (const { page: id, recipient } of records) {
        const page = this.#parts.page(id);
        if (page) this.#parts.onTold({ page, person: recipient, channel: this.kind, atMs: clock.monotonic() });
      }
    });
  }

  #note(message: Message, outcome: Handed['outcome']): DeliveryRecord[] {
    const { deliveries, onHanded, clock } = this.#parts;
    const keys = deliveries.get<string[]>(collections.message, message.id) ?? [];
    const records = keys.flatMap((key) => deliveries.get<DeliveryRecord>(collections.delivery, key) ?? []);
    for (const { key, page, recipient } of records) {
      onHanded({ delivery: key, page, person: recipient, atMs: clock.monotonic(), outcome });
    }
    return records;
  }
}
