import { fileURLToPath } from 'node:url';
import { alertEventStream } from '#alerts/alert-store.ts';
import { type Api, buildApi } from '#api/build-api.ts';
import { commandTopic } from '#codec/topics.ts';
import { Admission } from '#intake/admission.ts';
import { lockDataDir, prepareDataDir } from '#journal/data-dir.ts';
import { RollupStore } from '#journal/rollup-store.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import { days, hours, monoBetween } from '#kernel/time.ts';
import { Access } from '#registry/access.ts';
import { feedPumpContexts } from '#registry/pump-context-feed.ts';
import { staffStanding } from '#registry/staff-standing.ts';
import { EmbeddedStore } from '#series/embedded.ts';
import { TrendFallback } from '#series/trend-fallback.ts';
import { apiParts } from './api-parts.ts';
import { careRecordsOf, unreachableOf } from './benefit-registry.ts';
import { closeCanaries, wardOf } from './canary.ts';
import type { Config } from './config/schema.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { keepHouse } from './housekeeping.ts';
import { keysDirOf } from './keys.ts';
import { lastBackupSeconds } from './last-backup.ts';
import { machineUser } from './machine-user.ts';
import { openAudit } from './open-audit.ts';
import { openBenefit } from './open-benefit.ts';
import { openDoors } from './open-doors.ts';
import { openIntake } from './open-intake.ts';
import { openKeptAnswers } from './open-kept-answers.ts';
import { openNotify } from './open-notify.ts';
import { serialIntake } from './open-serial.ts';
import { openTraces } from './open-traces.ts';
import { openWebhooks } from './open-webhooks.ts';
import { readPolicy } from './read-policy.ts';
import { openRegistry } from './registry-room.ts';
import { addSerialMetrics } from './serial-metrics.ts';
import { influxStoreOf } from './series-store-of.ts';
import { signInLimits } from './sign-in-limits.ts';
import { SystemHealth, systemConditions } from './system-health.ts';
import { raiseTechnicalAlerts } from './technical-alerts.ts';
import { JournalClient } from './threads/journal-client.ts';
import { SeriesClient } from './threads/series-client.ts';
import { ROLLUP_CONSUMER, SERIES_CONSUMER } from './threads/series-names.ts';
import { WatchClient } from './threads/watch-client.ts';
import { ALERTS_CONSUMER } from './threads/watch-names.ts';
import { version } from './version.ts';
import { pingWatchdog } from './watchdog-pings.ts';

/** A running gateway. */
export interface Gateway {
  /** For example `http://127.0.0.1:8080`. */
  readonly httpUrl: string;
  /** Where hubs connect, or the outside broker that the gateway listens to. */
  readonly mqttUrl: string;
  /** Devices and addresses of serial lines. */
  readonly serialLines: readonly string[];
  readonly access: Access;
  /** Finishes what was begun, stores everything and lets go of the data folder. */
  stop(): Promise<void>;
}

/** Above this lag the embedded copy answers trends: it holds what InfluxDB does not have yet. */
const BEHIND_SECONDS = 5;

const consoleFolder = fileURLToPath(new URL('../dashboards/nurse/dist', import.meta.url));

/**
 * Puts the rooms together and opens the doors: the journal first, then those who read it, then the API, the hubs last.
 * @throws GatewayError with a code of fault `operator` for what a person can mend.
 */
