import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import type { JournalEntry, ReadingEntry } from '#model/journal-entry.ts';

const PAGE = 5_000;
const MOST_FAULTS = 20;

/**
 * Reads the file of a journal beside whoever writes it, each time on from where it was, and keeps count: which readings
 * are there, whether any came twice, whether the offsets have holes, where alarms began.
 */
export class JournalLedger {
  /** What is wrong with the journal, in words; empty when nothing is. */
  readonly faults: string[] = [];
  /** Readings of each pump. */
  readonly perPump = new Map<string, number>();
  /** By pump, offsets of the readings that told of an alarm when the one before them told of none. */
  readonly onsets = new Map<string, number[]>();
  readonly #path: string;
  readonly #seqs = new Map<string, Set<number>>();
  readonly #alarmed = new Set<string>();
  #offset = 0;
  #readings = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Offset of the newest entry seen. */
  get offset(): number {
    return this.#offset;
  }

  get readings(): number {
    return this.#readings;
  }

  has(pump: string, boot: string, seq: number): boolean {
    return this.#seqs.get(`${pump} ${boot}`)?.has(seq) ?? false;
  }

  readOn(): void {
    const reader = new SqliteJournalReader(this.#path);
    try {
      if (reader.lastOffset() < this.#offset) this.#fault(`it ended at ${this.#offset}, now at ${reader.lastOffset()}`);
      for (;;) {
        const entries = reader.readAfter(this.#offset, PAGE);
        for (const entry of entries) this.#take(entry);
        if (entries.length < PAGE) return;
      }
    } finally {
      reader.close();
    }
  }

  #take(entry: JournalEntry): void {
    if (entry.offset !== this.#offset + 1) this.#fault(`offset ${entry.offset} follows ${this.#offset}`);
    this.#offset = entry.offset;
    if (entry.kind === 'reading') this.#takeReading(entry);
  }

  #takeReading({ pump, boot, offset, reading }: ReadingEntry): void {
    const key = `${pump} ${boot}`;
    const seqs = this.#seqs.get(key) ?? new Set<number>();
    this.#seqs.set(key, seqs);
    if (seqs.has(reading.seq)) this.#fault(`${key} seq ${reading.seq} is there twice`);
    seqs.add(reading.seq);
    this.#readings += 1;
    this.perPump.set(pump, (this.perPump.get(pump) ?? 0) + 1);
    if ((reading.alarms ?? []).length === 0) this.#alarmed.delete(pump);
    else if (!this.#alarmed.has(pump)) {
      this.#alarmed.add(pump);
      this.onsets.set(pump, [...(this.onsets.get(pump) ?? []), offset]);
    }
  }

  #fault(words: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(words);
  }
}
