import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '#codec/crc32.ts';
import {
  encodeSerialFrame,
  type SerialEvent,
  type SerialFrame,
  SerialFrameDecoder,
  serialFrameTypes,
} from '#codec/serial-frame.ts';
import { MAX_MESSAGE_BYTES } from '#codec/wire-schema.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

const frame = fc.record({
  type: fc.constantFrom(...serialFrameTypes),
  id: fc.integer({ min: 0, max: 0xffff }),
  // Many of the bytes that have a meaning on the line.
  payload: fc
    .uint8Array({ maxLength: 300 })
    .chain((bytes) =>
      fc
        .array(fc.constantFrom(0xc0, 0xdb, 0xdc, 0xdd), { maxLength: 20 })
        .map((special) => Uint8Array.from([...bytes, ...special])),
    ),
});

const decode = (...chunks: Uint8Array[]): SerialEvent[] => {
  const decoder = new SerialFrameDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
};
const frames = (events: readonly SerialEvent[]): SerialFrame[] =>
  events.flatMap((event) => (event.ok ? [event.frame] : []));
const plain = ({ type, id, payload }: SerialFrame): string => `${type} ${id} ${hex(payload)}`;
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('the checksum', () => {
  it('is that of zlib', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
  });
});

describe('a serial frame on the wire', () => {
  // Made by another program: Python's struct and zlib, and the escapes by hand.
  it.each([
    [{ type: 'A', id: 0, payload: text('') }, 'c04100008e193ee5c0'],
    [{ type: 'A', id: 1, payload: text('') }, 'c0410001f91e0e73c0'],
    [{ type: 'N', id: 49371, payload: text('bad-crc') }, 'c04edbdcdbdd6261642d637263e2014fd5c0'],
    [{ type: 'R', id: 258, payload: text('{"hub":"h1"}') }, 'c05201027b22687562223a226831227d79821fbdc0'],
  ] as const)('%j', (given, expected) => {
    expect(hex(encodeSerialFrame(given))).toBe(expected);
  });

  it('is refused when it cannot be sent', () => {
    const payload = new Uint8Array();
    for (const id of [-1, 65_536, 1.5]) {
      expect(() => encodeSerialFrame({ type: 'R', id, payload })).toThrow(/0 to 65535/);
    }
    const long = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    expect(() => encodeSerialFrame({ type: 'R', id: 0, payload: long })).toThrow(/too long/);
  });

  it('comes back the same, in any number, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 12 }),
        (sent, cuts) => {
          const wire = join(...sent.map(encodeSerialFrame));
          const edges = [0, ...cuts.filter((cut) => cut < wire.length).sort((a, b) => a - b), wire.length];
          const chunks = edges.slice(1).map((edge, i) => wire.subarray(edges[i], edge));
          const events = decode(...chunks);
          expect(events.every(({ ok }) => ok)).toBe(true);
          expect(frames(events).map(plain)).toEqual(sent.map(plain));
        },
      ),
    );
  });

  it('comes back the same cut in two at every place, and byte by byte', () => {
    const sent = { type: 'R', id: 0xdbc0, payload: text('À Û {"hub":"h1"}') } as const;
    const wire = encodeSerialFrame(sent);
    for (let cut = 0; cut <= wire.length; cut += 1) {
      expect(frames(decode(wire.subarray(0, cut), wire.subarray(cut))).map(plain)).toEqual([plain(sent)]);
    }
    expect(frames(decode(...Array.from(wire, (byte) => Uint8Array.of(byte)))).map(plain)).toEqual([plain(sent)]);
  });

  it('carries the largest message, and no byte more', () => {
    const payload = new Uint8Array(MAX_MESSAGE_BYTES).fill(0xc0);
    const wire = encodeSerialFrame({ type: 'R', id: 7, payload });
    expect(frames(decode(wire))[0]?.payload).toEqual(payload);
    const stuffed = join(Uint8Array.of(0xc0), new Uint8Array(MAX_MESSAGE_BYTES + 8).fill(0x41), Uint8Array.of(0xc0));
    expect(decode(stuffed)).toMatchObject([{ ok: false, code: 'too-long', discardedBytes: MAX_MESSAGE_BYTES + 8 }]);
  });
});

