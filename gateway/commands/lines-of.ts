import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { GatewayError, systemCodeOf } from '#kernel/errors.ts';

/**
 * Lines of the file that an option names, `-` for standard input.
 * @throws GatewayError `bad-request` when it cannot be read
 */
export async function* linesOf(option: string, file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    throw new GatewayError('bad-request', `${option} ${file} cannot be read (${code}).`);
  }
}
