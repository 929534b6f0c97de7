import type { AlertRecord } from './engine-state.ts';

/** Alert records by id and by what they are about. */
export class OpenAlerts {
  readonly #open = new Map<string, AlertRecord>();
  /** Closed since the events were last stored: still needed to store them. */
  readonly #closed = new Map<string, AlertRecord>();
  /** Open ids of a source, oldest first. Asked for every reading, so each kind of source has a map of its own. */
  readonly #ofPump = new Map<string, Set<string>>();
  readonly #ofHub = new Map<string, Set<string>>();

  get(id: string): AlertRecord | undefined {
    return this.#open.get(id) ?? this.#closed.get(id);
  }

  all(): AlertRecord[] {
    return [...this.#open.values()];
  }

  /** Open ones of a pump, of a hub itself (`pump` null), or of the gateway (both null), oldest first. */
  of(pump: string | null, hub: string | null): AlertRecord[] {
    const ids = this.#idsOf(pump, hub);
    return ids ? [...ids].flatMap((id) => this.#open.get(id) ?? []) : [];
  }

  countOf(pump: string | null, hub: string | null): number {
    return this.#idsOf(pump, hub)?.size ?? 0;
  }

  /** Keeps the present form of a record. */
  keep(record: AlertRecord): void {
    const { id, pump, hub, state } = record.alert;
    const ids = this.#idsOf(pump, hub);
    if (state === 'open') {
      this.#open.set(id, record);
      if (ids) ids.add(id);
      else if (pump === null) this.#ofHub.set(hub ?? gateway, new Set([id]));
      else this.#ofPump.set(pump, new Set([id]));
      return;
    }
    this.#closed.set(id, record);
    this.#open.delete(id);
    ids?.delete(id);
    if (ids?.size !== 0) return;
    if (pump === null) this.#ofHub.delete(hub ?? gateway);
    else this.#ofPump.delete(pump);
  }

  forgetClosed(ids: Iterable<string>): void {
    for (const id of ids) this.#closed.delete(id);
  }

  /** Pumps may move between hubs, so a pump's alerts are found by the pump alone. */
  #idsOf(pump: string | null, hub: string | null): Set<string> | undefined {
    return pump === null ? this.#ofHub.get(hub ?? gateway) : this.#ofPump.get(pump);
  }
}

/** Where the alerts of the gateway itself stand among those of hubs. No hub has this id. */
const gateway = '';
