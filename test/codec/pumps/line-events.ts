import fc from 'fast-check';
import { type DecodedEvent, type LineProtocolId, lineReader } from '#codec/decoded-line.ts';

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytesOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
export const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
export const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export function decoded(protocol: LineProtocolId, ...chunks: readonly Uint8Array[]): DecodedEvent[] {
  const reader = lineReader(protocol);
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

/** Bytes cut at chance. */
export const chunked = (bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> =>
  fc.uniqueArray(fc.nat({ max: bytes.length }), { maxLength: 12 }).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    return edges.slice(1).map((edge, i) => bytes.slice(edges[i], edge));
  });
