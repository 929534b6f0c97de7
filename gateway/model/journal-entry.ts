import type { WallMs } from '#kernel/time.ts';
import type { HubStatus } from './hub-status.ts';
import type { PumpReading } from './reading.ts';

/** A reading as the journal holds it. `offset` grows by commit order over readings and statuses together. */
export interface ReadingEntry {
  readonly kind: 'reading';
  readonly offset: number;
  readonly hub: string;
  readonly pump: string;
  readonly boot: string;
  /** The gateway's clock when the message arrived. */
  readonly receivedAt: WallMs;
  readonly reading: PumpReading;
  /** The reading as it was sent: one JSON object, unknown fields included. */
  readonly wire: string;
}

/**
 * How a status came. `said`: just now, on a live link. `link-lost`: the broker saw the link end and this was the hub's last
 * will, written when the link was opened. `retained`: a broker kept it from some time before we listened.
 * Only `said` tells anything about the hub's clock, and only when the state is online: an outside broker passes wills on
 * as if they were said.
 */
export type StatusCause = 'said' | 'link-lost' | 'retained';

/** A hub came or went. */
export interface StatusEntry {
  readonly kind: 'status';
  readonly offset: number;
  readonly hub: string;
  readonly receivedAt: WallMs;
  readonly cause: StatusCause;
  readonly status: HubStatus;
}

export type JournalEntry = ReadingEntry | StatusEntry;

/** Something refused, kept for people to see. */
export interface QuarantineEntry {
  readonly offset: number;
  readonly at: WallMs;
  /** As far as it could be told: the id may itself be what was wrong. */
  readonly hub: string | null;
  readonly pump: string | null;
  readonly topic: string;
  readonly code: string;
  readonly detail: string;
}
