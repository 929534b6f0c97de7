import type { Agent } from 'node:http';
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { DurationMs } from '#kernel/time.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import { withDeadline } from './deadline.ts';
import {
  defaultQueryTimeout,
  defaultWriteTimeout,
  type InfluxConnection,
  isLoopback,
  keepAliveAgent,
} from './http-options.ts';
import { type CallInflux2, setUpInflux2 } from './influx2-setup.ts';
import { rawFromMs, seriesIn, trendFromAnswer, trendText } from './influxql.ts';
import { measurements } from './line-protocol.ts';
import { isHeld } from './point-query.ts';
import {
  httpFailure,
  isOnlyTooOld,
  linkFailure,
  MINUTES_POLICY,
  type SeriesRetention,
  type SeriesStore,
  type StoreCheck,
} from './series-store.ts';
import type { SetupPlan, SetupStep } from './store-setup.ts';
import { planBuckets } from './trend-buckets.ts';

export interface Influx2Config extends InfluxConnection {
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  /** Name under which the bucket answers InfluxQL (its DBRP mapping); by default the bucket's own. */
  readonly database?: string;
  /** Compress writes; by default all but those to this machine. */
  readonly gzip?: boolean;
  /** Decides from where trends come; readings are kept for ever when absent. */
  readonly retention?: SeriesRetention;
}

/** Shorter bodies than this gain nothing from gzip. */
const GZIP_FROM_BYTES = 1_000;

/**
 * InfluxDB 2.x by way of `@influxdata/influxdb-client`. It uses the client's transport rather than its write API, which
 * buffers, repeats by itself, swallows the errors of full buffers and cannot be called off. Trends are InfluxQL over the
 * 1.x-compatible `/query`, so that one query text serves both versions.
 */
export class Influx2Store implements SeriesStore {
  readonly #clock: Clock;
  readonly #agent: Agent;
  readonly #client: InfluxDB;
  readonly #writePath: string;
  readonly #writeMinutesPath: string;
  readonly #retention: SeriesRetention | undefined;
  readonly #database: string;
  readonly #target: { readonly org: string; readonly bucket: string };
  readonly #gzipThreshold: number;
  readonly #writeTimeout: DurationMs;
  readonly #queryTimeout: DurationMs;

  constructor(config: Influx2Config, clock: Clock) {
    this.#clock = clock;
    this.#agent = keepAliveAgent(config);
    this.#writeTimeout = config.writeTimeout ?? defaultWriteTimeout;
    this.#queryTimeout = config.queryTimeout ?? defaultQueryTimeout;
    this.#client = new InfluxDB({
      url: config.url,
      token: config.token,
      timeout: Math.max(this.#writeTimeout, this.#queryTimeout),
      transportOptions: { agent: this.#agent },
      writeOptions: { maxRetries: 0 },
    });
    const path = (bucket: string) =>
      `/api/v2/write?${new URLSearchParams({ org: config.org, bucket, precision: 'ns' })}`;
    this.#writePath = path(config.bucket);
    this.#writeMinutesPath = path(minutesBucket(config.bucket));
    this.#retention = config.retention;
    this.#target = { org: config.org, bucket: config.bucket };
    this.#database = config.database ?? config.bucket;
    this.#gzipThreshold = (config.gzip ?? !isLoopback(config.url)) ? GZIP_FROM_BYTES : Number.POSITIVE_INFINITY;
  }

  async write(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#write(this.#writePath, lines, signal);
  }

  async writeMinutes(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#write(this.#writeMinutesPath, lines, signal);
  }

  holds(line: string, signal: AbortSignal): Promise<boolean> {
    return isHeld((text) => this.#query(text, signal), line);
  }

  holdsMinute(line: string, signal: AbortSignal): Promise<boolean> {
    return isHeld((text) => this.#query(text, signal), line, MINUTES_POLICY);
  }

  async trend(query: TrendQuery, signal: AbortSignal): Promise<Trend> {
    const plan = planBuckets(query, rawFromMs(this.#retention, this.#clock));
    const text = trendText(query, plan);
    return trendFromAnswer(query, await this.#query(text, signal), plan);
  }

  async check(signal: AbortSignal): Promise<StoreCheck> {
    const health = await this.#call(
      'Health',
      this.#queryTimeout,
      signal,
      (inner): Promise<unknown> =>
        this.#client.transport.request('/health', undefined, {
          method: 'GET',
          headers: { accept: 'application/json' },
          signal: inner,
        }),
    );
    for (const path of [this.#writePath, this.#writeMinutesPath]) await this.#mayWrite(path, signal);
    seriesIn(await this.#query('SHOW MEASUREMENTS LIMIT 1', signal));
    seriesIn(await this.#query(`SELECT "readings" FROM "${MINUTES_POLICY}"."${measurements.minute}" LIMIT 1`, signal));
    return { server: `InfluxDB ${versionIn(health)}` };
  }

  setUp(plan: SetupPlan, signal: AbortSignal): Promise<readonly SetupStep[]> {
    const call: CallInflux2 = (method, path, body) =>
      this.#call(
        'Set-up',
        this.#queryTimeout,
        signal,
        (inner): Promise<unknown> =>
          this.#client.transport.request(path, body, {
            method,
            headers: { accept: 'application/json', 'content-type': 'application/json' },
            signal: inner,
          }),
      );
    return setUpInflux2(call, { ...this.#target, database: this.#database }, plan);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  async #write(path: string, lines: readonly string[], signal: AbortSignal): Promise<void> {
    if (lines.length === 0) return;
    try {
      await this.#send(path, lines.join('\n'), signal);
    } catch (error) {
      if (!isOnlyTooOld(error)) throw error;
    }
  }

  /** An empty write shows whether there is such a bucket for this token; what the server says of the emptiness does not matter. */
  async #mayWrite(path: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#send(path, '', signal);
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'peer-refused')) throw error;
    }
  }

  #send(path: string, body: string, signal: AbortSignal): Promise<void> {
    return this.#call('Write', this.#writeTimeout, signal, (inner) =>
      this.#client.transport.request(path, body, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        gzipThreshold: this.#gzipThreshold,
        signal: inner,
      }),
    );
  }

  #query(text: string, signal: AbortSignal): Promise<unknown> {
    const parameters = new URLSearchParams({ db: this.#database, epoch: 'ms', q: text });
    return this.#call(
      'Query',
      this.#queryTimeout,
      signal,
      (inner): Promise<unknown> =>
        this.#client.transport.request(`/query?${parameters}`, undefined, {
          method: 'GET',
          headers: { accept: 'application/json' },
          signal: inner,
        }),
    );
  }

  async #call<T>(
    what: string,
    limit: DurationMs,
    signal: AbortSignal,
    work: (inner: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await withDeadline(this.#clock, limit, signal, what, work);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HttpError) {
        const retryAfter = error.headers?.['retry-after'];
        throw httpFailure(what, error.statusCode, error.body ?? error.message, [retryAfter].flat()[0]);
      }
      throw linkFailure(what, error);
    }
  }
}

/** The bucket of the minutes. A name of this form is the retention policy `minutes` of the database before the slash. */
export const minutesBucket = (bucket: string): string => `${bucket}/${MINUTES_POLICY}`;

function versionIn(health: unknown): string {
  if (typeof health !== 'object' || health === null || !('status' in health)) {
    throw new GatewayError('peer-unavailable', 'Health: the answer is not of the form InfluxDB 2 gives.');
  }
  return 'version' in health && typeof health.version === 'string' ? health.version : '2';
}
