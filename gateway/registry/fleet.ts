import type { Json, StateReader } from '#kernel/state-store.ts';
import { measuredSkewMs, observeReading, observeStatus } from '#model/clock-skew.ts';
import type { HubView, PumpView } from '#model/fleet.ts';
import type { AttachedPump } from '#model/hub-status.ts';
import type { JournalEntry, ReadingEntry, StatusEntry } from '#model/journal-entry.ts';
import { isNewer, orderingInstant } from '#model/reading-order.ts';
import { gapsOf, noteSequence } from './fleet-gaps.ts';
import { type FleetHub, type FleetPump, newFleetHub, newFleetPump } from './fleet-records.ts';

/** Ids of what the people watching have not seen yet. */
export interface FleetChanges {
  readonly hubs: readonly string[];
  readonly pumps: readonly string[];
}

interface HubMemory {
  readonly doc: FleetHub;
  readonly pumps: Set<string>;
  /** What the hub said of its pumps, by id. */
  attached: ReadonlyMap<string, AttachedPump>;
  /** What was last told to the people watching. */
  toldOffline: boolean;
}

interface PumpMemory {
  readonly doc: FleetPump;
  toldUnknown: boolean;
}

const hubCollection = 'fleet-hubs';
const pumpCollection = 'fleet-pumps';

/**
 * Hubs and pumps as last known, folded from journal entries in order of their offsets. A hub is offline when it said so,
 * when its last will was published, or when nothing was heard for `silentAfterMs`; the next sign of life brings it back.
 */
export class Fleet {
  readonly #silentAfterMs: number;
  readonly #hubs = new Map<string, HubMemory>();
  readonly #pumps = new Map<string, PumpMemory>();
  readonly #dirtyHubs = new Set<FleetHub>();
  readonly #dirtyPumps = new Set<FleetPump>();
  readonly #changedHubs = new Set<string>();
  readonly #changedPumps = new Set<string>();

  constructor(options: { readonly silentAfterMs: number }) {
    this.#silentAfterMs = options.silentAfterMs;
  }

  restore(reader: StateReader): void {
    for (const { value } of reader.list<FleetHub>(hubCollection)) this.#addHub(value);
    for (const { value } of reader.list<FleetPump>(pumpCollection)) {
      this.#pumps.set(value.id, { doc: value, toldUnknown: false });
      this.#hubs.get(value.hub)?.pumps.add(value.id);
    }
  }

  apply(entry: JournalEntry): void {
    const hub = this.#hubs.get(entry.hub) ?? this.#addHub(newFleetHub(entry.hub, entry.receivedAt));
    const { doc } = hub;
    if (entry.offset <= doc.offset) return;
    doc.offset = entry.offset;
    this.#dirtyHubs.add(doc);
    this.#changedHubs.add(doc.id);
    if (entry.kind === 'status') this.#applyStatus(hub, entry);
    else this.#applyReading(hub, entry);
  }

