import type { AlertEvent } from '#model/alert.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import type { Page } from '#model/paging.ts';
import type { DeliveryRecord } from '#notify/records.ts';
import type { EngineInput } from '../../gateway/alerts/engine-input.ts';

import type { NightPlan, Span } from './night-plan.ts';
import type { Handed, Told } from './night-providers.ts';
import type { TrueHazard } from './night-pump.ts';

/** A row of a stream and the true instant at which it became durable. */
export interface Stamped<T> {
  readonly value: T;
  readonly atMs: number;
}

export interface Committed {
  /** True instants of measuring and of the commit. */
  readonly measuredMs: number;
  readonly committedMs: number;
  readonly codes: readonly string[];
}

/** All that happened in a night, in truth: what a checker may know and a gateway may not. True instants, ms from the start. */
export interface NightRecord {
  readonly plan: NightPlan;
  readonly endMs: number;
  readonly hazards: readonly TrueHazard[];
  /** What the journal holds of each pump, in order of commit, first copies only. */
  readonly committed: ReadonlyMap<string, readonly Committed[]>;
  /** Commits of anything a hub said. */
  readonly hubHeard: ReadonlyMap<string, readonly number[]>;
  readonly hubOf: ReadonlyMap<string, string>;
  readonly acknowledged: ReadonlySet<string>;
  readonly journal: readonly JournalEntry[];
  readonly events: readonly Stamped<AlertEvent>[];
  readonly pages: readonly Stamped<Page>[];
  /** What the engine was told beside the journal. */
  readonly inputs: readonly EngineInput[];
  readonly told: readonly Told[];
  readonly crashes: number;
  /** What providers made of what they were given. */
  readonly handed: readonly Handed[];
  /** The notifier's own book at the end. */
  readonly deliveries: readonly DeliveryRecord[];
  readonly away: readonly Span[];
}

export const identity = (pump: string, boot: string, seq: number): string => `${pump} ${boot} ${seq}`;
