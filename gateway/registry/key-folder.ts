import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError, messageOf, systemCodeOf } from '#kernel/errors.ts';

/**
 * The folder of secret keys, one file each, readable by this user alone. It may lie on another disk than the data, so
 * that whoever takes the data does not have the keys.
 */
export class KeyFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The key of this name; made by `make` and kept when it is asked for the first time. */
  text(name: string, make: () => string): string {
    const path = join(this.#folder, name);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      return readOrUndefined(path) ?? writeOnce(path, make());
    } catch (error) {
      throw new GatewayError('data-dir-unusable', `key ${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** 256 random bits that stay the same. */
  secret(name: string): Buffer {
    return Buffer.from(this.text(name, () => randomBytes(32).toString('base64')).trim(), 'base64');
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of two processes that make the same key at once, one wins and both use its key. */
function writeOnce(path: string, text: string): string {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    return text;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return readFileSync(path, 'utf8');
    throw error;
  }
}
