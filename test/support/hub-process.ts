import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const command = join(import.meta.dirname, '../../bin/infusion-gateway');

/** The real hub agent as a child process. `kill` is a cut of power as far as a process can feel one. */
export class HubProcess {
  readonly #config: string;
  #child: ChildProcess | undefined;
  #errors = '';

  constructor(config: string) {
    this.#config = config;
  }

  /** What it wrote to standard error, the end of it. */
  get errors(): string {
    return this.#errors;
  }

  /** Reads the configuration and fills the cache of compiled code, as its service does before each start. */
  check(): string {
    return execFileSync(command, ['hub', '--config', this.#config, '--check'], { encoding: 'utf8' });
  }

  /** Answers the boot that it said it has. */
  async start(): Promise<string> {
    const child = spawn(command, ['hub', '--config', this.#config], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    child.stderr.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-20_000);
    });
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, boot] = /^ready hub \S+ boot (\S+) /.exec(line) ?? [];
        if (boot !== undefined) resolve(boot);
      });
      child.once('exit', () => reject(new Error(`The hub ended before it was ready.\n${this.#errors}`)));
    });
  }

  /** Resident memory now and at its highest, bytes. */
  memory(): { readonly now: number; readonly highest: number } {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    const bytes = (name: string) => 1_024 * Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]);
    return { now: bytes('VmRSS'), highest: bytes('VmHWM') };
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
