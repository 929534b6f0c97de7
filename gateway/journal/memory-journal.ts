import { isDeepStrictEqual } from 'node:util';
import { parseWireReading } from '#codec/hub-json.ts';
import { decodeHubMessage } from '#codec/hub-message.ts';
import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { WallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { JournalEntry, QuarantineEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import { expendableOf } from './expendable.ts';
import type { JournalReader, JournalWriter, Retained, RetainFrom } from './journal.ts';

/** The in-memory twin of the SQLite journal, both sides in one object. Nothing is durable; everything else is the same. */
export class MemoryJournal implements JournalWriter, JournalReader {
  #entries: JournalEntry[] = [];
  #quarantine: QuarantineEntry[] = [];
  #held: readonly HeldRange[] = [];
  readonly #identities = new Map<string, ReadingEntry>();
  readonly #cursors = new Map<string, number>();
  #lastOffset = 0;

  append(batch: readonly Inbound[]): AppendResult {
    const counts = { readings: 0, duplicates: 0, statuses: 0 };
    const refused: Record<string, number> = {};
    const refusedWhole: number[] = [];
    const refuse = (entry: Omit<QuarantineEntry, 'offset'>) => {
      this.quarantine(entry);
      refused[entry.code] = (refused[entry.code] ?? 0) + 1;
    };
    for (const [place, inbound] of batch.entries()) {
      const { topic, receivedAt } = inbound;
      const message =
        inbound.kind === 'refusal'
          ? { kind: 'refused' as const, hub: inbound.hub, pump: inbound.pump, refusal: inbound.refusal }
          : decodeHubMessage(topic, inbound.payload, receivedAt);
      if (message.kind === 'refused') {
        refuse({ at: receivedAt, hub: message.hub, pump: message.pump, topic, ...message.refusal });
        refusedWhole.push(place);
        continue;
      }
      const { hub } = message;
      if (message.kind === 'status') {
        const cause = inbound.kind === 'message' ? inbound.cause : 'said';
        this.#add({ kind: 'status', offset: this.#lastOffset + 1, hub, receivedAt, cause, status: message.status });
        counts.statuses += 1;
        continue;
      }
      const { pump, boot } = message;
      for (const { seq, wire } of message.accepted) {
        const stored = this.#identities.get(`${pump}/${boot}/${seq}`);
        if (stored && isDeepStrictEqual(JSON.parse(stored.wire), JSON.parse(wire))) counts.duplicates += 1;
        else if (stored) {
          const detail = `boot ${boot} seq ${seq}`;
          refuse({ at: receivedAt, hub, pump, topic, code: 'sequence-conflict', detail });
        } else {
          const offset = this.#lastOffset + 1;
          const reading = parseWireReading(wire);
          const entry: ReadingEntry = { kind: 'reading', offset, hub, pump, boot, receivedAt, reading, wire };
          this.#identities.set(`${pump}/${boot}/${seq}`, entry);
          this.#add(entry);
          counts.readings += 1;
        }
      }
      for (const refusal of message.refused) refuse({ at: receivedAt, hub, pump, topic, ...refusal });
    }
    return { lastOffset: this.#lastOffset, ...counts, refused, refusedWhole };
  }

  probe(): void {}

  quarantine(entry: Omit<QuarantineEntry, 'offset'>): void {
    this.#quarantine.push({ offset: (this.#quarantine.at(-1)?.offset ?? 0) + 1, ...entry });
  }

  saveCursor(consumer: string, offset: number): void {
    this.#cursors.set(consumer, Math.max(offset, this.#cursors.get(consumer) ?? 0));
  }

  retain(before: WallMs, consumers: readonly string[], { after, limit }: RetainFrom): Retained {
    const passed = consumers.map((consumer) => this.#cursors.get(consumer) ?? 0);
    const upTo = Math.min(this.#lastOffset - 1, ...passed);
    const looked = this.readAfter(after, limit).filter(({ offset }) => offset <= upTo);
    const newest = this.#entries.at(-1)?.receivedAt ?? 0;
    const { going, next } = expendableOf(
      looked.map((entry) => ({ ...entry, at: measuredAt(entry), held: this.#isHeld(entry) })),
      before,
      newest,
    );
    const gone = new Set(going);
    for (const entry of this.#entries) {
      if (entry.kind !== 'reading' || !gone.has(entry.offset)) continue;
      this.#identities.delete(`${entry.pump}/${entry.boot}/${entry.reading.seq}`);
    }
    this.#entries = this.#entries.filter(({ offset }) => !gone.has(offset));
    return { removed: going.length, next: looked.length < limit ? null : next };
  }

  hold(ranges: readonly HeldRange[]): void {
    this.#held = [...ranges];
  }

  lastOffset(): number {
    return this.#lastOffset;
  }

  readAfter(offset: number, limit: number): JournalEntry[] {
    const from = this.#placeAfter(offset);
    return this.#entries.slice(from, from + limit);
  }

  page(pump: string | null, after: number, limit: number): { readings: ReadingEntry[]; next: number | null } {
    const readings = this.#readings()
      .filter((entry) => entry.offset > after && (pump === null || entry.pump === pump))
      .slice(0, limit);
    const reached = readings.length === limit ? (readings.at(-1)?.offset ?? 0) : this.#lastOffset;
    return { readings, next: reached >= this.#lastOffset ? null : reached };
  }

  readingsBetween(pump: string, fromMs: number, toMs: number): ReadingEntry[] {
    return this.#readings()
      .filter((entry) => entry.pump === pump && entry.reading.atMs >= fromMs && entry.reading.atMs < toMs)
      .sort((a, b) => a.reading.atMs - b.reading.atMs || a.offset - b.offset);
  }

  extentBetween(pump: string, fromMs: number, toMs: number): { count: number; lastOffset: number } {
    const offsets = this.readingsBetween(pump, fromMs, toMs).map(({ offset }) => offset);
    return { count: offsets.length, lastOffset: Math.max(0, ...offsets) };
  }

  lastBefore(pump: string, atMs: number): ReadingEntry | undefined {
    return this.readingsBetween(pump, 0, atMs).at(-1);
  }

  statusesOf(hub: string, fromMs: number, toMs: number): StatusEntry[] {
    const ofHub = this.#entries.filter((entry) => entry.kind === 'status').filter((entry) => entry.hub === hub);
    const before = ofHub.filter(({ receivedAt }) => receivedAt < fromMs).at(-1);
    const within = ofHub.filter(({ receivedAt }) => receivedAt >= fromMs && receivedAt < toMs);
    return before ? [before, ...within] : within;
  }

  newestAt(pump: string, below: number): number | undefined {
    const times = this.#readings()
      .filter((entry) => entry.pump === pump && entry.offset < below)
      .map((entry) => entry.reading.atMs);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  quarantinePage(after: number, limit: number): { quarantine: QuarantineEntry[]; next: number | null } {
    const rows = this.#quarantine.filter((entry) => entry.offset > after);
    const quarantine = rows.slice(0, limit);
    return { quarantine, next: rows.length > limit ? (quarantine.at(-1)?.offset ?? null) : null };
  }

  cursors(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#cursors);
  }

  sizeBytes(): number {
    return this.#entries.length;
  }

  close(): void {}

  #isHeld(entry: JournalEntry): boolean {
    if (entry.kind !== 'reading') return false;
    const { pump, reading } = entry;
    return this.#held.some((one) => one.pump === pump && one.fromMs <= reading.atMs && reading.atMs < one.toMs);
  }

  #add(entry: JournalEntry): void {
    this.#entries.push(entry);
    this.#lastOffset = entry.offset;
  }

  /** Index of the first entry behind `offset`: entries stand in order of their offsets. */
  #placeAfter(offset: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #readings(): ReadingEntry[] {
    return this.#entries.filter((entry) => entry.kind === 'reading');
  }
}

const measuredAt = (entry: JournalEntry): number => (entry.kind === 'reading' ? entry.reading.atMs : entry.status.atMs);
