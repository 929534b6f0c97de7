import { setImmediate as otherWork } from 'node:timers/promises';
import { MINUTE_MS } from '#model/rollup.ts';
import type { AlarmHistory } from './alarm-changes.ts';
import { JournalFeed, type JournalTail } from './journal-feed.ts';
import { minuteLine } from './line-protocol.ts';
import { MinuteRollups } from './minute-rollups.ts';
import type { PumpPast } from './occlusion-windows.ts';
import { cursorAtStart } from './series-feed.ts';

/** Lines to be written again. */
export interface ReplayedLines {
  /** `readings`: readings, occlusions and alarms. `minutes`: where minutes are kept. */
  readonly level: 'readings' | 'minutes';
  readonly lines: readonly string[];
}

export interface ReplaySpan {
  /** Unix ms, included. Minutes are replayed whole: from the minute that begins at or before it. */
  readonly from: number;
  /** Unix ms, excluded. */
  readonly to: number;
}

const BATCH_ENTRIES = 5_000;

/**
 * The points of a span of measuring time, made from the journal by the feeds that made them the first time: equal to the
 * last digit, because each depends on nothing but the journal. It reads the journal from its begin, for a point may depend
 * on what came before it.
 */
export async function* replay(
  journal: JournalTail & PumpPast,
  history: AlarmHistory,
  { from, to }: ReplaySpan,
  signal: AbortSignal,
): AsyncGenerator<ReplayedLines> {
  const reader = new JournalFeed(journal, history).open(cursorAtStart);
  const rollups = new MinuteRollups(journal, true);
  const firstMinute = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  let offset = 0;
  for (let batch = reader.next(BATCH_ENTRIES); batch; batch = reader.next(BATCH_ENTRIES)) {
    signal.throwIfAborted();
    const lines = batch.lines.filter((line) => {
      const ms = msOf(line);
      return ms >= from && ms < to;
    });
    if (lines.length > 0) yield { level: 'readings', lines };
    for (const entry of journal.readAfter(offset, BATCH_ENTRIES)) {
      if (entry.kind === 'reading' && entry.offset <= batch.upTo) rollups.add(entry);
    }
    offset = batch.upTo;
    const minutes = rollups.take().filter(({ minuteMs }) => minuteMs >= firstMinute && minuteMs < to);
    if (minutes.length > 0) yield { level: 'minutes', lines: minutes.map(minuteLine) };
    await otherWork();
  }
}

/** The whole ms of a line's time, which is its last word, in nanoseconds. */
const msOf = (line: string): number => Number(line.slice(line.lastIndexOf(' ') + 1, -6));
