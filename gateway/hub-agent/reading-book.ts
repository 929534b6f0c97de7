import { encodeReadings } from '#codec/hub-json.ts';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { readingsTopic } from '#codec/topics.ts';
import type { JournalReader, JournalWriter } from '#journal/journal.ts';
import type { Expendable, JournalShelf, ShelvedReading } from '#journal/journal-shelf.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { hours, type WallMs, wallMs } from '#kernel/time.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import { type DeclaredGaps, gapsOf } from './declared-gaps.ts';

/** The gateway has everything up to this cursor. */
export const UPLINK_CURSOR = 'uplink';
const PRUNE_BATCH = 5_000;
const FROM_THE_OLDEST = { after: 0, limit: PRUNE_BATCH };
/** Above this share of the limit room is made, before the disk refuses. */
const MAKE_ROOM_ABOVE = 0.8;
const ENOUGH_BELOW = 0.7;
/** The newest stay whole: of the present, everything is worth telling. */
const NEWEST = 200;
const WINDOW = 500;
/** Entries that are looked at together when room is made: bounds the memory it takes. */
const STRETCH = 20_000;

export interface ReadingBookOptions {
  readonly hub: string;
  readonly boot: string;
  readonly writer: JournalWriter;
  readonly reader: JournalReader;
  readonly shelf: JournalShelf;
  readonly gaps: DeclaredGaps;
  readonly now: () => WallMs;
  readonly log: Logger;
  readonly maxBytes: number;
  readonly keepHours: number;
}

/**
 * The readings of this hub, in the journal: numbered, kept, and found again until the gateway has acknowledged them, and for a
 * while after. What this boot measured and what earlier ones left behind are one row.
 */
export class ReadingBook {
  readonly #options: ReadingBookOptions;
  readonly #seqs = new Map<string, number>();
  readonly #done = new Set<number>();
  #cursor: number;
  #savedCursor: number;
  #last: number;
  #thinnedTo = 0;

  constructor(options: ReadingBookOptions) {
    this.#options = options;
    this.#cursor = options.reader.cursors()[UPLINK_CURSOR] ?? 0;
    this.#savedCursor = this.#cursor;
    this.#last = options.reader.lastOffset();
  }

  /** About how many readings the gateway does not have yet. */
  get waiting(): number {
    return this.#last - this.#cursor - this.#done.size;
  }

  /** Numbers and keeps. Undefined when the disk refused: the number is spent, and the gap declared. */
  keep(pump: string, observation: PumpObservation): ReadingEntry | undefined {
    const { hub, boot, writer, reader, gaps, now, log } = this.#options;
    const seq = this.#seqs.get(pump) ?? 0;
    this.#seqs.set(pump, seq + 1);
    const receivedAt = now();
    const payload = Buffer.from(encodeReadings(boot, [{ ...observation, seq, atMs: receivedAt }]));
    try {
      const topic = readingsTopic(hub, pump);
      const result = writer.append([{ kind: 'message', topic, payload, receivedAt, cause: 'said' }]);
      this.#last = result.lastOffset;
      if (result.readings === 1) {
        const [entry] = reader.readAfter(result.lastOffset - 1, 1);
        if (entry?.kind === 'reading') return entry;
      }
      log.error({ pump, refused: result.refused }, 'a reading was not of the form of the contract');
    } catch (error) {
      log.error({ pump, reason: messageOf(error) }, 'the disk refused a reading');
    }
    this.#declare(() => gaps.add(gapsOf([{ pump, boot, seq }], 'refused')));
    return undefined;
  }

  /** The oldest readings that the gateway does not have, at most a message full. */
  unsent(): ReadingEntry[] {
    const { reader } = this.#options;
    // Those that went ahead may fill a whole window.
    for (let from = this.#cursor; ; ) {
      const entries = reader.readAfter(from, WINDOW);
      const last = entries.at(-1);
      if (!last) return [];
      const waiting = entries
        .filter((entry) => entry.kind === 'reading')
        .filter(({ offset }) => !this.#done.has(offset));
      if (waiting.length > 0) return waiting;
      from = last.offset;
    }
  }

  /** The gateway has them. */
  acknowledge(offsets: readonly number[]): void {
    for (const offset of offsets) if (offset > this.#cursor) this.#done.add(offset);
    const { reader } = this.#options;
    // Offsets of readings that were thinned are holes: the cursor goes by what is there.
    for (;;) {
      const entries = reader.readAfter(this.#cursor, WINDOW);
      const open = entries.findIndex(({ offset, kind }) => kind === 'reading' && !this.#done.has(offset));
      const passed = open < 0 ? entries : entries.slice(0, open);
      for (const { offset } of passed) {
        this.#done.delete(offset);
        this.#cursor = offset;
      }
      if (open >= 0 || entries.length < WINDOW) return;
    }
  }

  /** Kept readings of a range that was asked for again. */
  again(pump: string, boot: string, from: number, to: number): ShelvedReading[] {
    return this.#options.shelf.bySequence(pump, boot, from, to, PRUNE_BATCH);
  }

  /** Not at each acknowledgement: a repeat after a crash costs nothing, flash memory does. */
  saveCursor(): void {
    if (this.#cursor === this.#savedCursor) return;
    this.#options.writer.saveCursor(UPLINK_CURSOR, this.#cursor);
    this.#savedCursor = this.#cursor;
  }

  /** Lets go of what the gateway has had for long; when the disk fills, of that sooner, then of unsent readings. */
  tidy(): void {
    const { writer, shelf, now, keepHours, maxBytes, log } = this.#options;
    this.saveCursor();
    writer.retain(wallMs(now() - hours(keepHours)), [UPLINK_CURSOR], FROM_THE_OLDEST);
    if (shelf.usedBytes() < maxBytes * MAKE_ROOM_ABOVE) return;
    while (shelf.usedBytes() > maxBytes * ENOUGH_BELOW) {
      // Later than any reading: whatever the gateway has may go.
      if (writer.retain(wallMs(Number.MAX_SAFE_INTEGER), [UPLINK_CURSOR], FROM_THE_OLDEST).removed > 0) continue;
      if (this.#thin('normal') || this.#thin('repeated')) continue;
      log.error({}, 'the disk is full of unsent readings, and none of them can go');
      return;
    }
  }

  /** The oldest first, a stretch at a time, round and round. False when nothing can go. */
  #thin(kind: Expendable): boolean {
    const { shelf, gaps, log } = this.#options;
    const end = Math.max(this.#cursor, this.#last - NEWEST);
    for (let looked = 0; looked < end - this.#cursor; looked += STRETCH) {
      if (this.#thinnedTo < this.#cursor || this.#thinnedTo >= end) this.#thinnedTo = this.#cursor;
      const upTo = Math.min(end, this.#thinnedTo + STRETCH);
      const going = shelf.expendable(kind, this.#thinnedTo, upTo);
      this.#thinnedTo = upTo;
      if (going.length === 0) continue;
      // Declared first: after a crash in between, the gap is said to be larger than it is, never smaller.
      gaps.add(gapsOf(going, 'thinned'));
      shelf.remove(going);
      log.warn(
        { kind, readings: going.length },
        'unsent readings were thinned out to make room; the gaps are declared',
      );
      return true;
    }
    return false;
  }

  #declare(add: () => void): void {
    try {
      add();
    } catch (error) {
      // The same disk: the hole in the numbers tells as much, later.
      if (!(error instanceof GatewayError)) throw error;
      this.#options.log.error({ reason: error.detail }, 'the gap could not be put on record');
    }
  }
}
