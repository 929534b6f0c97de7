import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const cli = join(import.meta.dirname, '../../gateway/cli.ts');
const run = promisify(execFile);

/** Variables of the configuration, such as `{ INFUSION_INFLUX_URL: … }`. */
export type GatewayVariables = Readonly<Record<string, string>>;

/**
 * The real gateway as a child process, with ports that stay the same over restarts. `kill` is a crash (SIGKILL), `stop` a
 * polite end (SIGTERM).
 */
export class GatewayProcess {
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly #variables: GatewayVariables;
  #child: ChildProcess | undefined;
  #errors = '';

  private constructor(httpPort: number, mqttPort: number, variables: GatewayVariables) {
    this.httpPort = httpPort;
    this.mqttPort = mqttPort;
    this.#variables = variables;
  }

  /** Starts a gateway on the folder and waits until it is ready. */
  static async start(
    dataDir: string,
    variables: GatewayVariables | ((httpUrl: string) => GatewayVariables) = {},
  ): Promise<GatewayProcess> {
    const httpPort = await freePort();
    const mqttPort = await freePort();
    const gateway = new GatewayProcess(httpPort, mqttPort, {
      INFUSION_DATA_DIR: dataDir,
      INFUSION_HTTP_PORT: String(httpPort),
      INFUSION_MQTT_PORT: String(mqttPort),
      INFUSION_LOG_LEVEL: 'warn',
      ...(typeof variables === 'function' ? variables(`http://127.0.0.1:${httpPort}`) : variables),
    });
    await gateway.start();
    return gateway;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.mqttPort}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it wrote to standard error, the end of it. */
  get errors(): string {
    return this.#errors;
  }

  /** Starts it (again) and answers the ready line. @throws Error with its standard error when it ends before that. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [cli, 'start'], {
      env: { ...process.env, ...this.#variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#errors = '';
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    child.stderr.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-20_000);
    });
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('ready')) resolve(line);
      });
      child.once('exit', (code, signal) => {
        reject(new Error(`The gateway ended before it was ready (${code ?? signal}).\n${this.#errors}`));
      });
    });
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end, and answers its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Runs a command of the gateway on the same configuration. */
  async command(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [cli, ...args], { env: { ...process.env, ...this.#variables }, maxBuffer: 1 << 28 });
  }

  /** A bearer token made by `token add`. */
  async token(role = 'admin', name = `test ${role}`): Promise<string> {
    const { stdout } = await this.command('token', 'add', '--name', name, '--role', role);
    return stdout.trim();
  }

  /** Calls the API. @throws Error when the answer is not 2xx. */
  async api<T>(token: string, path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(`${this.httpUrl}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const body: T = JSON.parse(await response.text());
    return body;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.running) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }
}
