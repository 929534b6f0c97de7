import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

const script = join(import.meta.dirname, '../../simulator/demo/demo.ts');

/** Where the demo listens, and the folder in which it makes its own. */
export interface DemoPlace {
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly tempDir: string;
}

/** What `npm run demo` starts, as a child. */
export class DemoProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  constructor({ httpPort, mqttPort, tempDir }: DemoPlace) {
    const ports = { INFUSION_HTTP_PORT: String(httpPort), INFUSION_MQTT_PORT: String(mqttPort) };
    this.#child = spawn(process.execPath, [script], {
      env: { ...process.env, ...ports, TMPDIR: tempDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#said += bytes.toString();
      });
    }
  }

  /** All it wrote, to either stream. */
  get said(): string {
    return this.#said;
  }

  /** The one-time link, once it is printed. */
  link(): Promise<string> {
    return until('the sign-in link of the demo', () => /http\S+#link=\S+/.exec(this.#said)?.[0]);
  }

  /** Process ids of what it started and what that started. */
  children(): readonly number[] {
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const [, rest = ''] = readFileSync(`/proc/${name}/stat`, 'utf8').split(/\) . /);
        parents.set(Number(name), Number(rest.split(' ')[0]));
      } catch {
        // It ended while the list was read.
      }
    }
    const below = (pid: number): number[] =>
      [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
    return this.#child.pid === undefined ? [] : below(this.#child.pid);
  }

  /** Waits for its end, and answers its exit code. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** What Ctrl-C sends, to it alone; answers its exit code. */
  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.interrupt();
  }
}

/** Whether a process of this id is there. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
