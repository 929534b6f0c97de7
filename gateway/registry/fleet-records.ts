import type { Plain } from '#kernel/state-store.ts';
import { type ClockSkew, newClockSkew } from '#model/clock-skew.ts';
import type { AttachedPump } from '#model/hub-status.ts';
import type { PumpReading } from '#model/reading.ts';
import type { ReadingKey } from '#model/reading-order.ts';
import { newSequenceLedger, type SequenceLedger } from './fleet-gaps.ts';

/** A hub as it is stored. Changed in place. JSON; instants are Unix ms of the gateway's clock. */
export type FleetHub = {
  id: string;
  /** Journal offset up to which it is folded: entries at or before it are passed over. */
  offset: number;
  /** By its own word or its last will; silence is reckoned when somebody looks. */
  offline: boolean;
  boot: string | null;
  firmware: string | null;
  lastSeen: number;
  skew: ClockSkew;
  /** As the hub listed them. */
  attached: Plain<AttachedPump>[];
};

/** A pump as it is stored. Changed in place. JSON. */
export type FleetPump = {
  id: string;
  hub: string;
  lastSeen: number;
  /** The newest reading by measuring, and its place. */
  latest: Plain<PumpReading>;
  latestAt: ReadingKey;
  sequence: SequenceLedger;
};

export const newFleetHub = (id: string, now: number): FleetHub => ({
  id,
  offset: 0,
  offline: false,
  boot: null,
  firmware: null,
  lastSeen: now,
  skew: newClockSkew(),
  attached: [],
});

export const newFleetPump = (id: string, hub: string, now: number, latest: PumpReading, at: ReadingKey): FleetPump => ({
  id,
  hub,
  lastSeen: now,
  latest,
  latestAt: at,
  sequence: newSequenceLedger(),
});
