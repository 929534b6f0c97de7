import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf } from '#kernel/errors.ts';
import { UsageError } from './io.ts';

const CHUNK_LETTERS = 64 * 1024;

/** A file of lines, `-` for standard output. Lines may be gathered into larger writes. */
export class LineFile {
  readonly #file: number;
  readonly #gather: boolean;
  #waiting = '';

  /** @throws UsageError when the file cannot be written. */
  constructor(path: string, gather: boolean) {
    this.#gather = gather;
    try {
      this.#file = path === '-' ? process.stdout.fd : openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`Cannot write ${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  write(line: string): void {
    this.#waiting += line;
    if (!this.#gather || this.#waiting.length >= CHUNK_LETTERS) this.#flush();
  }

  close(): void {
    this.#flush();
    if (this.#file !== process.stdout.fd) closeSync(this.#file);
  }

  #flush(): void {
    // One call may write less than asked: pipes do.
    for (let rest = Buffer.from(this.#waiting); rest.length > 0; ) rest = rest.subarray(writeSync(this.#file, rest));
    this.#waiting = '';
  }
}
