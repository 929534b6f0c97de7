import { type AlarmPriority, alarmKinds } from '#model/alarms.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { ActiveAlarm } from '#model/reading.ts';
import type { AlarmChange } from './line-protocol.ts';

/** Looks up what the journal knew of a pump's alarms before a given entry came. */
export interface AlarmHistory {
  /** Of the pump's readings that carry `alarms` and have a journal offset below `below`: the last at or before `atMs`. */
  lastUpTo(pump: string, atMs: number, below: number): ReadingEntry | undefined;
  /**
   * Of the same readings: the first after `atMs`. `knownAtMs`: one was measured then, so the search ends there. Without it
   * a search may give up after a while, because there mostly is none and the journal may hold days of later entries.
   */
  firstAfter(pump: string, atMs: number, below: number, knownAtMs: number | undefined): ReadingEntry | undefined;
}

/** The alarms of one reading that told of them, by the name they have as a tag. */
interface Sighting {
  readonly entry: ReadingEntry;
  readonly active: ReadonlyMap<string, AlarmPriority>;
}

/** A stretch of time between two neighbouring sightings in which late readings are landing. */
interface Gap {
  readonly before: Sighting;
  readonly after: Sighting;
}

const none: ReadonlyMap<string, AlarmPriority> = new Map();
const vendorName = /^x-[A-Za-z0-9._-]{1,62}$/;

/**
 * Turns readings in journal order into alarm changes. Each reading is compared with its neighbours in measuring time, as
 * the journal knew them when the reading came; a late reading is compared with the one that follows it too. So the points
 * of an alarm, sorted by time, always give the state each reading told.
 *
 * It depends on nothing but the journal up to the entry at hand: after a restart the same entries give the same changes,
 * and there is no state to save. What it keeps in memory only spares lookups.
 */
export class AlarmChanges {
  readonly #history: AlarmHistory;
  readonly #fromStart: boolean;
  /** By pump: its newest sighting by measuring time, once a reading has shown which that is. */
  readonly #newest = new Map<string, Sighting>();
  /** By pump: where its last late reading landed. Any reading since then lies elsewhere or has narrowed it. */
  readonly #gaps = new Map<string, Gap>();

  /** `fromStart`: the first entry that comes is the first of all, so there is nothing to look up before it. */
  constructor(history: AlarmHistory, fromStart: boolean) {
    this.#history = history;
    this.#fromStart = fromStart;
  }

  /** The changes this entry brings; none when the reading does not tell of alarms. Missing data clears nothing. */
  step(entry: ReadingEntry): readonly AlarmChange[] {
    const { pump, offset, reading } = entry;
    if (reading.alarms === undefined) return [];
    const now: Sighting = { entry, active: activeNames(reading.alarms) };

    const gap = this.#gaps.get(pump);
    if (gap && timeOf(gap.before) <= reading.atMs && reading.atMs < timeOf(gap.after)) {
      return this.#landLate(gap.before, now, gap.after);
    }
    const newest = this.#newest.get(pump);
    const isFirst = newest === undefined && this.#fromStart;
    const inOrder = isFirst || (newest !== undefined && timeOf(newest) <= reading.atMs);
    const after = inOrder
      ? undefined
      : sighting(this.#history.firstAfter(pump, reading.atMs, offset, newest && timeOf(newest)));
    const before = inOrder ? newest : sighting(this.#history.lastUpTo(pump, reading.atMs, offset));
    if (after) return this.#landLate(before, now, after);
    this.#newest.set(pump, now);
    return differences(before, now);
  }

  #landLate(before: Sighting | undefined, now: Sighting, after: Sighting): readonly AlarmChange[] {
    this.#gaps.set(now.entry.pump, { before: now, after });
    return [...differences(before, now), ...differences(now, after)];
  }
}

const timeOf = (seen: Sighting): number => seen.entry.reading.atMs;

const sighting = (entry: ReadingEntry | undefined): Sighting | undefined =>
  entry && { entry, active: activeNames(entry.reading.alarms ?? []) };

function activeNames(alarms: readonly ActiveAlarm[]): ReadonlyMap<string, AlarmPriority> {
  if (alarms.length === 0) return none;
  return new Map(alarms.map((alarm) => [tagOf(alarm), alarmKinds[alarm.code].priority]));
}

/** A vendor's own code keeps its name; any other text unknown to us is `unknown`, so that senders cannot make up tags. */
function tagOf({ code, vendorCode }: ActiveAlarm): string {
  return vendorCode !== undefined && vendorName.test(vendorCode) ? vendorCode : code;
}

/** What is different at `now` from `before`. */
function differences(before: Sighting | undefined, now: Sighting): readonly AlarmChange[] {
  const was = before?.active ?? none;
  if (was.size === 0 && now.active.size === 0) return [];
  const cameOn = [...now.active].filter(([code]) => !was.has(code));
  const went = [...was].filter(([code]) => !now.active.has(code));
  return [
    ...cameOn.map(([code, priority]) => change(now.entry, code, priority, true)),
    ...went.map(([code, priority]) => change(now.entry, code, priority, false)),
  ];
}

function change(entry: ReadingEntry, code: string, priority: AlarmPriority, active: boolean): AlarmChange {
  const { hub, pump, boot, reading } = entry;
  return { hub, pump, code, priority, active, instant: { boot, seq: reading.seq, atMs: reading.atMs } };
}
