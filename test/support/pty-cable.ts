import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { findServer } from './find-server.ts';
import { until } from './until.ts';

/** A serial cable: two pseudo-terminals that socat ties together. It can be pulled and plugged in again under the same names. */
export class PtyCable {
  readonly ends: readonly [string, string];
  #child: ChildProcess | undefined;

  constructor(one: string, other: string) {
    this.ends = [one, other];
  }

  async plug(): Promise<void> {
    const [one, other] = this.ends;
    this.#child = spawn(findServer('socat'), [`PTY,raw,echo=0,link=${one}`, `PTY,raw,echo=0,link=${other}`]);
    await until('the pseudo-terminals', () => existsSync(one) && existsSync(other));
  }

  async pull(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    for (const end of this.ends) rmSync(end, { force: true });
  }
}
