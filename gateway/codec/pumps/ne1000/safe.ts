import { asciiOf } from '../ascii.ts';
import { crc16Xmodem, hex4 } from '../crc16.ts';
import type { DiscardCode, FrameDecoder, FrameEvent, Parsed } from '../frame-event.ts';
import type { Ne1000Frame } from './frame.ts';
import { eitherOf } from './text.ts';

const STX = 0x02;
const ETX = 0x03;
/** Length byte, check sum and ETX: what the length counts besides the data. */
const OVERHEAD = 4;
const MAX_BYTES = 256;

/** A packet of Safe mode: STX, number of bytes that follow with itself, data, CRC-16/XMODEM of the data, ETX. */
export function safePacket(data: Uint8Array): Uint8Array {
  if (data.length + OVERHEAD > 0xff) throw new RangeError(`A packet of Safe mode holds 251 bytes, not ${data.length}.`);
  const packet = new Uint8Array(data.length + OVERHEAD + 1);
  packet.set([STX, data.length + OVERHEAD]);
  packet.set(data, 2);
  new DataView(packet.buffer).setUint16(data.length + 2, crc16Xmodem(data));
  packet[packet.length - 1] = ETX;
  return packet;
}

/**
 * Safe mode. Length and check sum may hold any byte, STX and ETX too, so the length frames it. A length that was hit by
 * noise would swallow what follows: whole packets that end at an ETX inside of a doubtful one are taken, and the rest told.
 */
export class Ne1000SafeDecoder implements FrameDecoder<Ne1000Frame> {
  readonly #bytes = new Uint8Array(MAX_BYTES);
  #length = 0;

  push(chunk: Uint8Array): FrameEvent<Ne1000Frame>[] {
    const events: FrameEvent<Ne1000Frame>[] = [];
    for (const byte of chunk) this.#take(byte, events);
    return events;
  }

  end(): FrameEvent<Ne1000Frame>[] {
    const events: FrameEvent<Ne1000Frame>[] = [];
    while (this.#length > 0) this.#cut(this.#bytes[0] === STX ? 'unfinished' : 'noise', events);
    return events;
  }

  #take(byte: number, events: FrameEvent<Ne1000Frame>[]): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    const verdict = this.#verdict();
    if (verdict === 'wait') {
      const inner = this.#packetInside();
      if (!inner) return;
      events.push({ ok: false, code: 'torn', discarded: this.#bytes.slice(0, inner.from) });
      events.push({ ok: true, frame: inner.frame });
      this.#length = 0;
    } else if (typeof verdict === 'string') this.#cut(verdict, events);
    else {
      events.push({ ok: true, frame: verdict });
      this.#length = 0;
    }
  }

  /** What the bytes are, taken from the first. Called at each byte, so a packet is never longer than the bytes. */
  #verdict(): 'wait' | DiscardCode | Ne1000Frame {
    const bytes = this.#bytes.subarray(0, this.#length);
    if (bytes[0] !== STX) {
      if (bytes.at(-1) !== STX && this.#length < MAX_BYTES) return 'wait';
      return 'noise';
    }
    const length = bytes[1];
    if (length === undefined) return 'wait';
    if (length < OVERHEAD) return 'bad-length';
    if (bytes.length < length + 1) return 'wait';
    const parsed = packetOf(bytes.subarray(0, length + 1));
    return 'frame' in parsed ? parsed.frame : parsed.code;
  }

  /** A whole packet that ends with the last byte and began after the first. */
  #packetInside(): { from: number; frame: Ne1000Frame } | undefined {
    const bytes = this.#bytes.subarray(0, this.#length);
    if (bytes.at(-1) !== ETX) return undefined;
    for (let from = bytes.indexOf(STX, 1); from > 0; from = bytes.indexOf(STX, from + 1)) {
      if (bytes[from + 1] !== bytes.length - from - 1) continue;
      const parsed = packetOf(bytes.subarray(from));
      if ('frame' in parsed) return { from, frame: parsed.frame };
    }
    return undefined;
  }

  /** Tells the bytes up to the next possible beginning, and looks at the rest anew as if it had just come. */
  #cut(code: DiscardCode, events: FrameEvent<Ne1000Frame>[]): void {
    const next = this.#bytes.subarray(0, this.#length).indexOf(STX, 1);
    const upTo = next < 0 ? this.#length : next;
    events.push({ ok: false, code, discarded: this.#bytes.slice(0, upTo) });
    const rest = this.#bytes.slice(upTo, this.#length);
    this.#length = 0;
    for (const byte of rest) this.#take(byte, events);
  }
}

/** Bytes from STX on whose number is what their length says. */
function packetOf(bytes: Uint8Array): Parsed<Ne1000Frame> {
  if (bytes.at(-1) !== ETX) return { code: 'bad-end' };
  if (bytes.length < OVERHEAD + 1) return { code: 'bad-length' };
  const data = bytes.subarray(2, -3);
  const crc = crc16Xmodem(data);
  if (new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint16(bytes.length - 3) !== crc) {
    return { code: 'bad-crc' };
  }
  const text = asciiOf(data);
  const frame = text === undefined ? undefined : eitherOf(text);
  return frame ? { frame: { ...frame, crc: hex4(crc) } } : { code: 'bad-syntax' };
}
