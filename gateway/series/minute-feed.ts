import type { WallMs } from '#kernel/time.ts';
import type { MinuteRollup } from '#model/rollup.ts';
import { minuteLine } from './line-protocol.ts';
import type { FeedReader, LineBatch, SeriesCursor, SeriesFeed } from './series-feed.ts';

/** The roll-ups, in the order in which they changed. */
export interface MinuteChanges {
  /** Minutes that changed after `revision` (exclusive), each as it is now, at most `limit`, in order of change. */
  changedAfter(
    revision: number,
    limit: number,
  ): readonly { readonly revision: number; readonly savedAt: WallMs; readonly rollup: MinuteRollup }[];
  lastRevision(): number;
}

/**
 * The roll-ups as `pump_minute` lines. A minute that changes again moves to the end: whoever reads on from any place ends
 * with every minute as it is.
 */
export class MinuteFeed implements SeriesFeed {
  readonly name = 'minutes';
  readonly #changes: MinuteChanges;

  constructor(changes: MinuteChanges) {
    this.#changes = changes;
  }

  last(): number {
    return this.#changes.lastRevision();
  }

  open(cursor: SeriesCursor): FeedReader {
    let revision = cursor.offset;
    const next = (limit: number): LineBatch | undefined => {
      const rows = this.#changes.changedAfter(revision, limit);
      const [oldest] = rows;
      if (!oldest) return undefined;
      revision = rows.at(-1)?.revision ?? revision;
      return {
        upTo: revision,
        entries: rows.length,
        lines: rows.map(({ rollup }) => minuteLine(rollup)),
        origins: rows.map(({ revision: offset, rollup }) => ({ offset, hub: null, pump: rollup.pump })),
        oldestAt: oldest.savedAt,
        learned: new Map(),
      };
    };
    return { next };
  }
}
