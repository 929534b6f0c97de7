import { setImmediate as otherWork } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { ApiParts } from '#api/build-api.ts';
import type { AuditPort } from '#api/ports-audit.ts';
import type { KeptAnswersPort } from '#api/ports-idempotency.ts';
import type { NotifyPort } from '#api/ports-notify.ts';
import type { WebhooksPort } from '#api/ports-webhooks.ts';
import type { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import type { JournalReader } from '#journal/journal.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { seconds } from '#kernel/time.ts';
import type { QuarantineEntry, ReadingEntry } from '#model/journal-entry.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import type { Access } from '#registry/access.ts';
import type { HubCredentials } from '#registry/hub-credentials.ts';
import type { Ward } from './canary.ts';
import type { RegistryRoom } from './registry-room.ts';
import type { SystemHealth } from './system-health.ts';
import { unseenOf } from './unseen.ts';

export interface ApiSources {
  readonly reader: JournalReader;
  readonly watch: Ward;
  readonly trends: { trend(query: TrendQuery, signal: AbortSignal): Promise<Trend> };
  readonly health: SystemHealth;
  readonly access: Access;
  readonly benefit: BenefitDesk;
  readonly registry: RegistryRoom;
  readonly notify: NotifyPort;
  readonly hubCredentials: HubCredentials;
  readonly webhooks: WebhooksPort;
  readonly audit: AuditPort;
  readonly keptAnswers: KeptAnswersPort;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A person waits for a trend no longer than this. */
const TREND_LIMIT = seconds(15);

/** What the API stands on, from the rooms that have it. */
export function apiParts({
  reader,
  watch,
  trends,
  health,
  access,
  benefit,
  registry,
  notify,
  hubCredentials,
  webhooks,
  audit,
  keptAnswers,
  metrics,
  clock,
  log,
}: ApiSources): ApiParts {
  return {
    readings: {
      readings: ({ pump, after, limit }) => readingsOf(reader, pump ?? null, after, limit),
      quarantine: (after, limit): QuarantineEntry[] => reader.quarantinePage(after, limit).quarantine,
    },
    alerts: {
      list: (filter) => watch.alerts(filter),
      get: (id) => watch.alert(id),
      act: (id, action, person) => watch.act(id, action, person),
      openCount: (pump) => watch.openCount(pump),
      lastPosition: () => watch.lastPosition,
      eventsAfter: (position, limit) => watch.eventsAfter(position, limit),
      subscribe: (listener) => watch.onAlert(listener),
    },
    fleet: {
      hubs: () => watch.hubs(),
      pumps: () => watch.pumps(),
      hub: (id) => watch.hub(id),
      pump: (id) => watch.pump(id),
      subscribe: (listener) => watch.onFleet(listener),
    },
    trends: { trend: (query) => trendInTime(trends, query) },
    gaps: unseenOf({ reader, pumps: () => watch.pumps(), clock }),
    services: { services: (patient) => watch.services(patient) },
    benefit,
    system: { status: () => health.status() },
    access,
    registry: registry.port,
    policies: registry.policies,
    hubCredentials,
    webhooks,
    audit,
    keptAnswers,
    scope: registry.scope,
    notify,
    metrics,
    clock,
    log,
  };
}

async function trendInTime(trends: ApiSources['trends'], query: TrendQuery): Promise<Trend> {
  const limit = AbortSignal.timeout(TREND_LIMIT);
  try {
    return await trends.trend(query, limit);
  } catch (error) {
    if (limit.aborted) throw new GatewayError('peer-unavailable', 'The trend took too long.', { cause: error });
    throw error;
  }
}

/** Pages of the journal until `limit` readings are found or it ends; other work goes on in between. */
async function readingsOf(
  reader: JournalReader,
  pump: string | null,
  after: number,
  limit: number,
): Promise<ReadingEntry[]> {
  const found: ReadingEntry[] = [];
  let next: number | null = after;
  while (next !== null && found.length < limit) {
    const page: ReturnType<JournalReader['page']> = reader.page(pump, next, limit - found.length);
    found.push(...page.readings);
    next = page.next;
    if (next !== null && found.length < limit) await otherWork();
  }
  return found;
}
