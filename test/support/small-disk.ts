import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf, systemCodeOf } from '#kernel/errors.ts';
import { TempDir } from './temp-dir.ts';

const run = promisify(execFile);

/** A small file system of its own, to fill and to break. Mounting needs root: without it a test fails and never skips. */
export class SmallDisk implements AsyncDisposable {
  /** The folder to put data into. */
  readonly path: string;
  readonly #dir: TempDir;
  readonly #mountArgs: readonly string[];

  private constructor(dir: TempDir, mountArgs: readonly string[]) {
    this.#dir = dir;
    this.#mountArgs = mountArgs;
    this.path = dir.file('disk');
    mkdirSync(this.path);
  }

  /** In memory. */
  static async inMemory(megabytes: number): Promise<SmallDisk> {
    const disk = new SmallDisk(new TempDir(), ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs']);
    await disk.mount();
    return disk;
  }

  /** An ext4 file system in a file, which can be broken with `fail`. */
  static async ext4(megabytes: number): Promise<SmallDisk> {
    const dir = new TempDir();
    const image = dir.file('image');
    writeFileSync(image, '');
    truncateSync(image, megabytes * 1024 * 1024);
    await command('mkfs.ext4', '-q', '-b', '4096', image);
    const disk = new SmallDisk(dir, ['-o', 'loop', image]);
    await disk.mount();
    return disk;
  }

  async mount(): Promise<void> {
    await command('mount', ...this.#mountArgs, this.path);
  }

  async unmount(): Promise<void> {
    await command('umount', this.path);
  }

  /** Takes all space there is, to the last page. */
  fill(): void {
    const file = openSync(`${this.path}/filler`, 'w');
    for (const size of [1 << 20, 1 << 16, 1 << 12]) {
      const piece = Buffer.alloc(size, 1);
      while (fits(file, piece)) {
        // Until it fits no more.
      }
    }
    closeSync(file);
  }

  /** Gives back what `fill` took. */
  free(): void {
    rmSync(`${this.path}/filler`);
  }

  /** What the kernel does to ext4 after a fault of the device: no write goes through any more, on open files too. */
  async fail(): Promise<void> {
    await command('mount', '-o', 'remount,abort', this.path);
  }

  /** Makes it read-only, as a person does; no file may be open for writing. */
  async makeReadOnly(): Promise<void> {
    await command('mount', '-o', 'remount,ro', this.path);
  }

  async makeWritable(): Promise<void> {
    await command('mount', '-o', 'remount,rw', this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unmount();
    this.#dir[Symbol.dispose]();
  }
}

function fits(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOSPC') return false;
    throw error;
  }
}

async function command(name: string, ...args: string[]): Promise<void> {
  try {
    await run(name, args);
  } catch (error) {
    throw new Error(`This test needs a disk of its own, and so the right to mount one (root). ${messageOf(error)}`, {
      cause: error,
    });
  }
}
