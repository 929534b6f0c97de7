import type { Plain } from '#kernel/state-store.ts';
import type { Alert, DerivedAlertCode } from '#model/alert.ts';
import { type ClockSkew, newClockSkew } from '#model/clock-skew.ts';
import type { PumpContext } from '#model/pump-context.ts';
import type { PumpState } from '#model/reading.ts';
import type { ReadingKey } from '#model/reading-order.ts';
import type { AlarmSetKey } from './alarm-set.ts';
import type { Run } from './backlog.ts';
import type { Escalation } from './escalation.ts';
import type { OcclusionDetector } from './occlusion/occlusion-detector.ts';
import type { PackedOcclusion } from './occlusion/packed-state.ts';
import { type DeliveryState, newDelivery } from './pump-rules/delivery.ts';
import { type ForecastState, newForecast } from './pump-rules/forecast.ts';
import type { Findings } from './pump-rules/pump-rule.ts';

/** What the rules remember of a pump. Changed in place. JSON; instants are Unix ms of the gateway's clock unless said. */
export type PumpRecord = {
  id: string;
  hub: string;
  /** When anything of it last arrived. */
  lastSeen: number;
  /** Time since then in which the gateway itself could not hear: nobody's silence. */
  deafMs: number;
  /** The newest reading in order of measuring. */
  last: ReadingKey | null;
  state: PumpState;
  /** Drug it last told of. */
  drug: string | null;
  /** The newest judged reading that told its alarms, and those alarms. */
  alarmsAt: ReadingKey | null;
  alarms: AlarmSetKey;
  /** Silent past its limit, or its hub is offline. */
  unknown: boolean;
  /** Silence is not judged before this instant. */
  quietNotBefore: number;
  /** Backlog that waits for its end. */
  pending: Run[];
  /** When the backlog counts as ended if nothing more comes. */
  judgeDue: number | null;
  /** What the rules over its readings remember. */
  delivery: DeliveryState;
  forecast: ForecastState;
  /** What they see now, and the codes of which that has not been said yet. */
  findings: Findings;
  unsaid: DerivedAlertCode[];
  /** Readings that the numbers show to be missing. `since`: when that was seen. */
  missing: { readonly boot: string; readonly from: number; readonly to: number; readonly since: number }[];
  /** When it last delivered. */
  deliveredAt: number | null;
  /** Episodes that are already in the alert log, so that late readings of them add nothing. The newest only. */
  past: { code: string; from: number; to: number }[];
  /** What the occlusion detector remembers of it; null while it told no pressure. Kept up to date when it is stored. */
  occlusion: PackedOcclusion | null;
};

/** What the rules remember of a hub. Changed in place. JSON. */
export type HubRecord = {
  id: string;
  /** Journal offset up to which this hub and its pumps are folded in: entries at or before it are passed over. */
  offset: number;
  lastSeen: number;
  deafMs: number;
  /** The boot that it said it is running. */
  boot: string | null;
  offline: 'said' | 'link-lost' | null;
  /** It took its leave while no pump was delivering. */
  polite: boolean;
  skew: ClockSkew;
  /** How grave the error of its clock was said to be. */
  clockOff: 'low' | 'medium' | null;
};

/** An alert and what the rules need beside it. JSON. */
export type AlertRecord = {
  readonly alert: Plain<Alert>;
  /** When the condition was last seen to go away. */
  readonly clearingAt: number | null;
  readonly snoozedMinutes: number;
  /** What the condition is known by: the readings and silence of a pump or hub, or a part of the gateway that tells. */
  readonly from: 'source' | 'gateway';
  /** Null until it was opened, and for what was over before it was learned of. */
  readonly escalation: Escalation | null;
  /** When the condition appeared the last times, for telling chatter. */
  readonly onsets: readonly number[];
  /** The newest act of a person and what it put an end to, while it may be taken back. */
  readonly undo: Undo | null;
  /** Fingerprints of the newest actions of people, to recognise a repeat. */
  readonly acts: readonly string[];
};

/** What an act put an end to. JSON. */
export type Undo = {
  readonly person: string;
  readonly until: number;
  /** The alert's version after the act: nothing else may have changed since. */
  readonly version: number;
  readonly before: Partial<Plain<Alert>>;
  readonly snoozedMinutes: number;
};

/** What was told of a pump from outside, whether or not it was ever heard. JSON. */
export type ContextRecord = {
  readonly pump: string;
  readonly context: PumpContext;
  /** When it was told, Unix ms of the gateway's clock. */
  readonly toldAt: number;
};

/** A pump in memory. */
export interface PumpMemory {
  readonly doc: PumpRecord;
  context: PumpContext;
  /** Null until it tells a pressure. */
  occlusion: OcclusionDetector | null;
  /** A drug runs or was ordered whose interruption harms within minutes. */
  critical: boolean;
  hub: HubMemory;
  /** When the queue looks at its silence next, infinity when it does not. */
  lookAt: number;
}

/** A hub in memory with the pumps that hang on it. */
export interface HubMemory {
  readonly doc: HubRecord;
  readonly pumps: Set<PumpMemory>;
  /** Pumps changed since they were last stored. */
  readonly changed: Set<PumpMemory>;
  lookAt: number;
}

export const newHubRecord = (id: string, now: number): HubRecord => ({
  id,
  offset: 0,
  lastSeen: now,
  deafMs: 0,
  boot: null,
  offline: null,
  polite: false,
  skew: newClockSkew(),
  clockOff: null,
});

export const newPumpRecord = (id: string, hub: string, now: number): PumpRecord => ({
  id,
  hub,
  lastSeen: now,
  deafMs: 0,
  last: null,
  state: 'standby',
  drug: null,
  alarmsAt: null,
  alarms: '',
  unknown: false,
  quietNotBefore: 0,
  pending: [],
  judgeDue: null,
  delivery: newDelivery(),
  forecast: newForecast(),
  findings: {},
  unsaid: [],
  missing: [],
  deliveredAt: null,
  past: [],
  occlusion: null,
});
