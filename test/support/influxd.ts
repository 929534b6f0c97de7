import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findServer } from './find-server.ts';
import { TempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface InfluxdOptions {
  /** Demand a user and password on every request but /ping. The first user has to be made by `CREATE USER … WITH ALL PRIVILEGES`. */
  readonly auth?: boolean;
  /** Longest body it takes. */
  readonly maxBodyBytes?: number;
  /** Where its data goes instead of a folder of its own; stays when it ends. */
  readonly folder?: string;
}

/** A row of an InfluxQL answer by column, with tags of GROUP BY among them. `time` is decimal nanoseconds. */
export type InfluxRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A real InfluxDB 1.x server of its own: a child process on free loopback ports, its data in a folder that goes with it.
 * It can be killed and started again on the same data and the same port.
 */
export class Influxd {
  readonly #dir = new TempDir();
  readonly #options: InfluxdOptions;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(options: InfluxdOptions) {
    this.#options = options;
  }

  static async start(options: InfluxdOptions = {}): Promise<Influxd> {
    const server = new Influxd(options);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts it, again on the same port after `stop` or `kill`, and waits until it answers. */
  async start(): Promise<void> {
    if (this.#child) throw new Error('influxd is running already.');
    const folder = (name: string): string => {
      const path = join(this.#options.folder ?? this.#dir.path, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    const child = spawn(findServer('influxd'), ['run', '-config', '/dev/null'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.#dir.path,
        INFLUXDB_REPORTING_DISABLED: 'true',
        INFLUXDB_META_DIR: folder('meta'),
        INFLUXDB_DATA_DIR: folder('data'),
        INFLUXDB_DATA_WAL_DIR: folder('wal'),
        INFLUXDB_BIND_ADDRESS: '127.0.0.1:0',
        INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${this.#port}`,
        INFLUXDB_HTTP_AUTH_ENABLED: String(this.#options.auth ?? false),
        INFLUXDB_HTTP_MAX_BODY_SIZE: String(this.#options.maxBodyBytes ?? 25_000_000),
        INFLUXDB_HTTP_LOG_ENABLED: 'false',
        INFLUXDB_DATA_QUERY_LOG_ENABLED: 'false',
        INFLUXDB_MONITOR_STORE_ENABLED: 'false',
        INFLUXDB_CONTINUOUS_QUERIES_ENABLED: 'false',
      },
    });
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    const said: string[] = [];
    const port = new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (said.length < 200) said.push(line);
        const found = /Listening on HTTP.*addr=127\.0\.0\.1:(\d+)/.exec(line);
        if (found) resolve(Number(found[1]));
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`influxd ended with ${code}:\n${said.join('\n')}`)));
    });
    this.#port = await port;
    await until('influxd to answer /ping', async () => (await fetch(`${this.url}/ping`)).status === 204);
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a cut of power to its process would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Sends one InfluxQL statement and gives all rows. @throws Error with the server's words. */
  async query(text: string, database?: string, auth?: { user: string; password: string }): Promise<InfluxRow[]> {
    const parameters = new URLSearchParams({ q: text, epoch: 'ns', ...(database && { db: database }) });
    const headers = auth && {
      authorization: `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`,
    };
    const response = await fetch(`${this.url}/query?${parameters}`, { method: 'POST', ...(headers && { headers }) });
    // Nanoseconds do not fit a double: keep them as text.
    const body = (await response.text()).replace(/\[(-?\d{16,})(?=[,\]])/g, '["$1"');
    const answer: Answer = JSON.parse(body);
    const error = answer.error ?? answer.results?.[0]?.error;
    if (error !== undefined) throw new Error(error);
    return (answer.results?.[0]?.series ?? []).flatMap(({ columns, values, tags }) =>
      (values ?? []).map((row) => ({
        ...tags,
        ...Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])),
      })),
    );
  }

  /** Writes lines of line protocol and answers the HTTP status. */
  async write(database: string, lines: string): Promise<number> {
    const response = await fetch(`${this.url}/write?db=${database}&precision=ns`, { method: 'POST', body: lines });
    await response.body?.cancel();
    return response.status;
  }

  /** Points written through HTTP since it started, by its own count. */
  async pointsTaken(): Promise<number> {
    const response = await fetch(`${this.url}/debug/vars`);
    const counters: Counters = JSON.parse(await response.text());
    return Object.values(counters).reduce((sum, { values }) => sum + (values?.pointsWrittenOK ?? 0), 0);
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.kill();
    this.#dir[Symbol.dispose]();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

type Counters = Readonly<Record<string, { readonly values?: { readonly pointsWrittenOK?: number } }>>;

interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values?: readonly (readonly (string | number | boolean | null)[])[];
      readonly tags?: Readonly<Record<string, string>>;
    }[];
  }[];
}
