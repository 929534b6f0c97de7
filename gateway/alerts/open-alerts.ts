import type { AlertRecord } from './engine-state.ts';

/** Alert records by id and by what they are about. */
export class OpenAlerts {
  readonly #open = new Map<string, AlertRecord>();
  /** Closed since the events were last stored: still needed to store them. */
  readonly #closed = new Map<string, AlertRecord>();
  /** Open ids of a source, oldest first. */
  readonly #bySource = new Map<string, Set<string>>();

  get(id: string): AlertRecord | undefined {
    return this.#open.get(id) ?? this.#closed.get(id);
  }

  all(): AlertRecord[] {
    return [...this.#open.values()];
  }

  /** Open ones of a pump, of a hub itself (`pump` null), or of the gateway (both null), oldest first. */
  of(pump: string | null, hub: string | null): AlertRecord[] {
    const ids = this.#bySource.get(sourceOf(pump, hub));
    return ids ? [...ids].flatMap((id) => this.#open.get(id) ?? []) : [];
  }

  countOf(pump: string | null, hub: string | null): number {
    return this.#bySource.get(sourceOf(pump, hub))?.size ?? 0;
  }

  /** Keeps the present form of a record. */
  keep(record: AlertRecord): void {
    const { id, pump, hub, state } = record.alert;
    const source = sourceOf(pump, hub);
    const ids = this.#bySource.get(source);
    if (state === 'open') {
      this.#open.set(id, record);
      if (ids) ids.add(id);
      else this.#bySource.set(source, new Set([id]));
      return;
    }
    this.#closed.set(id, record);
    this.#open.delete(id);
    ids?.delete(id);
    if (ids?.size === 0) this.#bySource.delete(source);
  }

  forgetClosed(ids: Iterable<string>): void {
    for (const id of ids) this.#closed.delete(id);
  }
}

/** Pumps may move between hubs, so a pump's alerts are found by the pump alone. */
function sourceOf(pump: string | null, hub: string | null): string {
  if (pump !== null) return `pump\n${pump}`;
  return hub === null ? 'gateway' : `hub\n${hub}`;
}
