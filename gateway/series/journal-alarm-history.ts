import type { ReadingEntry } from '#model/journal-entry.ts';
import type { AlarmHistory } from './alarm-changes.ts';

/** The part of the journal that finds a pump's readings by measuring time. */
export interface ReadingRange {
  /** Readings of a pump measured in [fromMs, toMs), in order of measuring time, then of offset. */
  readingsBetween(pump: string, fromMs: number, toMs: number): Iterable<ReadingEntry>;
}

/** Readings older than 2000 are refused at intake. Design contract §5. */
const EARLIEST_MS = 946_684_800_000;
/** The last instant a calendar can show. */
const LATEST_MS = 8_640_000_000_000_000;
const LOOK_AHEAD = 2_000;
/** A pump in a test rig may report many times a second; one at home is found in the fourth step. */
const FIRST_STEP_MS = 250;
const STEP_FACTOR = 4;

/** Looks alarms up in the journal. Backwards it searches in stretches that grow, for the last reading is mostly near. */
export class JournalAlarmHistory implements AlarmHistory {
  readonly #readings: ReadingRange;

  constructor(readings: ReadingRange) {
    this.#readings = readings;
  }

  lastUpTo(pump: string, atMs: number, below: number): ReadingEntry | undefined {
    let to = atMs + 1;
    for (let step = FIRST_STEP_MS; to > EARLIEST_MS; step *= STEP_FACTOR) {
      const from = Math.max(EARLIEST_MS, to - step);
      let last: ReadingEntry | undefined;
      for (const entry of this.#readings.readingsBetween(pump, from, to)) {
        if (tellsBefore(entry, below)) last = entry;
      }
      if (last) return last;
      to = from;
    }
    return undefined;
  }

  /**
   * Gives up after LOOK_AHEAD readings where nothing is known to be there; where one is known it looks no further than to
   * that, though the journal may hold days of entries that came later. Giving up can miss only a pump's first reading
   * after a restart that is late by more readings than that: then one later point may lack its change.
   */
  firstAfter(pump: string, atMs: number, below: number, knownAtMs: number | undefined): ReadingEntry | undefined {
    let looked = 0;
    for (const entry of this.#readings.readingsBetween(pump, atMs + 1, (knownAtMs ?? LATEST_MS) + 1)) {
      if (tellsBefore(entry, below)) return entry;
      looked += 1;
      if (looked === LOOK_AHEAD && knownAtMs === undefined) return undefined;
    }
    return undefined;
  }
}

const tellsBefore = (entry: ReadingEntry, below: number): boolean =>
  entry.offset < below && entry.reading.alarms !== undefined;
