import { Registry } from 'prom-client';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { PolicyHistory } from '#alerts/policy-history.ts';
import { type Api, type ApiOptions, type ApiParts, buildApi } from '#api/build-api.ts';
import type {
  AlertFilter,
  AlertRow,
  AlertsPort,
  FleetChange,
  FleetPort,
  ReadingsPort,
  SystemStatus,
} from '#api/ports.ts';
import { AuditLog } from '#audit/audit-log.ts';
import { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import type { Cipher } from '#benefit/facts/fact-book.ts';
import { defaultBenefitSettings } from '#benefit/settings.ts';
import { careRecordsOf } from '#gateway/benefit-registry.ts';
import { portsOf } from '#gateway/registry-room.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { ulidMaker } from '#kernel/ids.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { wallMs } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { ActionResult, Alert, AlertAction, AlertEvent } from '#model/alert.ts';
import type { UnseenMinutes } from '#model/gaps.ts';
import type { QuarantineEntry, ReadingEntry } from '#model/journal-entry.ts';
import type { Person, Role } from '#model/role.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import { WebhookSubscriptions } from '#notify/webhooks/subscriptions.ts';
import { Access } from '#registry/access.ts';

import { HubCredentials } from '#registry/hub-credentials.ts';
import { KeptAnswers } from '#registry/kept-answers.ts';
import type { Registry as RegistryRecords } from '#registry/registry.ts';
import { filledRegistry } from '#support/registry-samples.ts';
import { testAuthority } from '#support/test-authority.ts';
import {
  START_MS,
  sampleAlert,
  sampleEvent,
  sampleEvidence,
  sampleHub,
  samplePump,
  sampleService,
} from './api-samples.ts';
import { notifyTwin } from './notify-twin.ts';

/** In-memory twins of what the API stands on, and an API built on them. */

/** An alert log in memory. `append` commits a row and tells the subscribers, as the alert room does. */
export class AlertsTwin implements AlertsPort {
  readonly alerts = new Map<string, Alert>([[sampleAlert.id, sampleAlert]]);
  readonly log: AlertRow[] = [];
  readonly acts: { id: string; action: AlertAction; person: Person }[] = [];
  readonly filters: AlertFilter[] = [];
  readonly listeners = new Set<(row: AlertRow) => void>();
  answer: ActionResult | undefined;
  /** Called before each read of the log, so that a test can let rows come in meanwhile. */
  onRead: () => void = () => {};

  append(event: AlertEvent = sampleEvent): number {
    const row = { position: this.log.length + 1, event };
    this.log.push(row);
    for (const listener of [...this.listeners]) listener(row);
    return row.position;
  }

  list(filter: AlertFilter): readonly Alert[] {
    this.filters.push(filter);
    return [...this.alerts.values()].filter((alert) => !filter.state || alert.state === filter.state);
  }

  get(id: string) {
    const alert = this.alerts.get(id);
    if (!alert) return undefined;
    const timeline = this.log.map((row) => row.event).filter((event) => event.alert === id);
    return { alert, timeline, ...sampleEvidence };
  }

  act(id: string, action: AlertAction, person: Person): ActionResult {
    this.acts.push({ id, action, person });
    const alert = this.alerts.get(id);
    return this.answer ?? (alert ? { result: 'done', alert } : { result: 'not-found' });
  }

  openCount(pump: string): number {
    return this.list({ state: 'open' }).filter((alert) => alert.pump === pump).length;
  }

  lastPosition(): number {
    return this.log.length;
  }

  async eventsAfter(position: number, limit: number): Promise<readonly AlertRow[]> {
    const rows = this.log.slice(position, position + limit);
    this.onRead();
    return rows;
  }

  subscribe(listener: (row: AlertRow) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

export class FleetTwin implements FleetPort {
  readonly hubViews = new Map([[sampleHub.id, sampleHub]]);
  readonly pumpViews = new Map([[samplePump.id, samplePump]]);
  readonly listeners = new Set<(change: FleetChange) => void>();

  hubs = () => [...this.hubViews.values()];
  pumps = () => [...this.pumpViews.values()];
  hub = (id: string) => this.hubViews.get(id);
  pump = async (id: string) => this.pumpViews.get(id);

  subscribe(listener: (change: FleetChange) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  changed(change: FleetChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }
}

export class JournalTwin implements ReadingsPort {
  entries: ReadingEntry[] = [];
  refused: QuarantineEntry[] = [];

  add(pump: string, wire: string): void {
    const offset = (this.entries.at(-1)?.offset ?? 0) + 2;
    this.entries.push({
      kind: 'reading',
      offset,
      hub: 'hub-1',
      pump,
      boot: 'boot-1',
      receivedAt: wallMs(START_MS + offset),
      reading: { seq: offset, atMs: START_MS, state: 'infusing' },
      wire,
    });
  }

  readings({ pump, after, limit }: { pump?: string; after: number; limit: number }) {
    return this.entries
      .filter((entry) => entry.offset > after && (pump === undefined || entry.pump === pump))
      .slice(0, limit);
  }

  quarantine(after: number, limit: number) {
    return this.refused.filter((entry) => entry.offset > after).slice(0, limit);
  }
}

const emptyColumns = {
  rateMlH: null,
  programmedRateMlH: null,
  pressureMmHg: null,
  pressureLimitMmHg: null,
  reservoirMl: null,
};

export class TrendTwin {
  readonly queries: TrendQuery[] = [];

  trend(query: TrendQuery): Trend {
    this.queries.push(query);
    const point = { at: query.from, min: { ...emptyColumns, rateMlH: 1.5 }, max: emptyColumns, mean: emptyColumns };
    return {
      pump: query.pump,
      from: query.from,
      to: query.to,
      bucketMs: (query.to - query.from) / query.points,
      points: [{ ...point, count: 1 }],
    };
  }
}

export class SystemTwin {
  current: SystemStatus = {
    ready: true,
    problems: [],
    storage: { freeBytes: 1_000_000, lastOffset: 17, healthy: true, note: null },
    series: { lagPoints: 0, lagSeconds: 0 },
    serial: [],
    version: '0.1.0',
  };

  status = (): SystemStatus => this.current;
}

/** What every call for gaps is answered with. */
export const sampleGap: UnseenMinutes = {
  pump: 'pump-1',
  hub: 'hub-1',
  infusion: 'inf-1',
  from: START_MS - 120_000,
  to: START_MS - 60_000,
  minutes: 1,
  cause: 'lost',
  missingReadings: 6,
};

/** Keeps nothing secret. */
export const plainCipher: Cipher = { seal: (text) => text, open: (text) => text };

const noRates = { person: { burst: 1e6, perSecond: 1 }, address: { burst: 1e6, perSecond: 1 } };

export interface ApiTwins {
  readonly api: Api;
  readonly clock: VirtualClock;
  readonly access: Access;
  readonly registry: RegistryRecords;
  readonly alerts: AlertsTwin;
  readonly fleet: FleetTwin;
  readonly journal: JournalTwin;
  readonly trends: TrendTwin;
  readonly system: SystemTwin;
  readonly metrics: Registry;
  readonly services: ServiceRecord[];
  readonly audit: AuditLog;
  /** The header of a new token of this role. */
  bearer(role: Role, agency?: string): { authorization: string };
}

export async function buildTwinApi(
  options: Partial<ApiOptions> = {},
  parts: Partial<ApiParts> = {},
): Promise<ApiTwins> {
  const clock = new VirtualClock(START_MS);
  const access = new Access(new MemoryStateStore(), clock);
  const alerts = new AlertsTwin();
  const fleet = new FleetTwin();
  const journal = new JournalTwin();
  const trends = new TrendTwin();
  const system = new SystemTwin();
  const metrics = new Registry();
  const services = [sampleService, { ...sampleService, id: 'service-2', patient: null }];
  const ofPatient = (patient?: string) => services.filter((one) => patient === undefined || one.patient === patient);
  const { registry, identities } = filledRegistry();
  const benefit = new BenefitDesk({
    store: new MemoryStateStore(),
    signer: ed25519Signer(newSigningKey()),
    cipher: plainCipher,
    clock,
    newId: ulidMaker(clock),
    alertServices: async (patient) => ofPatient(patient),
    care: careRecordsOf(registry),
    readings: new MemoryJournal(),
    settings: defaultBenefitSettings,
    unreachable: () => null,
  });
  const ports = portsOf(registry, identities);
  const policies = new PolicyHistory(new MemoryStateStore(), clock);
  policies.note(defaultAlertPolicy, 'built-in', 'root');
  const audit = new AuditLog({
    store: new MemoryStateStore(),
    signer: ed25519Signer(newSigningKey()),
    witness: { keep: () => {}, kept: () => [] },
    clock,
    log: silentLogger,
  });
  const subscriptions = new WebhookSubscriptions(new MemoryStateStore(), clock, plainCipher);
  const api = await buildApi(
    {
      alerts,
      fleet,
      trends,
      system,
      access,
      registry: ports.port,
      policies,
      hubCredentials: new HubCredentials(new MemoryStateStore(), clock, await testAuthority(clock.wall())),
      webhooks: {
        list: () => subscriptions.list(),
        get: (id) => subscriptions.get(id),
        put: (id, input, by) => subscriptions.put(id, input, { ...by, position: 0 }),
        end: (id, version) => subscriptions.end(id, version),
      },
      scope: ports.scope,
      audit,
      keptAnswers: new KeptAnswers(new MemoryStateStore(), clock, plainCipher),
      metrics,
      clock,
      readings: journal,
      gaps: { gaps: () => [sampleGap] },
      services: { services: ofPatient },
      benefit,
      notify: notifyTwin(clock, alerts),
      log: silentLogger,
      ...parts,
    },
    // Virtual time gives nothing back, and a test may call as often as it likes.
    { version: '0.1.0', rates: noRates, ...options },
  );
  const bearer = (role: Role, agency: string | null = null) => ({
    authorization: `Bearer ${access.addToken(`a ${role}`, role, agency)}`,
  });
  return { api, clock, access, registry, alerts, fleet, journal, trends, system, metrics, services, audit, bearer };
}
