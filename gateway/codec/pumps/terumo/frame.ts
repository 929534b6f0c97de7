import { asciiBytes, asciiOf } from '../ascii.ts';
import { crc16Xmodem, hex4 } from '../crc16.ts';
import { DelimitedFramer } from '../delimited-framer.ts';
import type { FrameDecoder, Parsed } from '../frame-event.ts';

/** The command inside of a packet: base64 of sequence, command, subcommand and, in replies, the result. */
export interface TerumoCommand {
  /** 00 to 7E from a network, 80 to FE from a rack; the reply gives it back. */
  readonly sequence: number;
  readonly command: number;
  readonly subcommand: number;
  /** Replies only: 0 done, 0x11 unknown, 0x12 not to be carried out, 0x13 too short, 0x14 too long, 0x15 out of range. */
  readonly result?: number;
  readonly data: Uint8Array;
}

/** STX, XML, CRC-16/XMODEM of the XML in four digits, ETX. Manual of the TE-SS830, p. 120-127. */
export interface TerumoFrame {
  readonly kind: 'request' | 'reply';
  /** Empty in the request for it. */
  readonly deviceId: string;
  readonly command?: TerumoCommand;
  readonly crc: string;
}

const STX = 0x02;
const ETX = 0x03;
const CRC_DIGITS = 4;
/** The packet has "arbitrary size"; the longest known is about 300. */
const MAX_BYTES = 4_096;
const DECLARATION = '<?xml version="1.0"?>';

/** No blanks, entities or attributes are allowed between the tags, so this is the whole grammar. */
const packet =
  /^<\?xml version="1\.0"\?><(REQ|REP)><DEVID>([0-9A-Fa-f]*)<\/DEVID>(?:<CMD>([A-Za-z0-9+/]*={0,2})<\/CMD>)?<\/(REQ|REP)>$/;
const SHORT_ERROR_BYTES = 4;

export function terumoWire(tag: 'REQ' | 'REP', deviceId: string, command?: Uint8Array): Uint8Array {
  const cmd = command ? `<CMD>${Buffer.from(command).toString('base64')}</CMD>` : '';
  const xml = `${DECLARATION}<${tag}><DEVID>${deviceId}</DEVID>${cmd}</${tag}>`;
  return Uint8Array.of(STX, ...asciiBytes(xml), ...asciiBytes(hex4(crc16Xmodem(asciiBytes(xml)))), ETX);
}

export const terumoDecoder = (): FrameDecoder<TerumoFrame> =>
  new DelimitedFramer<TerumoFrame>({ start: STX, end: ETX, maxBytes: MAX_BYTES, parse });

function parse(bytes: Uint8Array): Parsed<TerumoFrame> {
  const xml = bytes.subarray(0, Math.max(0, bytes.length - CRC_DIGITS));
  const crc = hex4(crc16Xmodem(xml));
  if (asciiOf(bytes.subarray(xml.length)) !== crc) return { code: 'bad-crc' };
  const [, tag, deviceId = '', base64, closing] = packet.exec(asciiOf(xml) ?? '') ?? [];
  if (tag === undefined || tag !== closing) return { code: 'bad-syntax' };
  const kind = tag === 'REQ' ? 'request' : 'reply';
  if (base64 === undefined) return { frame: { kind, deviceId, crc } };
  const command = commandOf(base64, kind);
  return command ? { frame: { kind, deviceId, command, crc } } : { code: 'bad-syntax' };
}

function commandOf(base64: string, kind: TerumoFrame['kind']): TerumoCommand | undefined {
  // Buffer skips what is no base64 and takes half groups.
  if (base64.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  const [sequence, command, high, low, result] = bytes;
  if (sequence === undefined || command === undefined || high === undefined || low === undefined) return undefined;
  const head = { sequence, command, subcommand: high * 0x100 + low };
  if (kind === 'request') return { ...head, data: bytes.slice(SHORT_ERROR_BYTES) };
  return result === undefined ? undefined : { ...head, result, data: bytes.slice(SHORT_ERROR_BYTES + 1) };
}
