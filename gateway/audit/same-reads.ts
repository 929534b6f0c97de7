import type { AuditEvent } from '#model/audit.ts';

/** A console that refreshes a list, or a program that asks each second, is one entry in this time. */
const ONE_ENTRY_MS = 60_000;
/** Known at the same time; past this all are forgotten, which only makes entries more. */
const MOST_KNOWN = 20_000;

/** Remembers what was looked at, or refused, a moment ago. What changed something is never the same as before. */
export class SameReads {
  readonly #since = new Map<string, number>();

  /** Whether the same was noted in the last minute; if not, it is from now on. `at`: Unix ms. */
  has(event: AuditEvent, at: number): boolean {
    if (event.kind !== 'read' && event.kind !== 'refused') return false;
    const { kind, who, act, object, outcome, address } = event;
    const key = JSON.stringify([kind, who, act, object, outcome, address]);
    const since = this.#since.get(key);
    // A clock that was set back begins a new minute.
    if (since !== undefined && at >= since && at < since + ONE_ENTRY_MS) return true;
    if (this.#since.size >= MOST_KNOWN) this.#forget(at);
    this.#since.set(key, at);
    return false;
  }

  #forget(at: number): void {
    for (const [key, since] of this.#since) if (at < since || at >= since + ONE_ENTRY_MS) this.#since.delete(key);
    if (this.#since.size >= MOST_KNOWN) this.#since.clear();
  }
}
