import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Another program of this folder in a process of its own, so that it works on its own core. */
export class Child {
  readonly #process: ChildProcess;

  constructor(script: string, ...args: string[]) {
    this.#process = fork(new URL(script, import.meta.url), args, { serialization: 'advanced' });
  }

  /** The next thing it says. @throws Error when it ends without a word. */
  async answer<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`A part of the bench ended with ${code}.`));
      this.#process.once('exit', ended);
      this.#process.once('message', (message: T) => {
        this.#process.off('exit', ended);
        resolve(message);
      });
    });
  }

  /** Asks it for what it has to say. */
  ask<T>(): Promise<T> {
    const answer = this.answer<T>();
    this.#process.send('ask');
    return answer;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