export async function startGateway(
  config: Config,
  clock: Clock,
  log: Logger,
  onDeath: (error: unknown) => void,
): Promise<Gateway> {
  const policy = readPolicy(config.policy);
  const files = prepareDataDir(config.dataDir);
  const lock = lockDataDir(config.dataDir);
  const undo: (() => unknown)[] = [() => lock.release()];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const limits = { maxBytes: config.journal.maxBytes, maxQuarantineRows: 100_000 };
    const journal = new JournalClient(files.journal, limits, onDeath);
    undo.push(() => journal.close());
    await journal.probe();
    const reader = new SqliteJournalReader(files.journal);
    undo.push(() => reader.close());

    const shared = { journalPath: files.journal, statePath: files.state, logLevel: config.logLevel };
    const watch = new WatchClient({ ...shared, policy, journal: await journal.connect() }, onDeath);
    undo.push(() => watch.stop());
    await watch.start();
    const influx = influxStoreOf(config.influx, config.series, clock);
    const rollups = new RollupStore(files.rollups);
    undo.push(() => rollups.close());
    const series = new SeriesClient(
      {
        ...shared,
        seriesPath: files.series,
        rollupPath: files.rollups,
        alertStream: alertEventStream,
        influx: config.influx,
        retention: config.series,
        journal: await journal.connect(),
      },
      onDeath,
    );
    undo.push(() => series.stop());
    await series.start();
    watch.onAlert(() => series.notify());

    const admission = new Admission(journalMeasured(), clock, (result) => {
      metrics.committed(result);
      watch.notify();
      series.notify();
    });
    const accessStore = new SqliteStateStore(files.access);
    undo.push(() => accessStore.close());
    const keptAnswers = openKeptAnswers(accessStore, keysDirOf(config), clock);
    const tidying = clock.every(hours(1), 'kept-answers', () => keptAnswers.tidy());
    undo.push(() => tidying.cancel());
    const registry = openRegistry(files.registry, config, clock);
    undo.push(() => registry.close());
    registry.policies.note(policy, config.policy === undefined ? 'built-in' : 'file', machineUser());
    const access = new Access(accessStore, clock, signInLimits(config), staffStanding(registry.registry, clock));
    const trail = openAudit(files, keysDirOf(config), clock, log);
    undo.push(() => trail.close());
    const witnessing = clock.every(hours(1), 'audit-head', () => trail.audit.witness());
    undo.push(() => witnessing.cancel());
    const doors = await openDoors(config, accessStore, registry.registry, clock);
    const intake = openIntake(config, doors, admission, clock, systemRandom, log);
    const serial = serialIntake(
      config,
      admission,
      clock,
      systemRandom,
      log,
      (id) => registry.registry.get('hubs', id)?.record,
    );
    watch.onMissing((missing) => {
      for (const { hub, pump, boot, from, to } of missing) {
        log.info({ hub, pump, from, to }, 'asking the hub for missing readings');
        intake.send(commandTopic(hub), JSON.stringify({ type: 'resend', pump, boot, from, to }));
      }
    });
    const health = new SystemHealth({
      admission,
      watch,
      series,
      reader,
      intake,
      serial,
      audit: trail.audit,
      folder: config.dataDir,
    });
    const technical = raiseTechnicalAlerts(
      { codes: systemConditions, problems: () => health.status().problems, watch, policy: policy.technical },
      clock,
      log,
    );
    undo.push(() => technical.cancel());
    const metrics = new GatewayMetrics({
      connections: () => intake.connections(),
      waitingMessages: () => admission.waitingMessages,
      waitingBytes: () => admission.waitingBytes,
      journalBytes: () => reader.sizeBytes(),
      seriesLagPoints: () => series.report.lagPoints,
      seriesLagSeconds: () => series.report.lagSeconds,
      lastBackupSeconds: () => lastBackupSeconds(config.dataDir),
      ready: () => health.status().ready,
    });
    addSerialMetrics(metrics.registry, () => serial.health());

    const notify = await openNotify(
      {
        files,
        config,
        watch,
        access,
        registry: registry.registry,
        scope: registry.scope,
        keep: (...of) => intake.keep(...of),
        clock,
        log,
      },
      onDeath,
    );
    undo.push(() => notify.stop());
    const { url: watchdogUrl, secret } = config.watchdog;
    if (watchdogUrl !== undefined && secret !== undefined) {
      const problems = () => [...health.status().problems, ...notify.problems()];
      const pings = pingWatchdog({ url: watchdogUrl, secret, audit: () => watch.audit, problems }, clock, log);
      undo.push(() => pings.cancel());
    }
    const traces = openTraces(config, watch, notify.port.notices, clock, log);
    undo.push(() => traces.stop());
    const contexts = feedPumpContexts(registry.registry, clock, log, (...told) => notify.tellContext(...told));
    undo.push(() => contexts.cancel());
    const embedded = new EmbeddedStore(reader, {
      buckets: (...of) => rollups.buckets(...of),
      rawFromMs: () => clock.wall() - days(config.journal.retentionDays),
    });
    const trends = influx
      ? new TrendFallback(influx, embedded, () => series.report.lagSeconds > BEHIND_SECONDS, clock)
      : embedded;
    const benefit = openBenefit({ benefit: files.benefit, keys: keysDirOf(config), settings: config.benefit }, clock, {
      alertServices: (patient) => watch.services(patient),
      care: careRecordsOf(registry.registry),
      readings: reader,
      unreachable: (patient) => unreachableOf(notify.port.onCall, registry.registry, patient, clock),
    });
    undo.push(() => benefit.close());
    const { canaryHub } = config.watchdog;
    const ward = wardOf(watch, canaryHub);
    if (canaryHub !== undefined) {
      const closing = closeCanaries(watch, canaryHub, clock, log);
      undo.push(() => closing.cancel());
    }
    const webhooks = openWebhooks({
      config,
      store: accessStore,
      ward,
      technical: { watch, policy: policy.technical },
      scope: registry.scope,
      clock,
      log,
    });
    undo.push(() => webhooks.stop());
    const api = await buildApi(
      apiParts({
        reader,
        watch: ward,
        trends,
        health,
        access,
        benefit: benefit.desk,
        registry,
        notify: notify.port,
        hubCredentials: doors.credentials,
        webhooks: webhooks.port,
        audit: trail.audit,
        keptAnswers,
        metrics: metrics.registry,
        clock,
        log,
      }),
      { version, consoleFolder, metricsOpen: true, behindProxy: config.http.behindProxy, ...doors.http },
    );
    undo.push(
      () => api.close(),
      () => influx?.close(),
    );
    const httpUrl = await listen(api, config);

    undo.push(async () => {
      await Promise.all([intake.close(), serial.close()]);
      await admission.drained();
    });
    const mqttUrl = await intake.open();
    serial.open();
    const consumers = [ALERTS_CONSUMER, ROLLUP_CONSUMER, ...(influx ? [SERIES_CONSUMER] : [])];
    const plan = { days: config.journal.retentionDays, consumers };
    const house = keepHouse(clock, log, plan, { writer: journal, reader }, (now) => benefit.desk.heldReadings(now));
    undo.push(() => house.cancel());
    return { httpUrl, mqttUrl, serialLines: config.serial.paths, access, stop };

    function journalMeasured(): ConstructorParameters<typeof Admission>[0] {
      return {
        append: async (batch) => {
          const began = clock.monotonic();
          const result = await journal.append(batch);
          metrics.commitTook(monoBetween(began, clock.monotonic()) / 1_000);
          return result;
        },
        probe: () => journal.probe(),
      };
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

const listen = (api: Api, config: Config): Promise<string> => api.listen(config.http.host, config.http.port);