describe('bytes that are no frame', () => {
  const good = encodeSerialFrame({ type: 'S', id: 5, payload: text('{"a":1}') });

  it.each([
    ['a checksum that does not fit', 'c0410000deadbeefc0', 'bad-crc', '410000deadbeef'],
    ['an escape before something else', 'c041db00c0', 'bad-escape', '41db00'],
    ['an escape at the end', 'c041dbc0', 'bad-escape', '41db'],
    ['too few bytes for a head', 'c04100c0', 'too-short', '4100'],
    ['a line that ends within', 'c0410000', 'unfinished', '410000'],
  ])('%s: told with its bytes, and the next frame is read', (_name, wire, code, discarded) => {
    const events = code === 'unfinished' ? decode(good, bytesOf(wire)) : decode(bytesOf(wire), good);
    expect(frames(events).map(({ id }) => id)).toEqual([5]);
    const bad = events.flatMap((event) => (event.ok ? [] : [[event.code, hex(event.discarded)]]));
    expect(bad).toEqual([[code, discarded]]);
  });

  it('a type that nobody knows', () => {
    const wire = encodeSerialFrame({ type: 'A', id: 1, payload: text('x') });
    const body = Uint8Array.from([0x51, 0, 1, 0x78]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(zlibCrc32(body));
    expect(decode(join(Uint8Array.of(0xc0), body, sum, Uint8Array.of(0xc0)), wire)).toMatchObject([
      { ok: false, code: 'unknown-type' },
      { ok: true },
    ]);
  });

  it('noise before the first END costs only itself', () => {
    expect(decode(text('login: '), good)).toMatchObject([{ ok: false, discardedBytes: 7 }, { ok: true }]);
  });

  it('does not grow without end on a line that never sends END', () => {
    const decoder = new SerialFrameDecoder();
    const noise = new Uint8Array(64 * 1024).fill(0x55);
    for (let i = 0; i < 64; i += 1) expect(decoder.push(noise)).toEqual([]);
    expect(decoder.push(good)).toMatchObject([
      { ok: false, code: 'too-long', discardedBytes: 64 * 64 * 1024 },
      { ok: true },
    ]);
  });

  it('a bit that flips anywhere is noticed', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 0, max: 7 }), (sent, place, bit) => {
        const wire = Uint8Array.from(encodeSerialFrame(sent));
        const at = place % wire.length;
        wire[at] = (wire[at] ?? 0) ^ (1 << bit);
        for (const got of frames(decode(wire))) expect(plain(got)).toBe(plain(sent));
      }),
      { numRuns: 500 },
    );
  });

  it('whatever comes, nothing is thrown, every byte is accounted for, and a frame after it is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }),
        fc.array(fc.constantFrom(0xc0, 0xdb, 0xdc, 0x41), { maxLength: 30 }),
        (chunks, special) => {
          const before = [...chunks, Uint8Array.from(special)];
          const events = decode(...before, Uint8Array.of(0xc0), good);
          expect(events.at(-1)).toMatchObject({ ok: true, frame: { type: 'S', id: 5 } });
          const told = events.reduce((sum, event) => sum + (event.ok ? 0 : event.discardedBytes), 0);
          const ends = before.flatMap((chunk) => [...chunk]).filter((byte) => byte === 0xc0).length;
          const all = before.reduce((sum, chunk) => sum + chunk.length, 0);
          // A frame made of noise has a checksum that fits once in four thousand million.
          expect(told).toBe(all - ends);
        },
      ),
      { numRuns: 300 },
    );
  });
});
