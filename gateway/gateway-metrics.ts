import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AppendResult } from '#codec/inbound.ts';

/** What the gateway counts, by names that stay. */
export interface MetricSources {
  connections(): number;
  waitingMessages(): number;
  waitingBytes(): number;
  journalBytes(): number;
  seriesLagPoints(): number;
  seriesLagSeconds(): number;
  /** Unix seconds, 0 when there is none. */
  lastBackupSeconds(): number;
  ready(): boolean;
}

export class GatewayMetrics {
  readonly registry = new Registry();
  readonly #readings = this.#counter('infusion_readings_total', 'Readings stored in the journal.');
  readonly #duplicates = this.#counter('infusion_duplicates_total', 'Readings sent again, stored once.');
  readonly #statuses = this.#counter('infusion_statuses_total', 'Hub statuses stored in the journal.');
  readonly #refused = new Counter({
    name: 'infusion_refused_total',
    help: 'Messages and readings refused, by reason code.',
    labelNames: ['code'],
    registers: [this.registry],
  });
  readonly #commits = this.#counter(
    'infusion_commits_total',
    'Transactions of the journal; each is one sync of the disk.',
  );
  readonly #commitSeconds = new Histogram({
    name: 'infusion_commit_seconds',
    help: 'From handing a batch to the journal to its being durable.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [this.registry],
  });

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('infusion_mqtt_connections', 'Open MQTT connections.', sources.connections);
    this.#gauge('infusion_waiting_messages', 'Messages waiting for the disk.', sources.waitingMessages);
    this.#gauge('infusion_waiting_bytes', 'Bytes waiting for the disk.', sources.waitingBytes);
    this.#gauge('infusion_journal_bytes', 'Size of the journal files.', sources.journalBytes);
    this.#gauge('infusion_series_lag_points', 'Entries not yet in the time series store.', sources.seriesLagPoints);
    this.#gauge('infusion_series_lag_seconds', 'Age of the oldest of them.', sources.seriesLagSeconds);
    this.#gauge(
      'infusion_last_backup_timestamp_seconds',
      'When the last backup was made, in Unix time; 0 when none is known.',
      sources.lastBackupSeconds,
    );
    this.#gauge('infusion_ready', '1 when the gateway does all its work.', () => (sources.ready() ? 1 : 0));
  }

  committed(result: AppendResult): void {
    this.#commits.inc();
    this.#readings.inc(result.readings);
    this.#duplicates.inc(result.duplicates);
    this.#statuses.inc(result.statuses);
    for (const [code, count] of Object.entries(result.refused)) this.#refused.inc({ code }, count);
  }

  commitTook(seconds: number): void {
    this.#commitSeconds.observe(seconds);
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
