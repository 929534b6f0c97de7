import { randomBytes } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, openChunks, sealChunks } from '#backup/sealed-chunks.ts';

const TAG_BYTES = 16;
const key = randomBytes(32);

/** Sends bytes through in parts of the given size. */
async function through(transform: Transform, bytes: Buffer, part = 10_007): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += part) parts.push(bytes.subarray(from, from + part));
  const source = Readable.from(parts, { objectMode: false });
  source.on('error', (error) => transform.destroy(error));
  return buffer(source.pipe(transform));
}

const sealed = (bytes: Buffer) => through(sealChunks(key), bytes);
const opened = (bytes: Buffer, part?: number) => through(openChunks(key), bytes, part);

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3 * CHUNK_BYTES }),
  fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES),
);

describe('a sealed stream', () => {
  it('opens to what was sealed, however it arrives, and shows none of it', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1_000, max: 200_000 }), async (size, part) => {
        const plain = randomBytes(size);
        const bytes = await sealed(plain);
        expect(bytes.length).toBe(size + TAG_BYTES * Math.max(1, Math.ceil(size / CHUNK_BYTES)));
        if (size >= 32) expect(bytes.includes(plain.subarray(0, 32))).toBe(false);
        expect((await opened(bytes, part)).equals(plain)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('does not open when a bit was changed or an end is missing', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (size, where) => {
        const bytes = await sealed(randomBytes(size));
        const at = Math.floor(where * bytes.length);
        const changed = Buffer.from(bytes);
        changed.writeUInt8((changed[at] ?? 0) ^ 4, at);
        await expect(opened(changed)).rejects.toMatchObject({ code: 'backup-damaged' });
        await expect(opened(bytes.subarray(0, at))).rejects.toMatchObject({ code: 'backup-damaged' });
      }),
      { numRuns: 40 },
    );
  });

  it('does not open when chunks are left out, doubled, moved or cut off between two', async () => {
    const bytes = await sealed(randomBytes(3 * CHUNK_BYTES));
    const whole = CHUNK_BYTES + TAG_BYTES;
    const [a, b, c] = [0, 1, 2].map((n) => bytes.subarray(n * whole, (n + 1) * whole));
    if (!a || !b || !c) throw new Error('three chunks');
    for (const order of [
      [a, b],
      [b, c],
      [a, c],
      [b, a, c],
      [a, a, b, c],
      [a, b, c, c],
      [a, b, b],
    ]) {
      await expect(opened(Buffer.concat(order))).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    expect((await opened(Buffer.concat([a, b, c]))).length).toBe(3 * CHUNK_BYTES);
  });
});
