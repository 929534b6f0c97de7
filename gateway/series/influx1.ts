import type { Agent } from 'node:http';
import { InfluxDB } from 'influx';
import { Pool, RequestError } from 'influx/lib/src/pool.js';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { DurationMs } from '#kernel/time.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import { withDeadline } from './deadline.ts';
import { defaultQueryTimeout, defaultWriteTimeout, type InfluxConnection, keepAliveAgent } from './http-options.ts';
import { databasesOf, policiesOf, setUpInflux1 } from './influx1-setup.ts';
import { makingTexts, rawFromMs, seriesIn, trendFromAnswer, trendText } from './influxql.ts';
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

export interface Influx1Config extends InfluxConnection {
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  /** Given to what the store makes by itself, and decides from where trends come; for ever when absent. */
  readonly retention?: SeriesRetention;
  /** Called when a write found no database or retention policy and had to make it. */
  readonly onMade?: () => void;
}

/** Never takes the only host out of use and never repeats a request: waiting and repeating are the runner's. */
const noOwnRetries = {
  maxRetries: 0,
  backoff: { getDelay: () => 0, next: () => noOwnRetries.backoff, reset: () => noOwnRetries.backoff },
};

/**
 * InfluxDB 1.x by way of the package `influx`. Queries go through its client. Writes go through its connection pool,
 * which takes ready line protocol text: the client's own `writePoints` would build and escape each point a second time
 * and offers no way to call a request off. The package sends text only, so writes to 1.x are not compressed.
 */
export class Influx1Store implements SeriesStore {
  readonly #config: Influx1Config;
  readonly #clock: Clock;
  readonly #agent: Agent;
  readonly #client: InfluxDB;
  readonly #pool: Pool;
  readonly #auth: string | undefined;
  readonly #writeTimeout: DurationMs;
  readonly #queryTimeout: DurationMs;

  constructor(config: Influx1Config, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#writeTimeout = config.writeTimeout ?? defaultWriteTimeout;
    this.#queryTimeout = config.queryTimeout ?? defaultQueryTimeout;
    this.#agent = keepAliveAgent(config);
    const { username, password } = config;
    this.#auth = username === undefined ? undefined : `${username}:${password ?? ''}`;
    const { protocol, hostname, port, pathname } = new URL(config.url);
    const secure = protocol === 'https:';
    const path = pathname.replace(/\/+$/, '');
    const host = {
      protocol: secure ? ('https' as const) : ('http' as const),
      host: hostname,
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      path,
      options: { agent: this.#agent },
    };
    const pool = { ...noOwnRetries, requestTimeout: Math.max(this.#writeTimeout, this.#queryTimeout) };
    this.#client = new InfluxDB({
      hosts: [host],
      database: config.database,
      pool,
      ...(username !== undefined && { username, password: password ?? '' }),
    });
    this.#pool = new Pool(pool);
    this.#pool.addHost(`${host.protocol}://${host.host}:${host.port}${path}`, host.options);
  }

  async write(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#write(lines, undefined, signal);
  }

  async writeMinutes(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#write(lines, MINUTES_POLICY, signal);
  }

  holds(line: string, signal: AbortSignal): Promise<boolean> {
    return isHeld((text) => this.#query(text, signal), line);
  }

  holdsMinute(line: string, signal: AbortSignal): Promise<boolean> {
    return isHeld((text) => this.#query(text, signal), line, MINUTES_POLICY);
  }

  async trend(query: TrendQuery, signal: AbortSignal): Promise<Trend> {
    const plan = planBuckets(query, rawFromMs(this.#config.retention, this.#clock));
    const text = trendText(query, plan);
    return trendFromAnswer(query, await this.#query(text, signal), plan);
  }

  async check(signal: AbortSignal): Promise<StoreCheck> {
    const [ping] = await this.#call('Ping', this.#queryTimeout, signal, () => this.#client.ping(this.#queryTimeout));
    if (!ping?.online) throw new GatewayError('peer-unavailable', `Ping: no InfluxDB answers at ${this.#config.url}.`);
    const { database } = this.#config;
    const ask = (text: string) => this.#query(text, signal);
    if (!(await databasesOf(ask)).includes(database)) {
      throw new GatewayError('peer-denied', `Check: database not found: ${database}`);
    }
    if (!(await policiesOf(ask, database)).some(({ name }) => name === MINUTES_POLICY)) {
      throw new GatewayError('peer-denied', `Check: retention policy not found: ${MINUTES_POLICY}`);
    }
    return { server: `InfluxDB ${ping.version}` };
  }

  setUp(plan: SetupPlan, signal: AbortSignal): Promise<readonly SetupStep[]> {
    return setUpInflux1((text) => this.#query(text, signal), this.#config.database, plan);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  async #write(lines: readonly string[], policy: string | undefined, signal: AbortSignal): Promise<void> {
    if (lines.length === 0) return;
    const body = lines.join('\n');
    try {
      await this.#send(body, policy, signal);
    } catch (error) {
      // A server that was set up anew has no database yet: making it is all that is missing.
      if (!isMissing(error) && !(policy !== undefined && (await this.#lacks(policy, signal)))) throw error;
      await this.#make(signal);
      this.#config.onMade?.();
      await this.#send(body, policy, signal);
    }
  }

  /** A write to a policy that is missing gets 500, of which the package passes on no words: the server has to be asked. */
  async #lacks(policy: string, signal: AbortSignal): Promise<boolean> {
    try {
      const policies = await policiesOf((text) => this.#query(text, signal), this.#config.database);
      return !policies.some(({ name }) => name === policy);
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  async #send(body: string, policy: string | undefined, signal: AbortSignal): Promise<void> {
    try {
      await this.#call('Write', this.#writeTimeout, signal, (inner) =>
        this.#pool.discard({
          method: 'POST',
          path: '/write',
          query: { db: this.#config.database, precision: 'n', ...(policy !== undefined && { rp: policy }) },
          body,
          signal: inner,
          ...(this.#auth !== undefined && { auth: this.#auth }),
        }),
      );
    } catch (error) {
      if (!isOnlyTooOld(error)) throw error;
    }
  }

  #query(text: string, signal: AbortSignal): Promise<unknown> {
    return this.#call(
      'Query',
      this.#queryTimeout,
      signal,
      (inner): Promise<unknown> => this.#client.queryRaw(text, { precision: 'ms', signal: inner }),
    );
  }

  async #make(signal: AbortSignal): Promise<void> {
    const { database, retention } = this.#config;
    for (const text of makingTexts(database, retention)) {
      try {
        seriesIn(await this.#query(text, signal));
      } catch (error) {
        if (!isThereAlready(error)) throw error;
      }
    }
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
      if (error instanceof RequestError) {
        throw httpFailure(what, error.res.statusCode ?? 0, error.message, error.res.headers['retry-after']);
      }
      throw linkFailure(what, error);
    }
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof GatewayError && /database not found|retention policy not found/.test(error.detail);

/** What is there with other settings stays as it is. */
const isThereAlready = (error: unknown): boolean =>
  error instanceof GatewayError && /conflicts with an existing policy|policy already exists/.test(error.detail);
