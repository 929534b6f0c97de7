import { setImmediate as otherWork } from 'node:timers/promises';
import type { GapsPort } from '#api/ports.ts';
import type { JournalReader } from '#journal/journal.ts';
import type { Clock } from '#kernel/clock.ts';
import type { PumpView } from '#model/fleet.ts';
import { type PumpEvidence, type UnseenMinutes, unseenMinutes } from '#model/gaps.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';

const MINUTE_MS = 60_000;
const QUARANTINE_PAGE = 5_000;

export interface UnseenSources {
  readonly reader: Pick<JournalReader, 'readingsBetween' | 'lastBefore' | 'statusesOf' | 'quarantinePage'>;
  pumps(): Promise<readonly Pick<PumpView, 'id' | 'hub'>[]>;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Unseen minutes from journal, quarantine and statuses; other work goes on between two pumps. */
export function unseenOf({ reader, pumps, clock }: UnseenSources): GapsPort {
  return {
    gaps: async ({ pump, from, to }) => {
      const span = {
        from: Math.floor(from / MINUTE_MS) * MINUTE_MS,
        to: Math.ceil(to / MINUTE_MS) * MINUTE_MS,
        now: clock.wall(),
      };
      const refused = await refusals(reader, span.from);
      const found: UnseenMinutes[] = [];
      for (const { id, hub } of await pumps()) {
        if (pump !== undefined && id !== pump) continue;
        const evidence: PumpEvidence = {
          pump: id,
          hub,
          seen: seenFrom(reader, id, span.from, span.to),
          hubStates: reader
            .statusesOf(hub, span.from, span.now)
            .map(({ receivedAt, status }) => ({ at: receivedAt, online: status.state === 'online' })),
          refusedAt: refused.get(id) ?? [],
        };
        found.push(...unseenMinutes(evidence, span));
        await otherWork();
      }
      return found;
    },
  };
}

/** The last reading before, those within, and the first after: what a gap at the end is judged by. */
function* seenFrom(reader: UnseenSources['reader'], pump: string, from: number, to: number): Generator<ReadingEntry> {
  const before = reader.lastBefore(pump, from);
  if (before) yield before;
  yield* reader.readingsBetween(pump, from, to);
  for (const after of reader.readingsBetween(pump, to, Number.MAX_SAFE_INTEGER)) {
    yield after;
    return;
  }
}

/** When something of each pump was refused, from `from` on. */
async function refusals(reader: UnseenSources['reader'], from: number): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (let after: number | null = 0; after !== null; await otherWork()) {
    const page: ReturnType<JournalReader['quarantinePage']> = reader.quarantinePage(after, QUARANTINE_PAGE);
    for (const { pump, at } of page.quarantine) {
      if (pump === null || at < from) continue;
      const times = found.get(pump) ?? [];
      times.push(at);
      found.set(pump, times);
    }
    after = page.next;
  }
  return found;
}
