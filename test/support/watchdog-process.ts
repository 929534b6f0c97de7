import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '../../bin/infusion-gateway');

/** The real watchdog as a child process. */
export class WatchdogProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it listens. */
  static async start(variables: Readonly<Record<string, string>>): Promise<WatchdogProcess> {
    const child = spawn(program, ['watchdog'], {
      env: { PATH: process.env['PATH'] ?? '', INFUSION_LOG_LEVEL: 'silent', ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.removeListener('exit', endWithUs));
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready') && resolve());
      child.once('exit', (code) => reject(new Error(`The watchdog ended with ${code}.`)));
    });
    return new WatchdogProcess(child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
