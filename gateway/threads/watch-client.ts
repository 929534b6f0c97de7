import { Worker } from 'node:worker_threads';
import { ThreadCaller } from '#kernel/thread-calls.ts';
import type { ActionResult, Alert, AlertAction } from '#model/alert.ts';
import type { Explanation } from '#model/explanation.ts';
import type { HubView, PumpView } from '#model/fleet.ts';
import type { PumpContext, TechnicalCondition } from '#model/pump-context.ts';
import type { Person } from '#model/role.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type {
  AlertFilter,
  AlertRow,
  AuditReport,
  FleetIds,
  WatchEvents,
  WatchProblem,
  WatchThreadApi,
  WatchThreadData,
} from './watch-thread.ts';

/** The thread that watches the pumps, asked across threads. Keeps the few figures that must be had without waiting. */
export class WatchClient {
  readonly #worker: Worker;
  readonly #caller: ThreadCaller<WatchThreadApi, WatchEvents>;
  readonly #openByPump = new Map<string, Set<string>>();
  readonly #alertListeners = new Set<(row: AlertRow) => void>();
  readonly #fleetListeners = new Set<(changed: FleetIds) => void>();
  #lastPosition = 0;
  #problem: WatchProblem | null = null;
  #audit: AuditReport | null = null;
  readonly #auditListeners = new Set<(report: AuditReport) => void>();

  constructor(workerData: WatchThreadData, onDeath: (error: unknown) => void) {
    this.#worker = new Worker(new URL('./watch-thread.ts', import.meta.url), {
      workerData,
      name: 'watch',
      transferList: [workerData.journal],
    });
    this.#worker.on('error', onDeath);
    this.#caller = new ThreadCaller(this.#worker);
    this.#caller.on('alerts', (rows) => {
      for (const row of rows) this.#hear(row);
    });
    this.#caller.on('fleet', (changed) => {
      for (const listener of this.#fleetListeners) listener(changed);
    });
    this.#caller.on('audited', (report) => {
      this.#audit = report;
      for (const listener of this.#auditListeners) listener(report);
    });
    this.#caller.on('problem', (problem) => {
      this.#problem = problem;
    });
  }

  /** Calls `listener` with the readings that hubs should send again. One listener. */
  onMissing(listener: (missing: WatchEvents['missing']) => void): void {
    this.#caller.on('missing', listener);
  }

  /** Restores the alerts and begins to watch. */
  async start(): Promise<void> {
    const { open, lastPosition } = await this.#caller.call('start', undefined);
    for (const alert of open) this.#count(alert);
    this.#lastPosition = Math.max(this.#lastPosition, lastPosition);
  }

  /** Why alerts are not being stored now, or null. */
  get problem(): WatchProblem | null {
    return this.#problem;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  openCount(pump: string): number {
    return this.#openByPump.get(pump)?.size ?? 0;
  }

  /** The journal has grown. */
  notify(): void {
    // It reports by itself what goes wrong; a call that its end cuts off needs no answer.
    this.#caller.call('notify', undefined).catch(() => {});
  }

  alerts(filter: AlertFilter): Promise<readonly Alert[]> {
    return this.#caller.call('alerts', filter);
  }

  alert(id: string): Promise<Omit<Explanation, 'deliveries'> | undefined> {
    return this.#caller.call('alert', id);
  }

  act(id: string, action: AlertAction, person: Person): Promise<ActionResult> {
    return this.#caller.call('act', { id, action, person });
  }

  /** What is known of a pump from outside its readings. Durable when it resolves; the same again changes nothing. */
  setContext(pump: string, context: PumpContext): Promise<void> {
    return this.#caller.call('setContext', { pump, context });
  }

  /**
   * Raises an alert for a condition of the gateway itself, or lets it clear. The same again changes nothing, so whoever
   * looks may tell what they see at each look, `active` false too: after a restart nobody else knows that it is over.
   */
  technical(condition: TechnicalCondition): Promise<void> {
    return this.#caller.call('technical', condition);
  }

  /** No message of this page reached anybody: the next step of its escalation need not wait. */
  undelivered(alert: string, page: string): Promise<void> {
    return this.#caller.call('undelivered', { alert, page });
  }

  /** The last audit of the alerts, null before the first. One that is old means that the engine hangs. */
  get audit(): AuditReport | null {
    return this.#audit;
  }

  /** Calls `listener` after each audit. */
  onAudit(listener: (report: AuditReport) => void): () => void {
    this.#auditListeners.add(listener);
    return () => void this.#auditListeners.delete(listener);
  }

  eventsAfter(position: number, limit: number): Promise<readonly AlertRow[]> {
    return this.#caller.call('eventsAfter', { position, limit });
  }

  onAlert(listener: (row: AlertRow) => void): () => void {
    this.#alertListeners.add(listener);
    return () => void this.#alertListeners.delete(listener);
  }

  hubs(): Promise<readonly HubView[]> {
    return this.#caller.call('hubs', undefined);
  }

  pumps(): Promise<readonly PumpView[]> {
    return this.#caller.call('pumps', undefined);
  }

  hub(id: string): Promise<HubView | undefined> {
    return this.#caller.call('hub', id);
  }

  pump(id: string): Promise<PumpView | undefined> {
    return this.#caller.call('pump', id);
  }

  onFleet(listener: (changed: FleetIds) => void): () => void {
    this.#fleetListeners.add(listener);
    return () => void this.#fleetListeners.delete(listener);
  }

  services(patient: string | undefined): Promise<readonly ServiceRecord[]> {
    return this.#caller.call('services', patient);
  }

  async stop(): Promise<void> {
    await this.#caller.call('stop', undefined);
    await this.#worker.terminate();
  }

  #hear(row: AlertRow): void {
    this.#count(row.event.after);
    this.#lastPosition = row.position;
    for (const listener of this.#alertListeners) listener(row);
  }

  #count(alert: Alert): void {
    if (alert.pump === null) return;
    const open = this.#openByPump.get(alert.pump) ?? new Set<string>();
    if (alert.state === 'open') open.add(alert.id);
    else open.delete(alert.id);
    if (open.size > 0) this.#openByPump.set(alert.pump, open);
    else this.#openByPump.delete(alert.pump);
  }
}
