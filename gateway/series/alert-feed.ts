import { wallMs } from '#kernel/time.ts';
import type { AlertEvent } from '#model/alert.ts';
import { alertLine } from './line-protocol.ts';
import type { FeedReader, LineBatch, SeriesCursor, SeriesFeed } from './series-feed.ts';

/** The alert log. */
export interface AlertLog {
  /** Rows after `position` (exclusive), oldest first, at most `limit`. */
  read(position: number, limit: number): readonly { readonly position: number; readonly value: AlertEvent }[];
  /** Position of the last row, 0 when there is none. */
  last(): number;
}

/** The alert log as `alert` lines. */
export class AlertFeed implements SeriesFeed {
  readonly name = 'alerts';
  readonly #log: AlertLog;

  constructor(log: AlertLog) {
    this.#log = log;
  }

  last(): number {
    return this.#log.last();
  }

  open(cursor: SeriesCursor): FeedReader {
    let position = cursor.offset;
    const next = (limit: number): LineBatch | undefined => {
      const rows = this.#log.read(position, limit);
      const [oldest] = rows;
      if (!oldest) return undefined;
      position = rows.at(-1)?.position ?? position;
      return {
        upTo: position,
        entries: rows.length,
        lines: rows.map((row) => alertLine(row.position, row.value)),
        origins: rows.map(({ position: offset, value }) => ({
          offset,
          hub: value.after.hub ?? '',
          pump: value.after.pump,
        })),
        oldestAt: wallMs(oldest.value.at),
        learned: new Map(),
      };
    };
    return { next };
  }
}
