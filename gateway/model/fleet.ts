import type { PumpReading } from './reading.ts';

/** A run of sequence numbers of one boot that never arrived. Both ends included. */
export interface SequenceGap {
  readonly boot: string;
  readonly from: number;
  readonly to: number;
}

/** A hub as last known. Instants are Unix ms of the gateway's clock. */
export interface HubView {
  readonly id: string;
  readonly state: 'online' | 'offline';
  readonly boot: string | null;
  readonly firmware: string | null;
  readonly lastSeen: number;
  /** Hub clock minus gateway clock; null until measured. */
  readonly clockSkewMs: number | null;
  readonly pumps: readonly string[];
}

/** A pump as last known. */
export interface PumpView {
  readonly id: string;
  readonly hub: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly lastSeen: number;
  /** True when it has been silent past the policy's limit or its hub is offline: `latest` is then what was, not what is. */
  readonly stateUnknown: boolean;
  readonly clockSkewMs: number | null;
  /** The latest reading by measuring time. */
  readonly latest: PumpReading;
  readonly boot: string;
  /** The newest gaps, at most 100. */
  readonly gaps: readonly SequenceGap[];
}
