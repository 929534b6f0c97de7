import type { Random } from '#kernel/random.ts';

/** What breaks parsers: borders of numbers, delimiters, half of an encoding, names that objects already have. */
const TOKENS = [
  '\0',
  '\xff\xff\xff\x7f',
  '\x80\x80\x80\x80',
  'null',
  '-0',
  '1e999',
  '9007199254740993',
  '{"a":',
  '[[[[[[[[',
  '"',
  '\\u0000',
  '\\ud800',
  '__proto__',
  'constructor',
  '../../',
  '%2e%2e%2f',
  '%00',
  "='cmd'!A1",
  '\r\n',
  '\r\n\r\n',
  ';',
  '~',
  '*',
  ',',
  '/#',
  '/+/',
  '$SYS/',
  '\xc0',
  '\xdb',
  '\xdb\xdc',
].map((token) => Buffer.from(token, 'latin1'));

const MOST_BYTES = 300_000;

/** A changed copy of one of the seeds, the same for the same `random`. Now and then one is given unchanged. */
export function mutated(seeds: readonly Uint8Array[], random: Random): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  const seed = (): Buffer => Buffer.from(seeds[below(seeds.length)] ?? []);
  let bytes = seed();
  for (let left = below(8); left > 0; left -= 1) bytes = change(bytes);
  return bytes.subarray(0, MOST_BYTES);

  function change(from: Buffer): Buffer {
    const at = below(from.length + 1);
    const size = Math.min(from.length - at, 1 + below(16));
    const [head, tail] = [from.subarray(0, at), from.subarray(at)];
    switch (below(9)) {
      case 0:
        return Buffer.concat([head, TOKENS[below(TOKENS.length)] ?? head, tail]);
      case 1:
        return Buffer.concat([head, Buffer.from([below(256)]), from.subarray(at + 1)]);
      case 2:
        return Buffer.concat([head, from.subarray(at + size)]);
      case 3:
        return Buffer.from(head);
      case 4:
        return Buffer.concat([head, repeated(from.subarray(at, at + size), below(200)), tail]);
      case 5:
        return Buffer.concat([head, seed()]);
      case 6: {
        const copy = Buffer.from(from);
        if (at < copy.length) copy.writeUInt8((copy.readUInt8(at) ^ (1 << below(8))) & 0xff, at);
        return copy;
      }
      case 7:
        // Now and then very much of the same, which is what slow patterns choke on.
        return Buffer.concat([head, repeated(from.subarray(at, at + size), below(random() < 0.05 ? 8_000 : 20)), tail]);
      default:
        return Buffer.concat([head, Buffer.from(String(below(2 ** 31))), tail]);
    }
  }
}

const repeated = (bytes: Uint8Array, times: number): Buffer =>
  Buffer.concat(Array.from({ length: times }, () => bytes));
