import { asciiOf } from '../ascii.ts';
import { DelimitedFramer } from '../delimited-framer.ts';
import type { FrameDecoder } from '../frame-event.ts';
import type { Ne1000Frame } from './frame.ts';
import { commandOf, replyOf } from './text.ts';

const STX = 0x02;
const ETX = 0x03;
const CR = 0x0d;
/** No reply of the manual is longer than 40; a program listing is not asked for. */
const MAX_BYTES = 256;

/** Basic mode: replies in STX … ETX, commands up to a carriage return. There is no check sum, so the syntax is all. */
export const ne1000BasicDecoder = (): FrameDecoder<Ne1000Frame> =>
  new DelimitedFramer<Ne1000Frame>({
    start: STX,
    end: ETX,
    maxBytes: MAX_BYTES,
    parse: (bytes) => {
      const text = asciiOf(bytes);
      const frame = text === undefined ? undefined : replyOf(text);
      return frame ? { frame } : { code: 'bad-syntax' };
    },
    line: {
      end: CR,
      parse: (bytes) => {
        const frame = commandOf(bytes);
        return frame ? { frame } : { code: 'bad-syntax' };
      },
    },
  });
