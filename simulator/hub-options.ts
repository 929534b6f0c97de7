import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { DurationMs } from '#kernel/time.ts';
import type { AttachedPump } from '#model/hub-status.ts';
import type { PumpReading } from '#model/reading.ts';
import type { HubTransport } from '#uplink/transport.ts';
import type { Disturbed } from './disturbance.ts';
import type { ReadingStore } from './reading-store.ts';

/** What a hub tells the one who runs it. */
export type HubEvent =
  | { readonly kind: 'online'; readonly hub: string; readonly boot: string }
  | { readonly kind: 'offline'; readonly hub: string; readonly reason: string }
  | { readonly kind: 'cannot-connect'; readonly hub: string; readonly reason: string; readonly tries: number }
  | { readonly kind: 'acknowledged'; readonly hub: string; readonly pump: string; readonly readings: number }
  | { readonly kind: 'resend'; readonly hub: string; readonly pump: string; readonly readings: number }
  | { readonly kind: 'given-up'; readonly hub: string; readonly pump: string; readonly readings: number }
  | {
      readonly kind: 'disturbed';
      readonly hub: string;
      readonly pump: string;
      readonly what: Exclude<Disturbed, 'whole'> | 'reordered';
      readonly boot: string;
      /** Sequence numbers, both included. */
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'bad-command'; readonly hub: string; readonly reason: string };

export interface HubOptions {
  readonly id: string;
  readonly firmware: string;
  readonly pumps: readonly AttachedPump[];
  readonly transport: HubTransport;
  /** The clock of the simulated world: dates the readings. */
  readonly clock: Clock;
  /** The clock that connecting and waiting for answers go by, when the simulated world runs faster. */
  readonly linkClock?: Clock;
  readonly random: Random;
  /** Makes the boot id at each start. */
  readonly newBoot: () => string;
  /** How far this hub's clock is ahead of `clock`. */
  readonly clockOffsetMs?: number;
  /** How many microseconds a second this hub's clock gains. */
  readonly clockDriftPpm?: number;
  /** The true time at which the clock was off by just that much; that of its making when absent. */
  readonly clockOriginMs?: number;
  /** Readings a pump that are kept, whether they wait or may be asked for again: 72 h at a reading each 10 s when absent. */
  readonly historyLimit?: number;
  /** Keeps readings through a power cut. In memory alone when absent. */
  readonly store?: ReadingStore;
  /** Decides what the network does to messages. */
  readonly networkRandom?: Random;
  /** Called with each reading as it was numbered and dated. */
  readonly onReading?: (pump: string, boot: string, reading: PumpReading) => void;
  readonly ackTimeout?: DurationMs;
  readonly onEvent?: (event: HubEvent) => void;
}
