import { wallMs } from '#kernel/time.ts';
import type { JournalEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';

/** 2026-03-01T00:00:00Z. */
export const T0 = 1_772_323_200_000;

/** The least a test has to say of a reading. */
export type ReadingSketch = Partial<PumpReading> & {
  readonly pump?: string;
  readonly hub?: string;
  readonly boot?: string;
};

/** A journal that is a list: what the series need of one, without decoding anything. */
export class ListJournal {
  readonly entries: JournalEntry[] = [];

  lastOffset(): number {
    return this.entries.length;
  }

  readAfter(offset: number, limit: number): JournalEntry[] {
    return this.entries.slice(offset, offset + limit);
  }

  readingsBetween(pump: string, fromMs: number, toMs: number): ReadingEntry[] {
    return this.entries
      .filter((entry) => entry.kind === 'reading')
      .filter((entry) => entry.pump === pump && entry.reading.atMs >= fromMs && entry.reading.atMs < toMs)
      .sort((a, b) => a.reading.atMs - b.reading.atMs || a.offset - b.offset);
  }

  newestAt(pump: string, below: number): number | undefined {
    const times = this.readingsBetween(pump, 0, Number.MAX_SAFE_INTEGER).filter(({ offset }) => offset < below);
    return times.at(-1)?.reading.atMs;
  }

  add({ pump = 'pump-1', hub = 'hub-1', boot = 'boot-1', ...more }: ReadingSketch): ReadingEntry {
    const offset = this.entries.length + 1;
    const reading: PumpReading = { seq: offset, atMs: T0 + offset * 1_000, state: 'infusing', ...more };
    const receivedAt = wallMs(reading.atMs);
    const entry: ReadingEntry = { kind: 'reading', offset, hub, pump, boot, receivedAt, reading, wire: '{}' };
    this.entries.push(entry);
    return entry;
  }

  addStatus(pumps: readonly { readonly id: string; readonly model?: string }[]): StatusEntry {
    const offset = this.entries.length + 1;
    const status = { state: 'online' as const, boot: 'boot-1', atMs: T0, pumps };
    const entry: StatusEntry = { kind: 'status', offset, hub: 'hub-1', receivedAt: wallMs(T0), cause: 'said', status };
    this.entries.push(entry);
    return entry;
  }
}
