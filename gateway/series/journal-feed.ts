import type { JournalEntry, ReadingEntry } from '#model/journal-entry.ts';
import { AlarmChanges, type AlarmHistory } from './alarm-changes.ts';
import { alarmLine, occlusionLine, readingLine } from './line-protocol.ts';
import { OcclusionWindows, type PumpPast } from './occlusion-windows.ts';
import type { FeedReader, LineBatch, LineOrigin, SeriesCursor, SeriesFeed } from './series-feed.ts';

/** The part of the journal that the series follow. */
export interface JournalTail {
  /** Entries after `offset` (exclusive) in offset order, at most `limit`. */
  readAfter(offset: number, limit: number): JournalEntry[];
  lastOffset(): number;
}

/**
 * The journal as `pump_reading`, `pump_occlusion` and `pump_alarm` lines. A pump's model is the one that a status before the reading named;
 * it is part of a point's identity, so what was learned is kept with the cursor.
 */
export class JournalFeed implements SeriesFeed {
  readonly name = 'readings';
  readonly #journal: JournalTail & PumpPast;
  readonly #history: AlarmHistory;

  constructor(journal: JournalTail & PumpPast, history: AlarmHistory) {
    this.#journal = journal;
    this.#history = history;
  }

  last(): number {
    return this.#journal.lastOffset();
  }

  open(cursor: SeriesCursor): FeedReader {
    const models = new Map(cursor.learned);
    const fromStart = cursor.offset === 0;
    const alarms = new AlarmChanges(this.#history, fromStart);
    const windows = new OcclusionWindows(this.#journal, fromStart);
    let offset = cursor.offset;
    const next = (limit: number): LineBatch | undefined => {
      const entries = this.#journal.readAfter(offset, limit);
      const [oldest] = entries;
      const newest = entries.at(-1);
      if (!oldest || !newest) return undefined;
      offset = newest.offset;
      const lines: string[] = [];
      const origins: LineOrigin[] = [];
      const learned = new Map<string, string>();
      for (const entry of entries) {
        if (entry.kind === 'status') learnModels(entry.status.pumps ?? [], models, learned);
        else {
          for (const line of linesOf(entry, models.get(entry.pump), alarms, windows)) {
            lines.push(line);
            origins.push(entry);
          }
        }
      }
      return { upTo: offset, entries: entries.length, lines, origins, oldestAt: oldest.receivedAt, learned };
    };
    return { next };
  }
}

function learnModels(
  pumps: readonly { readonly id: string; readonly model?: string }[],
  models: Map<string, string>,
  learned: Map<string, string>,
): void {
  for (const { id, model } of pumps) {
    if (model === undefined || models.get(id) === model) continue;
    models.set(id, model);
    learned.set(id, model);
  }
}

function linesOf(
  entry: ReadingEntry,
  model: string | undefined,
  alarms: AlarmChanges,
  windows: OcclusionWindows,
): readonly string[] {
  const lines = [readingLine(entry, model)];
  const estimate = windows.step(entry);
  if (estimate) lines.push(occlusionLine(entry, estimate, model));
  for (const change of alarms.step(entry)) lines.push(alarmLine(change));
  return lines;
}
