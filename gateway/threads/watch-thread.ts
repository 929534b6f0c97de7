import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AlertDesk } from '#alerts/alert-desk.ts';
import type { AlertFilter } from '#alerts/alert-list.ts';
import { AlertRunner, type AuditReport } from '#alerts/alert-runner.ts';
import type { AlertEventRow } from '#alerts/alert-store.ts';
import type { AlertPolicy } from '#alerts/policy.ts';
import { recordsOfEvents, servicesOf } from '#benefit/service-records.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { ulidOf } from '#kernel/ids.ts';
import { createLogger, type LogLevel } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { serveCalls, ThreadCaller, tell } from '#kernel/thread-calls.ts';
import { seconds } from '#kernel/time.ts';
import type { ActionResult, Alert, AlertAction, AlertEvent } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { HubView, PumpView } from '#model/fleet.ts';
import type { PumpContext, TechnicalCondition } from '#model/pump-context.ts';
import type { Person } from '#model/role.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import { Fleet } from '#registry/fleet.ts';
import { type GapRequest, GapRequests } from '#registry/gap-requests.ts';
import type { JournalSharedApi } from './journal-thread.ts';
import { ALERTS_CONSUMER } from './watch-names.ts';

/** The thread that watches the pumps: alerts, the state of the fleet, and the service records that follow from alerts. */
export interface WatchThreadData {
  readonly journalPath: string;
  readonly statePath: string;
  readonly policy: AlertPolicy;
  readonly logLevel: LogLevel;
  /** Line to the journal's thread. */
  readonly journal: MessagePort;
}

export type { AlertFilter, AuditReport };

export interface AlertRow {
  readonly position: number;
  readonly event: AlertEvent;
}

/** Ids of pumps and hubs that changed. */
export interface FleetIds {
  readonly pumps: readonly string[];
  readonly hubs: readonly string[];
}

export interface WatchProblem {
  readonly code: string;
  readonly detail: string;
}

export type WatchEvents = {
  readonly alerts: readonly AlertRow[];
  readonly fleet: FleetIds;
  readonly problem: WatchProblem | null;
  /** The alerts were looked at and kept every rule; the watchdog waits for it. */
  readonly audited: AuditReport;
  /** Readings to ask the hubs for. */
  readonly missing: readonly GapRequest[];
};

const data: WatchThreadData = workerData;
const clock = new SystemClock();
const log = createLogger(data.logLevel);
const journal = new SqliteJournalReader(data.journalPath);
const store = new SqliteStateStore(data.statePath);
const toJournal = new ThreadCaller<JournalSharedApi, Record<string, never>>(data.journal);
const fleet = new Fleet({ silentAfterMs: seconds(data.policy.silence.badgeSeconds) });

const gapRequests = new GapRequests();
const runner = new AlertRunner<FleetIds>({
  journal,
  store,
  clock,
  random: systemRandom,
  newId: ulidOf,
  policy: data.policy,
  log,
  projection: fleet,
  records: recordsOfEvents,
  onAudit: (report) => tell(parentPort, 'audited', report),
  onEvents: (rows) => tell(parentPort, 'alerts', rows.map(alertRow)),
  onFleet: (changed) => {
    tell(parentPort, 'fleet', changed);
    lookForGaps(changed.pumps);
  },
});

const desk = new AlertDesk(runner, store, journal);

function alertRow({ position, value }: AlertEventRow): AlertRow {
  return { position, event: value };
}

function lookForGaps(pumps: readonly string[]): void {
  const now = clock.monotonic();
  for (const id of pumps) {
    const pump = fleet.pump(id, clock.wall());
    if (pump) gapRequests.observe(pump.hub, id, pump.boot, pump.gaps, now);
  }
}

let passed = 0;
async function keepPlace(): Promise<void> {
  const offset = runner.storedOffset();
  if (offset === passed) return;
  passed = offset;
  await toJournal.call('saveCursor', { consumer: ALERTS_CONSUMER, offset });
}

const ticking = clock.every(seconds(1), 'watch-report', () => {
  tell(parentPort, 'problem', runner.problem());
  const missing = gapRequests.due(clock.monotonic());
  if (missing.length > 0) tell(parentPort, 'missing', missing);
  keepPlace().catch((error: unknown) => log.warn({ error }, 'the place of the alerts in the journal was not kept'));
});

const watchApi = {
  start: (): { open: readonly Alert[]; lastPosition: number } => {
    runner.start();
    return { open: runner.open(), lastPosition: desk.lastPosition() };
  },
  notify: (): void => runner.notify(),
  alerts: (filter: AlertFilter): readonly Alert[] => desk.list(filter),
  alert: (id: string): Omit<Explanation, 'deliveries'> | undefined => desk.get(id),
  act: ({ id, action, person }: { id: string; action: AlertAction; person: Person }): ActionResult =>
    desk.act(id, action, person),
  setContext: ({ pump, context }: { pump: string; context: PumpContext }): void => runner.setContext(pump, context),
  technical: (condition: TechnicalCondition): void => runner.technical(condition),
  undelivered: ({ alert, page }: { alert: string; page: string }): void => runner.undelivered(alert, page),
  eventsAfter: ({ position, limit }: { position: number; limit: number }): readonly AlertRow[] =>
    desk.eventsAfter(position, limit).map(alertRow),
  hubs: (): readonly HubView[] => fleet.hubs(clock.wall()),
  pumps: (): readonly PumpView[] => fleet.pumps(clock.wall()),
  hub: (id: string): HubView | undefined => fleet.hub(id, clock.wall()),
  pump: (id: string): PumpView | undefined => fleet.pump(id, clock.wall()),
  services: (patient: string | undefined): readonly ServiceRecord[] => servicesOf(store, patient),
  stop: async (): Promise<void> => {
    ticking.cancel();
    runner.stop();
    await keepPlace();
    journal.close();
    store.close();
  },
};
export type WatchThreadApi = typeof watchApi;

if (parentPort) serveCalls(parentPort, watchApi);
