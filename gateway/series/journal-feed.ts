import type { JournalEntry, ReadingEntry } from '#model/journal-entry.ts';
import { AlarmChanges, type AlarmHistory } from './alarm-changes.ts';
import { alarmLine, readingLine } from './line-protocol.ts';
import type { FeedReader, LineBatch, LineOrigin, SeriesCursor, SeriesFeed } from './series-feed.ts';

/** The part of the journal that the series follow. */
export interface JournalTail {
  /** Entries after `offset` (exclusive) in offset order, at most `limit`. */
  readAfter(offset: number, limit: number): JournalEntry[];
  lastOffset(): number;
}

/**
 * The journal as `pump_reading` and `pump_alarm` lines. A pump's model is the one that a status before the reading named;
 * it is part of a point's identity, so what was learned is kept with the cursor.
 */
export class JournalFeed implements SeriesFeed {
  readonly name = 'readings';
  readonly #journal: JournalTail;
  readonly #history: AlarmHistory;

  constructor(journal: JournalTail, history: AlarmHistory) {
    this.#journal = journal;
    this.#history = history;
  }

  last(): number {
    return this.#journal.lastOffset();
  }

  open(cursor: SeriesCursor): FeedReader {
    const models = new Map(cursor.learned);
    const alarms = new AlarmChanges(this.#history, cursor.offset === 0);
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
        else addLines(entry, models.get(entry.pump), alarms, lines, origins);
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

function addLines(
  entry: ReadingEntry,
  model: string | undefined,
  alarms: AlarmChanges,
  lines: string[],
  origins: LineOrigin[],
): void {
  lines.push(readingLine(entry, model));
  origins.push(entry);
  for (const change of alarms.step(entry)) {
    lines.push(alarmLine(change));
    origins.push(entry);
  }
}
