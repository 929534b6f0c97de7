import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TempDir } from '#support/temp-dir.ts';
import { root } from './compose-file.ts';

/** Secrets as deploy/make-secrets.sh makes them, in a folder that goes with `using`. */
export class MadeSecrets implements Disposable {
  readonly #dir = new TempDir();

  constructor(...hubs: string[]) {
    this.run();
    if (hubs.length > 0) this.run('hub', ...hubs);
  }

  /** Runs the script and answers what it said. @throws Error with its standard error. */
  run(...args: string[]): string {
    return execFileSync(join(root, 'deploy/make-secrets.sh'), args, {
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        PATH: process.env['PATH'] ?? '',
        SECRETS_DIR: this.path,
        BROKER_NAMES: 'broker.example.org 192.0.2.7 2001:db8::7',
      },
    });
  }

  get path(): string {
    return this.#dir.file('secrets');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  [Symbol.dispose](): void {
    this.#dir[Symbol.dispose]();
  }
}
