import type { WallMs } from '#kernel/time.ts';

/** What a line came from: named when the line is quarantined. `offset` is the place in the log that feeds it. */
export interface LineOrigin {
  readonly offset: number;
  readonly hub: string | null;
  readonly pump: string | null;
}

/** A run of log entries as lines. `lines[i]` came from `origins[i]`; an entry may give none, one or several. */
export interface LineBatch {
  /** The last entry it covers: where the cursor stands once all lines are written. */
  readonly upTo: number;
  readonly entries: number;
  readonly lines: readonly string[];
  readonly origins: readonly LineOrigin[];
  /** The gateway's clock when its oldest entry came. */
  readonly oldestAt: WallMs;
  /** What the feed learned in it and must know again after a restart, by key. Saved together with the cursor. */
  readonly learned: ReadonlyMap<string, string>;
}

/** How far a feed is written, and all it had learned by then. */
export interface SeriesCursor {
  readonly offset: number;
  readonly learned: ReadonlyMap<string, string>;
}

export const cursorAtStart: SeriesCursor = { offset: 0, learned: new Map() };

/** A log that can be turned into lines. The same entries must always give the same lines: they are written at least once. */
export interface SeriesFeed {
  /** Name of the feed, for its cursor and for logs. */
  readonly name: string;
  /** Offset of the newest entry. */
  last(): number;
  /** Begins to read after the cursor. */
  open(cursor: SeriesCursor): FeedReader;
}

export interface FeedReader {
  /** The next entries, at most `limit`, or undefined at the end of the log. Call again when there are more. */
  next(limit: number): LineBatch | undefined;
}
