import { millis } from '#kernel/time.ts';
import type { Chance } from './chance.ts';
import type { NightClock } from './night-clock.ts';
import { type NightPlan, type PlannedHub, within } from './night-plan.ts';

export interface Packet {
  readonly hub: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly dup: boolean;
}

/** The gateway's end: takes a packet, and answers when it has stored it. */
export interface GatewayEnd {
  readonly isUp: boolean;
  receive(packet: Packet, ack: () => void): void;
  /** The broker found the link dead and publishes the hub's last will. */
  linkLost(hub: string): void;
}

interface HubEnd {
  readonly plan: PlannedHub;
  connected(): void;
}

/** A broker finds a dead link after one and a half keep-alives of a minute. */
const KEEP_ALIVE_MS = 90_000;

/** What lies between hubs and gateway: packets get lost, come twice, late or out of order; a partition lets none through. */
export class NightLink {
  readonly #clock: NightClock;
  readonly #chance: Chance;
  readonly #plan: NightPlan;
  readonly #hubs = new Map<string, HubEnd>();
  readonly #gateway: () => GatewayEnd;
  /** Session numbers: a packet or a lost link of an older session means nothing. */
  readonly #sessions = new Map<string, number>();

  constructor(clock: NightClock, chance: Chance, plan: NightPlan, gateway: () => GatewayEnd) {
    this.#clock = clock;
    this.#chance = chance;
    this.#plan = plan;
    this.#gateway = gateway;
  }

  join(hub: HubEnd): void {
    this.#hubs.set(hub.plan.id, hub);
    for (const { fromMs, toMs } of hub.plan.partitions) {
      this.#clock.after(millis(fromMs), 'partition', () => this.#parted(hub.plan.id));
      this.#clock.after(millis(toMs), 'partition-over', () => this.reconnect(hub.plan.id, 15_000));
    }
  }

  /** All links drop when the gateway dies; each hub tries again by itself. */
  gatewayIsBack(): void {
    for (const id of this.#hubs.keys()) this.reconnect(id, 8_000);
  }

  reconnect(id: string, withinMs: number): void {
    const session = this.#nextSession(id);
    this.#clock.after(millis(this.#chance.whole(1, withinMs)), 'connect', () => {
      const hub = this.#hubs.get(id);
      if (hub === undefined || this.#sessions.get(id) !== session) return;
      if (this.#isParted(hub.plan) || !this.#gateway().isUp) return;
      hub.connected();
    });
  }

  publish(id: string, topic: string, payload: Uint8Array, dup: boolean, ack: () => void): void {
    const { twice } = this.#plan.link;
    const copies = this.#chance.share(twice) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      this.#carry(id, () => {
        if (this.#gateway().isUp) {
          this.#clock.stir();
          this.#gateway().receive({ hub: id, topic, payload, dup: dup || i > 0 }, () => this.#carry(id, ack));
        }
      });
    }
  }

  #carry(id: string, arrive: () => void): void {
    const { lost, late } = this.#plan.link;
    const hub = this.#hubs.get(id);
    if (hub === undefined || this.#chance.share(lost)) return;
    const takes = this.#chance.share(late) ? this.#chance.spread(500, 20_000) : this.#chance.spread(5, 150);
    this.#clock.after(millis(Math.round(takes)), 'packet', () => {
      if (!this.#isParted(hub.plan)) arrive();
    });
  }

  #parted(id: string): void {
    const session = this.#nextSession(id);
    this.#clock.after(millis(KEEP_ALIVE_MS), 'keep-alive', () => {
      if (this.#sessions.get(id) === session && this.#gateway().isUp) {
        this.#clock.stir();
        this.#gateway().linkLost(id);
      }
    });
  }

  #isParted(plan: PlannedHub): boolean {
    return within(plan.partitions, this.#clock.monotonic());
  }

  #nextSession(id: string): number {
    const session = (this.#sessions.get(id) ?? 0) + 1;
    this.#sessions.set(id, session);
    return session;
  }
}
