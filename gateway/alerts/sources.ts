import { noPumpContext, type PumpContext } from '#model/pump-context.ts';
import {
  type ContextRecord,
  type HubMemory,
  type HubRecord,
  newHubRecord,
  newPumpRecord,
  type PumpMemory,
  type PumpRecord,
} from './engine-state.ts';
import { OcclusionDetector } from './occlusion/occlusion-detector.ts';
import { defaultOcclusionPolicy } from './occlusion/occlusion-policy.ts';

/** The hubs and pumps the rules know, and which of them changed since they were stored. */
export class Sources {
  readonly #hubs = new Map<string, HubMemory>();
  readonly #pumps = new Map<string, PumpMemory>();
  readonly #changed = new Set<HubMemory>();
  readonly #contexts = new Map<string, ContextRecord>();
  readonly #isCriticalDrug: (drug: string | null) => boolean;
  readonly #changedContexts = new Set<string>();

  constructor(isCriticalDrug: (drug: string | null) => boolean) {
    this.#isCriticalDrug = isCriticalDrug;
  }

  hub(id: string): HubMemory | undefined {
    return this.#hubs.get(id);
  }

  pump(id: string): PumpMemory | undefined {
    return this.#pumps.get(id);
  }

  hubs(): Iterable<HubMemory> {
    return this.#hubs.values();
  }

  /** The hub of that id, new if need be. */
  hubFor(id: string, now: number): HubMemory {
    return this.#hubs.get(id) ?? this.addHub(newHubRecord(id, now));
  }

  /** The pump of that id, new on `hub` if need be. */
  pumpFor(id: string, hub: HubMemory, now: number): PumpMemory {
    return this.#pumps.get(id) ?? this.addPump(newPumpRecord(id, hub.doc.id, now), hub);
  }

  setDrug(pump: PumpMemory, drug: string): void {
    pump.doc.drug = drug;
    pump.critical = this.#isCritical(drug, pump.context);
  }

  #isCritical(drug: string | null, { order }: PumpContext): boolean {
    const is = this.#isCriticalDrug;
    return is(drug) || (order !== null && (is(order.drug) || is(order.jcode)));
  }

  contexts(): Iterable<ContextRecord> {
    return this.#contexts.values();
  }

  contextRecord(pump: string): ContextRecord | undefined {
    return this.#contexts.get(pump);
  }

  addHub(doc: HubRecord): HubMemory {
    doc.deafMs ??= 0;
    const hub = { doc, pumps: new Set<PumpMemory>(), changed: new Set<PumpMemory>(), lookAt: Number.POSITIVE_INFINITY };
    this.#hubs.set(doc.id, hub);
    return hub;
  }

  addPump(doc: PumpRecord, hub: HubMemory): PumpMemory {
    doc.deafMs ??= 0;
    const context = this.context(doc.id);
    // A record of an older version has no such field.
    const occlusion = doc.occlusion ? new OcclusionDetector(defaultOcclusionPolicy, doc.occlusion) : null;
    const pump = { doc, hub, context, occlusion, critical: false, lookAt: Number.POSITIVE_INFINITY };
    pump.critical = this.#isCritical(doc.drug, context);
    this.#pumps.set(doc.id, pump);
    hub.pumps.add(pump);
    return pump;
  }

  context(pump: string): PumpContext {
    return this.#contexts.get(pump)?.context ?? noPumpContext;
  }

  /** Takes a stored context in. Contexts come before pumps. */
  addContext(record: ContextRecord): void {
    this.#contexts.set(record.pump, record);
  }

  setContext(id: string, context: PumpContext, toldAt: number): void {
    this.#contexts.set(id, { pump: id, context, toldAt });
    this.#changedContexts.add(id);
    const pump = this.#pumps.get(id);
    if (!pump) return;
    pump.context = context;
    pump.critical = this.#isCritical(pump.doc.drug, context);
  }

  /** The pump hangs on another hub now. */
  move(pump: PumpMemory, hub: HubMemory): void {
    pump.hub.pumps.delete(pump);
    pump.hub.changed.delete(pump);
    pump.hub = hub;
    pump.doc.hub = hub.doc.id;
    hub.pumps.add(pump);
    this.touch(pump);
  }

  touch(pump: PumpMemory): void {
    pump.hub.changed.add(pump);
    this.#changed.add(pump.hub);
  }

  /** The gateway could not hear anybody for so long. Answers whether there was anybody. */
  deaf(forMs: number): boolean {
    for (const hub of this.#hubs.values()) {
      hub.doc.deafMs += forMs;
      this.touchHub(hub);
    }
    for (const pump of this.#pumps.values()) {
      pump.doc.deafMs += forMs;
      this.touch(pump);
    }
    return this.#hubs.size > 0;
  }

  touchHub(hub: HubMemory): void {
    this.#changed.add(hub);
  }

  /** Records changed since they were marked stored: all, or those of the hubs named. */
  changed(hubIds?: ReadonlySet<string>): { hubs: HubRecord[]; pumps: PumpRecord[]; contexts: ContextRecord[] } {
    const contexts = [...this.#changedContexts].flatMap((pump) => this.#contexts.get(pump) ?? []);
    const hubs = [...this.#changed].filter((hub) => !hubIds || hubIds.has(hub.doc.id));
    const pumps = hubs.flatMap((hub) => [...hub.changed].map(recordOf));
    return { hubs: hubs.map(({ doc }) => doc), pumps, contexts };
  }

  markStored(hubIds?: ReadonlySet<string>): void {
    this.#changedContexts.clear();
    for (const hub of [...this.#changed]) {
      if (hubIds && !hubIds.has(hub.doc.id)) continue;
      hub.changed.clear();
      this.#changed.delete(hub);
    }
  }
}

/** The pump's record as it is to be stored, with what its detector knows by then. */
const recordOf = ({ doc, occlusion }: PumpMemory): PumpRecord =>
  occlusion === null ? doc : { ...doc, occlusion: occlusion.state };
