import type { WallMs } from '#kernel/time.ts';
import type { StatusCause } from '#model/journal-entry.ts';
import type { Refusal } from './refusal.ts';

/** What came in and waits to be made durable. */
export type Inbound = InboundMessage | InboundRefusal;

/** A message of a hub, as it came. */
export interface InboundMessage {
  readonly kind: 'message';
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: WallMs;
  readonly cause: StatusCause;
}

/** Something the intake refused before it could be a message: recorded so that people see it. */
export interface InboundRefusal {
  readonly kind: 'refusal';
  readonly topic: string;
  readonly hub: string | null;
  readonly pump: string | null;
  readonly receivedAt: WallMs;
  readonly refusal: Refusal;
}

export interface AppendResult {
  /** Offset of the last entry of the journal after this append. */
  readonly lastOffset: number;
  readonly readings: number;
  /** Readings that were in the journal already, equal to the letter or in meaning. */
  readonly duplicates: number;
  readonly statuses: number;
  /** Refusals written to quarantine, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Places in the batch of messages that were refused whole: their senders are acknowledged, nobody else hears them. */
  readonly refusedWhole: readonly number[];
}
