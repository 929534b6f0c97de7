import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodedEvent, type LineProtocolId, lineReader } from '#codec/decoded-line.ts';
import { alarisReply } from '#codec/pumps/alaris/replies.ts';
import { ne1000Reply } from '#codec/pumps/ne1000/replies.ts';
import { pumpProtocolIds } from '#codec/pumps/protocols.ts';
import { terumoIdReply } from '#codec/pumps/terumo/replies.ts';
import { ascii, bytesOf, chunked, decoded, hex, join } from './line-events.ts';

const SAFE_STOPPED = '0207303053aaa603';

describe('bytes that are no frame are told with the reason', () => {
  // What goes in, as text or hex, and the events: ok, or code and the discarded bytes.
  it.each<[LineProtocolId, string | Uint8Array, (true | [string, string])[]]>([
    ['ne1000', 'ab\x0200S\x03', [['noise', '6162'], true]],
    ['ne1000', '\x0200I5\x0200S\x03', [['torn', '0230304935'], true]],
    ['ne1000', '\x0200Q\x03', [['bad-syntax', '0230305103']]],
    ['ne1000', '\x02\x03', [['bad-syntax', '0203']]],
    ['ne1000', '\x02000S\x03\r', [['bad-syntax', '023030305303'], true]],
    ['ne1000', 'HELLO\r', [['bad-syntax', '48454c4c4f0d']]],
    ['ne1000', '\x0200S', [['unfinished', '02303053']]],
    ['ne1000', '\x0200S\xb0\x03', [['bad-syntax', '02303053b003']]],
    ['ne1000-safe', bytesOf('0208534146305544 03'), [['bad-crc', '020853414630554403']]],
    ['ne1000-safe', bytesOf('0203'), [['bad-length', '0203']]],
    [
      'ne1000-safe',
      bytesOf('0204000002'),
      [
        ['bad-end', '02040000'],
        ['unfinished', '02'],
      ],
    ],
    ['ne1000-safe', bytesOf(`0220 ${SAFE_STOPPED}`), [['torn', '0220'], true]],
    [
      'ne1000-safe',
      bytesOf(`02 07 30 30 53 02 a6 03 ${SAFE_STOPPED}`),
      [['bad-crc', '0207303053'], ['torn', '02a603'], true],
    ],
    ['ne1000-safe', bytesOf(`ff ff ${SAFE_STOPPED} 00`), [['noise', 'ffff'], true, ['noise', '00']]],
    ['ne1000-safe', bytesOf('0207515151'), [['unfinished', '0207515151']]],
    ['alaris-asena', '!INF|4962\r', [['bad-crc', hex(ascii('!INF|4962\r'))]]],
    ['alaris-asena', '!INF|b2\r', [['bad-crc', hex(ascii('!INF|b2\r'))]]],
    ['alaris-asena', '!ALARM|50b2\r', [['bad-crc', hex(ascii('!ALARM|50b2\r'))]]],
    ['alaris-asena', '!INF\r', [['bad-crc', hex(ascii('!INF\r'))]]],
    ['alaris-asena', '!\r', [['bad-crc', '210d']]],
    ['alaris-asena', '!INF^80!INF|4961\r', [['torn', hex(ascii('!INF^80'))], true]],
    ['alaris-asena', '!INF^8\x1b!INF|4961\r', [['aborted', hex(ascii('!INF^8\x1b'))], true]],
    ['alaris-asena', '\n!INF|4961\r\n', [['noise', '0a'], true, ['noise', '0a']]],
    ['alaris-asena', '!INF|49', [['unfinished', hex(ascii('!INF|49'))]]],
    ['terumo-te', '\x02<REQ></REQ>0000\x03', [['bad-crc', hex(ascii('\x02<REQ></REQ>0000\x03'))]]],
    ['terumo-te', '\x02\x03', [['bad-crc', '0203']]],
    [
      'terumo-te',
      'x\x02<',
      [
        ['noise', '78'],
        ['unfinished', '023c'],
      ],
    ],
  ])('%s %j', (protocol, wire, expected) => {
    const events = decoded(protocol, typeof wire === 'string' ? ascii(wire) : wire);
    expect(events.map((event) => (event.ok ? true : [event.code, event.discarded]))).toEqual(expected);
  });

  it('well-formed packets of Terumo that mean nothing are bad syntax', () => {
    // The check sum is that of another program.
    const wire = ascii('\x02<?xml version="1.0"?><REQ></REQ>4276\x03');
    expect(decoded('terumo-te', wire)).toEqual([{ ok: false, code: 'bad-syntax', discarded: hex(wire) }]);
  });

  it('a beginning without an end is given up, and a later beginning is not', () => {
    const good = ascii('!INF|4961\r');
    const long = decoded('alaris-asena', join(ascii(`!${'A'.repeat(600)}`), good));
    expect(long.map((event) => event.ok || event.code)).toEqual(['too-long', 'noise', true]);
    const inner = decoded('alaris-asena', join(ascii(`!${'A'.repeat(505)}`), good));
    expect(inner.map((event) => event.ok || event.code)).toEqual(['too-long', true]);
  });
});

