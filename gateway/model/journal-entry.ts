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

/** A hub came or went. `link-lost`: the broker saw the link end and this was the hub's last will. */
export interface StatusEntry {
  readonly kind: 'status';
  readonly offset: number;
  readonly hub: string;
  readonly receivedAt: WallMs;
  readonly cause: 'said' | 'link-lost';
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