  /** What changed since it was last marked stored. */
  dirtyDocs(): { readonly collection: string; readonly key: string; readonly value: Json }[] {
    return [
      ...[...this.#dirtyHubs].map((value) => ({ collection: hubCollection, key: value.id, value })),
      ...[...this.#dirtyPumps].map((value) => ({ collection: pumpCollection, key: value.id, value })),
    ];
  }

  markStored(): void {
    this.#dirtyHubs.clear();
    this.#dirtyPumps.clear();
  }

  hubs(now: number): HubView[] {
    return [...this.#hubs.values()].map((hub) => this.#hubView(hub, now));
  }

  pumps(now: number): PumpView[] {
    return [...this.#pumps.values()].map(({ doc }) => this.#pumpView(doc, now));
  }

  hub(id: string, now: number): HubView | undefined {
    const hub = this.#hubs.get(id);
    return hub && this.#hubView(hub, now);
  }

  pump(id: string, now: number): PumpView | undefined {
    const pump = this.#pumps.get(id);
    return pump && this.#pumpView(pump.doc, now);
  }

  /** What changed since it was last asked, silence included; null when nothing did. */
  takeChanges(now: number): FleetChanges | null {
    for (const [id, hub] of this.#hubs) {
      const offline = this.#isOffline(hub.doc, now);
      if (offline !== hub.toldOffline) this.#changedHubs.add(id);
      hub.toldOffline = offline;
    }
    for (const [id, pump] of this.#pumps) {
      const unknown = this.#isUnknown(pump.doc, now);
      if (unknown !== pump.toldUnknown) this.#changedPumps.add(id);
      pump.toldUnknown = unknown;
    }
    if (this.#changedHubs.size === 0 && this.#changedPumps.size === 0) return null;
    const changes = { hubs: [...this.#changedHubs], pumps: [...this.#changedPumps] };
    this.#changedHubs.clear();
    this.#changedPumps.clear();
    return changes;
  }

  #applyStatus(hub: HubMemory, { status, cause, receivedAt }: StatusEntry): void {
    const { doc } = hub;
    doc.offline = cause === 'link-lost' || status.state === 'offline';
    if (cause === 'link-lost') return;
    // An outside broker passes wills on as if they were said just now, so only `online` tells the time.
    if (cause === 'said' && status.state === 'online') observeStatus(doc.skew, status.boot, status.atMs, receivedAt);
    if (cause === 'said') doc.lastSeen = Math.max(doc.lastSeen, receivedAt);
    doc.boot = status.boot;
    doc.firmware = status.firmware ?? doc.firmware;
    if (status.pumps) {
      doc.attached = [...status.pumps];
      hub.attached = byId(doc.attached);
    }
    for (const id of hub.pumps) this.#changedPumps.add(id);
  }

  #applyReading(hub: HubMemory, { pump: id, boot, reading, receivedAt }: ReadingEntry): void {
    const { doc } = hub;
    observeReading(doc.skew, reading.atMs, receivedAt);
    doc.offline = false;
    doc.lastSeen = Math.max(doc.lastSeen, receivedAt);
    const key = { boot, seq: reading.seq, at: orderingInstant(reading.atMs, doc.skew, receivedAt) };
    const pump = this.#pumps.get(id)?.doc ?? this.#addPump(newFleetPump(id, doc.id, receivedAt, reading, key));
    noteSequence(pump.sequence, boot, reading.seq);
    pump.lastSeen = Math.max(pump.lastSeen, receivedAt);
    if (isNewer(key, pump.latestAt, doc.boot)) {
      pump.latest = reading;
      pump.latestAt = key;
      if (pump.hub !== doc.id) {
        this.#hubs.get(pump.hub)?.pumps.delete(id);
        pump.hub = doc.id;
      }
    }
    this.#hubs.get(pump.hub)?.pumps.add(id);
    this.#dirtyPumps.add(pump);
    this.#changedPumps.add(id);
  }

  #addHub(doc: FleetHub): HubMemory {
    const hub = { doc, pumps: new Set<string>(), attached: byId(doc.attached), toldOffline: false };
    this.#hubs.set(doc.id, hub);
    return hub;
  }

  #addPump(doc: FleetPump): FleetPump {
    this.#pumps.set(doc.id, { doc, toldUnknown: false });
    return doc;
  }

  #isUnknown(pump: FleetPump, now: number): boolean {
    const hub = this.#hubs.get(pump.hub)?.doc;
    return now - pump.lastSeen > this.#silentAfterMs || hub === undefined || this.#isOffline(hub, now);
  }

  #isOffline(doc: FleetHub, now: number): boolean {
    return doc.offline || now - doc.lastSeen > this.#silentAfterMs;
  }

  #hubView({ doc, pumps }: HubMemory, now: number): HubView {
    return {
      id: doc.id,
      state: this.#isOffline(doc, now) ? 'offline' : 'online',
      boot: doc.boot ?? this.#bootOfReadings(pumps),
      firmware: doc.firmware,
      lastSeen: doc.lastSeen,
      clockSkewMs: measuredSkewMs(doc.skew),
      pumps: [...new Set([...doc.attached.map((pump) => pump.id), ...pumps])].sort(),
    };
  }

  /** A hub that never sent a status shows its boot in its readings. */
  #bootOfReadings(pumps: ReadonlySet<string>): string | null {
    const newest = [...pumps]
      .flatMap((id) => this.#pumps.get(id)?.doc ?? [])
      .sort((a, b) => b.lastSeen - a.lastSeen)[0];
    return newest?.latestAt.boot ?? null;
  }

  #pumpView(pump: FleetPump, now: number): PumpView {
    const hub = this.#hubs.get(pump.hub);
    const listed = hub?.attached.get(pump.id);
    return {
      id: pump.id,
      hub: pump.hub,
      model: listed?.model ?? null,
      serial: listed?.serial ?? null,
      lastSeen: pump.lastSeen,
      stateUnknown: this.#isUnknown(pump, now),
      clockSkewMs: hub ? measuredSkewMs(hub.doc.skew) : null,
      latest: pump.latest,
      boot: pump.latestAt.boot,
      gaps: gapsOf(pump.sequence),
    };
  }
}

const byId = (pumps: readonly AttachedPump[]): ReadonlyMap<string, AttachedPump> =>
  new Map(pumps.map((pump) => [pump.id, pump]));
