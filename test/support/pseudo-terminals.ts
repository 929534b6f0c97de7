import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { findServer } from './find-server.ts';
import { TempDir } from './temp-dir.ts';
import { until } from './until.ts';

/**
 * A serial cable made by socat, between paths that stay the same when it is pulled and plugged in again: two
 * pseudo-terminals, or one at the hub's end and a raw TCP port at the gateway's, as ser2net gives.
 */
export class PseudoTerminals {
  readonly #dir = new TempDir();
  readonly #tcpPort: number | undefined;
  #socat: ChildProcess | undefined;

  private constructor(tcpPort: number | undefined) {
    this.#tcpPort = tcpPort;
  }

  static async plugged(tcpPort?: number): Promise<PseudoTerminals> {
    const cable = new PseudoTerminals(tcpPort);
    await cable.plug();
    return cable;
  }

  get hubEnd(): string {
    return this.#dir.file('hub');
  }

  get gatewayEnd(): string {
    return this.#tcpPort === undefined ? this.#dir.file('gateway') : `tcp://127.0.0.1:${this.#tcpPort}`;
  }

  async plug(): Promise<void> {
    const terminal = (path: string) => `PTY,raw,echo=0,link=${path}`;
    const port = this.#tcpPort;
    // Each connection gets a terminal of its own, under the same path.
    const ends =
      port === undefined
        ? [terminal(this.hubEnd), terminal(this.gatewayEnd)]
        : [`TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`, terminal(this.hubEnd)];
    // A group of its own, for it forks.
    const child = spawn(findServer('socat'), ends, { detached: true, stdio: 'ignore' });
    this.#socat = child;
    process.once('exit', this.#end);
    if (port === undefined) {
      await until('the pseudo-terminals', () => existsSync(this.hubEnd) && existsSync(this.gatewayEnd));
    }
  }

  /** Both ends vanish, with what was on the way. */
  async pull(): Promise<void> {
    const child = this.#socat;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.#end();
    process.removeListener('exit', this.#end);
    await ended;
  }

  async close(): Promise<void> {
    await this.pull();
    this.#dir[Symbol.dispose]();
  }

  readonly #end = (): void => {
    if (this.#socat?.pid !== undefined) process.kill(-this.#socat.pid, 'SIGTERM');
  };
}
