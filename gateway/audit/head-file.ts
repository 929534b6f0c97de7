import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { SignedHead } from '#kernel/sealed-stream.ts';
import type { HeadWitness } from './audit-log.ts';

const headSchema = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  hash: Type.String(),
  at: Type.Integer(),
  keyId: Type.String(),
  signature: Type.String(),
});

/** Signed heads as JSON lines in a file beside the chain. */
export class HeadFile implements HeadWitness {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  keep(head: SignedHead): void {
    const file = openSync(this.#path, 'a', 0o600);
    try {
      // The line break first: what a crash cut off before does not take this one along.
      writeSync(file, `\n${JSON.stringify(head)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** A line that is no head was cut off by a crash. */
  kept(): readonly SignedHead[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8').split('\n').flatMap(headIn);
  }
}

function headIn(line: string): readonly SignedHead[] {
  try {
    const head: unknown = JSON.parse(line);
    return Value.Check(headSchema, head) ? [head] : [];
  } catch {
    return [];
  }
}
