import { asciiBytes, asciiOf } from '../ascii.ts';
import { crc16CcittFalse, hex4 } from '../crc16.ts';
import { DelimitedFramer } from '../delimited-framer.ts';
import type { FrameDecoder, Parsed } from '../frame-event.ts';

/** `!COMMAND^field^field|CRC4` and a carriage return; the CRC is over what stands between `!` and `|`. */
export interface AlarisFrame {
  /** Without fields it is a question, or the echo of a command that has none. */
  readonly kind: 'query' | 'fields';
  readonly command: string;
  /** As they stand, blanks included. Empty means not told. */
  readonly fields: readonly string[];
  /** Four hexadecimal digits, checked. */
  readonly crc: string;
}

const START = 0x21;
const CR = 0x0d;
const ESC = 0x1b;
const BAR = 0x7c;
const CRC_DIGITS = 4;
/** The longest known is a status of about 120 characters. */
const MAX_BYTES = 512;

export function alarisWire(command: string, fields: readonly string[] = []): Uint8Array {
  const text = [command, ...fields].join('^');
  return asciiBytes(`!${text}|${hex4(crc16CcittFalse(asciiBytes(text)))}\r`);
}

export const alarisDecoder = (): FrameDecoder<AlarisFrame> =>
  new DelimitedFramer<AlarisFrame>({
    start: START,
    end: CR,
    abort: ESC,
    // A drug's name may hold an exclamation mark.
    startMayBeText: true,
    maxBytes: MAX_BYTES,
    parse,
  });

function parse(bytes: Uint8Array): Parsed<AlarisFrame> {
  const bar = bytes.length - CRC_DIGITS - 1;
  if (bar < 0 || bytes[bar] !== BAR) return { code: 'bad-crc' };
  const body = bytes.subarray(0, bar);
  const crc = hex4(crc16CcittFalse(body));
  if (asciiOf(bytes.subarray(bar + 1)) !== crc) return { code: 'bad-crc' };
  const [command = '', ...fields] = asciiOf(body)?.split('^') ?? [];
  if (!/^[A-Z][A-Z0-9_]*$/.test(command)) return { code: 'bad-syntax' };
  return { frame: { kind: fields.length === 0 ? 'query' : 'fields', command, fields, crc } };
}
