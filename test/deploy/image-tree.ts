import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { TempDir } from '#support/temp-dir.ts';
import { finalStage, root } from './compose-file.ts';

/** Packages of the lock file that `npm ci --omit=dev` lays down on this machine, without what the Dockerfile removes. */
function runtimePackages(): string[] {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true && !/^node_modules\/node(-bin-setup)?(\/|$)/.test(path))
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

/**
 * The folder /app of the image as the last stage of the Dockerfile fills it, in a folder that goes with `using`: files are
 * copied, packages are links to those of the checkout, so that what is not named there is not found.
 */
export class ImageTree implements Disposable {
  readonly #dir = new TempDir();
  readonly #children = new Set<ChildProcess>();

  constructor() {
    for (const { word, rest } of finalStage()) {
      if (word !== 'COPY') continue;
      const [from = '', to = ''] = rest.split(' ').filter((part) => !part.startsWith('--'));
      const path = from.replace('/app/', '');
      if (path === 'node_modules') this.#link();
      else
        cpSync(join(root, path), join(this.app, to.endsWith('./') ? path : to), { recursive: true, filter: notSecret });
    }
  }

  get app(): string {
    return this.#dir.file('app');
  }

  /** A folder outside /app, for what volumes and /tmp hold. */
  folder(name: string): string {
    const path = this.#dir.file(name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Every file below /app, to see that nothing was written there: the image's root cannot be. */
  files(): string[] {
    return readdirSync(this.app, { recursive: true, encoding: 'utf8' }).sort();
  }

  /** Starts a command of the image in its working folder, with nothing of this machine's environment. */
  run(command: readonly string[], environment: Readonly<Record<string, string>>): RunningCommand {
    const [program = '', ...args] = command;
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: this.app,
      env: { HOME: this.folder('tmp'), TMPDIR: this.folder('tmp'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    let errors = '';
    child.stderr.on('data', (bytes: Buffer) => {
      errors = (errors + bytes.toString()).slice(-10_000);
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const ended = once(child, 'exit').then(([code]) => ({ code: Number(code ?? -1), errors, lines }));
    const stop = () => {
      child.kill('SIGTERM');
      return ended;
    };
    return { lines, ended, stop, errors: () => errors };
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    this.#dir[Symbol.dispose]();
  }

  #link(): void {
    for (const path of runtimePackages()) {
      // A package inside another comes with that one.
      if (path.lastIndexOf('node_modules/') > 0) continue;
      mkdirSync(dirname(join(this.app, path)), { recursive: true });
      symlinkSync(join(root, path), join(this.app, path));
    }
    mkdirSync(join(this.app, 'node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(this.app, 'node_modules/.bin/node'));
  }
}

export interface CommandEnd {
  readonly code: number;
  readonly errors: string;
  readonly lines: readonly string[];
}

export interface RunningCommand {
  /** Standard output so far. */
  readonly lines: readonly string[];
  errors(): string;
  readonly ended: Promise<CommandEnd>;
  stop(): Promise<CommandEnd>;
}

const notSecret = (path: string): boolean => !path.startsWith(join(root, 'deploy/secrets'));
