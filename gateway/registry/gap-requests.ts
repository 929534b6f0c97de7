import type { SequenceGap } from '#model/fleet.ts';

/** What to ask a hub for: the readings of a gap, both ends included. */
export interface GapRequest extends SequenceGap {
  readonly hub: string;
  readonly pump: string;
}

interface Asked {
  readonly request: GapRequest;
  /** Monotonic or wall ms, as the caller counts; only differences matter. */
  due: number;
  tries: number;
}

/** A gap younger than this is often a backlog still on its way. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 300_000;
/** A hub that did not answer so often does not have the readings any more. */
const MOST_TRIES = 3;

/**
 * Which missing readings to ask a hub for, and when. Pure: told of gaps as they change, asked what is due. Gaps of an
 * earlier boot are not asked for: the hub that started anew no longer has them.
 */
export class GapRequests {
  readonly #asked = new Map<string, Map<string, Asked>>();

  /** The gaps of a pump as they are now. */
  observe(hub: string, pump: string, boot: string, gaps: readonly SequenceGap[], nowMs: number): void {
    const current = gaps.filter((gap) => gap.boot === boot);
    if (current.length === 0) {
      this.#asked.delete(pump);
      return;
    }
    const before = this.#asked.get(pump);
    const after = new Map<string, Asked>();
    for (const gap of current) {
      const key = `${gap.from}-${gap.to}`;
      const request = { hub, pump, ...gap };
      after.set(key, before?.get(key) ?? { request, due: nowMs + PATIENCE_MS, tries: 0 });
    }
    this.#asked.set(pump, after);
  }

  /** Requests to send now. Each counts as sent. */
  due(nowMs: number): GapRequest[] {
    const found: GapRequest[] = [];
    for (const gaps of this.#asked.values()) {
      for (const asked of gaps.values()) {
        if (asked.due > nowMs || asked.tries >= MOST_TRIES) continue;
        asked.tries += 1;
        asked.due = nowMs + AGAIN_MS;
        found.push(asked.request);
      }
    }
    return found;
  }
}