describe('whatever the bytes are', () => {
  const good: Readonly<Record<(typeof pumpProtocolIds)[number], Uint8Array>> = {
    ne1000: ne1000Reply(0, { status: 'infusing', says: { says: 'rate', rateMlH: 5 } }, 'basic'),
    'ne1000-safe': ne1000Reply(0, { status: 'infusing', says: { says: 'rate', rateMlH: 5 } }, 'safe'),
    'alaris-asena': alarisReply({ says: 'serial', serial: '8002-51740' }),
    'terumo-te': terumoIdReply('000100700000001201000001'),
  };
  /** Frames, pieces of frames, bytes that mean something, and any others. */
  const stream = (frame: Uint8Array): fc.Arbitrary<Uint8Array> =>
    fc
      .array(
        fc.oneof(
          fc.constant(frame),
          fc
            .tuple(fc.nat(frame.length), fc.nat(frame.length))
            .map(([a, b]) => frame.slice(Math.min(a, b), Math.max(a, b))),
          fc.tuple(fc.nat(frame.length - 1), fc.nat(255)).map(([at, byte]) => frame.with(at, byte)),
          fc
            .array(fc.constantFrom(0x02, 0x03, 0x0d, 0x1b, 0x21, 0x7c, 0x04, 0x30), { maxLength: 6 })
            .map((b) => Uint8Array.from(b)),
          fc.uint8Array({ maxLength: 12 }),
        ),
        { maxLength: 12 },
      )
      .map((parts) => join(...parts));

  it.each(pumpProtocolIds)('%s: every chunking gives the same', (protocol) => {
    const bytesAndChunks = stream(good[protocol]).chain((bytes) => fc.tuple(fc.constant(bytes), chunked(bytes)));
    fc.assert(
      fc.property(bytesAndChunks, ([bytes, chunks]) => {
        const whole = decoded(protocol, bytes);
        expect(decoded(protocol, ...chunks)).toEqual(whole);
        expect(decoded(protocol, ...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it.each(pumpProtocolIds)('%s: frames and discarded bytes, in order, are every byte', (protocol) => {
    fc.assert(
      fc.property(stream(good[protocol]), (bytes) => {
        const reader = lineReader(protocol);
        let pending = '';
        const account = (event: DecodedEvent): void => {
          const here = event.ok ? pending : event.discarded;
          expect(pending.startsWith(here)).toBe(true);
          // A frame ends with the byte that completed it; alone it is read to the same.
          if (event.ok) expect(decoded(protocol, bytesOf(here))).toEqual([event]);
          pending = pending.slice(here.length);
        };
        for (const byte of bytes) {
          pending += hex(Uint8Array.of(byte));
          reader.push(Uint8Array.of(byte)).forEach(account);
        }
        reader.end().forEach(account);
        expect(pending).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it.each(pumpProtocolIds)('%s: a whole frame behind rubbish and a pause is always read', (protocol) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (rubbish) => {
        // Between them the line was silent for longer than a frame may pause.
        const alone = decoded(protocol, good[protocol]);
        const both = [...decoded(protocol, rubbish), ...decoded(protocol, good[protocol])];
        expect(both.at(-1)).toEqual(alone.at(-1));
      }),
      { numRuns: 100 },
    );
  });

  it.each(pumpProtocolIds)('%s: no single bit that flips makes another frame', (protocol) => {
    // Basic mode has no check sum: there it may.
    if (protocol === 'ne1000') return;
    const frame = good[protocol];
    for (let bit = 0; bit < frame.length * 8; bit += 1) {
      const at = bit >> 3;
      const events = decoded(protocol, frame.with(at, (frame[at] ?? 0) ^ (1 << (bit & 7))));
      expect(events.every((event) => !event.ok)).toBe(true);
    }
  });
});
