import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { DurationMs } from '#kernel/time.ts';
import type { AlarmCode } from '#model/alarms.ts';

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Each is a hub of its own: `{prefix}hub-{n}`. */
  readonly connections: number;
  /** Pumps on each hub, which take turns: `{prefix}hub-{n}-pump-{m}`. 1 when absent. */
  readonly pumpsPerConnection?: number;
  readonly readingsPerMessage: number;
  /** Messages that may wait for their PUBACK on one connection, 1 to 65,000. */
  readonly window: number;
  /** Over all connections. Absent: as fast as the windows let. */
  readonly messagesPerSecond?: number;
  /** Ends after this many messages over all connections, if given. */
  readonly messages?: number;
  /** Ends after this time, if given. */
  readonly duration?: DurationMs;
  /** How long to wait for the last PUBACKs after the end. 10 s when absent. */
  readonly drain?: DurationMs;
  /** A link that breaks is opened again, and what was not acknowledged is sent again with the same bytes. */
  readonly reconnect?: boolean;
  /** One message in `every` carries this alarm, so that each of them is a new onset. */
  readonly alarms?: { readonly every: number; readonly code: AlarmCode };
  /** Publishes an online status, retained, at each connect. True when absent. */
  readonly announce?: boolean;
  readonly prefix?: string;
  readonly username?: string;
  readonly password?: string;
  /** Called for each acknowledged message, in order of acknowledgement. Slow work here slows the load. */
  readonly onAcknowledged?: (message: AcknowledgedMessage) => void;
}

export interface AcknowledgedMessage {
  readonly hub: string;
  readonly pump: string;
  readonly boot: string;
  /** Sequence numbers of its readings, both included. */
  readonly from: number;
  readonly to: number;
  /** Measuring time of its last reading, Unix ms. */
  readonly atMs: number;
  readonly alarm: boolean;
  /** From the first time it was sent to its PUBACK. */
  readonly latencyMs: number;
}

/** A run of readings of one pump; both ends included. */
export interface ReadingRange {
  readonly hub: string;
  readonly pump: string;
  readonly boot: string;
  readonly from: number;
  readonly to: number;
}

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface LoadReport {
  /** Different messages sent at least once, and how often one was sent again after a link broke. */
  readonly sentMessages: number;
  readonly resentMessages: number;
  readonly acknowledgedMessages: number;
  readonly acknowledgedReadings: number;
  /** Links that broke, and links opened again. */
  readonly breaks: number;
  readonly reconnects: number;
  /** From the first message to the last PUBACK. */
  readonly elapsedMs: number;
  readonly messagesPerSecond: number;
  readonly readingsPerSecond: number;
  readonly latency: LatencySummary;
  /** Every reading that the other side has promised to keep. */
  readonly acknowledged: readonly ReadingRange[];
  /** Readings sent for which no promise came: they may be there or not. */
  readonly unacknowledged: readonly ReadingRange[];
  /** With a rate: how many messages it lay behind at worst, because windows were full or links down. */
  readonly worstBehind: number;
}
