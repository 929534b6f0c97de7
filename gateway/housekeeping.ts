import type { Retained, RetainFrom } from '#journal/journal.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { days, hours, type WallMs, wallMs } from '#kernel/time.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { JournalEntry } from '#model/journal-entry.ts';

export interface RetentionPlan {
  readonly days: number;
  /** Those that must have passed an entry before it may go. */
  readonly consumers: readonly string[];
}

/** The newest entries of a journal say what time it is. */
export interface TimeWitness {
  lastOffset(): number;
  readAfter(offset: number, limit: number): readonly JournalEntry[];
}

export interface KeptJournal {
  retain(before: WallMs, consumers: readonly string[], from: RetainFrom): Promise<Retained>;
  hold(ranges: readonly HeldRange[]): Promise<void>;
}

/** Entries looked at in one transaction: short enough that no hub notices. */
const STEP = 2_000;
/** Entries that say what time it is. */
const WITNESSES = 1_000;
/** How far behind the gateway's clock the newest entry, and the clocks of hubs, may be. */
const QUIET_MS = hours(1);
const HUBS_BEHIND_MS = days(1);
/** What was held is looked at again, for a hold may have ended. */
const ANEW_EVERY_MS = days(1);

/**
 * Every hour removes what is older than the plan keeps, in small steps, and leaves what is `held`. When it cannot be told
 * what is held, nothing goes.
 */
export function keepHouse(
  clock: Clock,
  log: Logger,
  plan: RetentionPlan,
  { writer, reader }: { readonly writer: KeptJournal; readonly reader: TimeWitness },
  held: (now: number) => Promise<readonly HeldRange[]>,
): Timer {
  let busy = false;
  let after = 0;
  let anewAt = 0;
  let holding = '';
  const clean = async () => {
    const today = timeAgreed(clock.wall(), reader);
    if (today === null) return;
    const ranges = await held(today);
    const isAnew = clock.monotonic() >= anewAt;
    if (isAnew || JSON.stringify(ranges) !== holding) {
      await writer.hold(ranges);
      holding = JSON.stringify(ranges);
    }
    if (isAnew) {
      after = 0;
      anewAt = clock.monotonic() + ANEW_EVERY_MS;
    }
    const before = wallMs(today - days(plan.days));
    let removed = 0;
    for (let next: number | null = after; next !== null; ) {
      after = next;
      const step: Retained = await writer.retain(before, plan.consumers, { after: next, limit: STEP });
      removed += step.removed;
      next = step.next;
    }
    if (removed > 0) log.info({ removed }, 'old journal entries removed');
  };
  return clock.every(hours(1), 'retention', () => {
    if (busy) return;
    busy = true;
    clean()
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'old journal entries not removed'))
      .finally(() => {
        busy = false;
      });
  });
}

/**
 * The time by which things are old: the gateway's, unless it is later than what the newest entries say. A clock that is
 * years ahead would empty the journal, and it stamps what comes in, so the clocks of the hubs are asked too: the median of
 * what each said last. Null when the journal is empty.
 */
export function timeAgreed(wall: WallMs, journal: TimeWitness): number | null {
  const newest = journal.readAfter(Math.max(0, journal.lastOffset() - WITNESSES), WITNESSES);
  const last = newest.at(-1);
  if (!last) return null;
  const saidLast = new Map(newest.map((entry) => [entry.hub, measuredAt(entry)]));
  const clocks = [...saidLast.values()].sort((a, b) => a - b);
  const median = clocks[Math.floor((clocks.length - 1) / 2)] ?? 0;
  return Math.min(wall, last.receivedAt + QUIET_MS, median + HUBS_BEHIND_MS);
}

const measuredAt = (entry: JournalEntry): number => (entry.kind === 'reading' ? entry.reading.atMs : entry.status.atMs);
