import { crc32 } from './crc32.ts';
import { MAX_MESSAGE_BYTES } from './wire-schema.ts';

/** `R` readings, `S` status, `A` acknowledged, `N` not acknowledged with a reason code as text. Design contract §5. */
export const serialFrameTypes = ['R', 'S', 'A', 'N'] as const;
export type SerialFrameType = (typeof serialFrameTypes)[number];

export interface SerialFrame {
  readonly type: SerialFrameType;
  /** 0 to 65535, chosen by the sender of `R` or `S` and given back in `A` or `N`. */
  readonly id: number;
  readonly payload: Uint8Array;
}

/** Why bytes between two ENDs are no frame. */
export type SerialDiscardCode = 'bad-escape' | 'too-short' | 'too-long' | 'bad-crc' | 'unknown-type' | 'unfinished';

export type SerialEvent =
  | { readonly ok: true; readonly frame: SerialFrame }
  | {
      readonly ok: false;
      readonly code: SerialDiscardCode;
      /** The bytes as they came, without END. Of `too-long` only the beginning. */
      readonly discarded: Uint8Array;
      readonly discardedBytes: number;
    };

/** SLIP, RFC 1055. */
const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** Type, id and CRC-32 around the payload. */
const HEAD_BYTES = 3;
const FRAME_BYTES = HEAD_BYTES + 4;
const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + FRAME_BYTES;
/** Every byte may have been escaped. */
const MAX_WIRE_BYTES = 2 * MAX_FRAME_BYTES;
const SHOWN_BYTES = 1_024;

/** The bytes on the wire: END, the escaped frame, END. @throws RangeError when id or payload is out of range. */
export function encodeSerialFrame({ type, id, payload }: SerialFrame): Uint8Array {
  if (!Number.isInteger(id) || id < 0 || id > 0xffff) throw new RangeError(`A frame's id is 0 to 65535, not ${id}.`);
  if (payload.length > MAX_MESSAGE_BYTES) throw new RangeError(`A payload of ${payload.length} bytes is too long.`);
  const frame = new Uint8Array(payload.length + FRAME_BYTES);
  const view = new DataView(frame.buffer);
  frame[0] = type.charCodeAt(0);
  view.setUint16(1, id);
  frame.set(payload, HEAD_BYTES);
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, -4)));
  return slipEscape(frame);
}

function slipEscape(frame: Uint8Array): Uint8Array {
  const wire = new Uint8Array(2 * frame.length + 2);
  let at = 0;
  wire[at++] = END;
  for (const byte of frame) {
    if (byte !== END && byte !== ESC) {
      wire[at++] = byte;
      continue;
    }
    wire[at++] = ESC;
    wire[at++] = byte === END ? ESC_END : ESC_ESC;
  }
  wire[at++] = END;
  return wire.subarray(0, at);
}

/**
 * Bytes of a serial line to frames, however they are cut. Never throws; what is no frame is told with its bytes, and the
 * next END begins afresh. Holds at most one frame of the largest size.
 */
export class SerialFrameDecoder {
  #bytes = new Uint8Array(256);
  #length = 0;
  /** Bytes of a frame that is too long, the kept beginning included. */
  #overlong = 0;

  push(chunk: Uint8Array): SerialEvent[] {
    const events: SerialEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(END); end >= 0; end = chunk.indexOf(END, start)) {
      this.#keep(chunk.subarray(start, end));
      const event = this.#close();
      if (event) events.push(event);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return events;
  }

  /** The line has ended: tells what was left without an END. */
  end(): SerialEvent[] {
    if (this.#overlong === 0 && this.#length === 0) return [];
    return [this.#discard('unfinished')];
  }

  #keep(bytes: Uint8Array): void {
    if (this.#overlong > 0 || this.#length + bytes.length > MAX_WIRE_BYTES) {
      if (this.#overlong === 0) this.#overlong = this.#length;
      this.#overlong += bytes.length;
      const room = bytes.subarray(0, Math.max(0, SHOWN_BYTES - this.#length));
      this.#append(room);
      return;
    }
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  #close(): SerialEvent | undefined {
    if (this.#overlong > 0) return this.#discard('too-long');
    // Two ENDs in a row are the end of one frame and the beginning of the next.
    if (this.#length === 0) return undefined;
    const frame = slipUnescape(this.#bytes.subarray(0, this.#length));
    if (!frame) return this.#discard('bad-escape');
    if (frame.length < FRAME_BYTES) return this.#discard('too-short');
    if (frame.length > MAX_FRAME_BYTES) return this.#discard('too-long');
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    if (view.getUint32(frame.length - 4) !== crc32(frame.subarray(0, -4))) return this.#discard('bad-crc');
    const type = serialFrameTypes.find((each) => each.charCodeAt(0) === frame[0]);
    if (!type) return this.#discard('unknown-type');
    this.#length = 0;
    return { ok: true, frame: { type, id: view.getUint16(1), payload: frame.subarray(HEAD_BYTES, -4) } };
  }

  #discard(code: SerialDiscardCode): SerialEvent {
    const discardedBytes = this.#overlong > 0 ? this.#overlong : this.#length;
    const kept = code === 'too-long' || this.#overlong > 0 ? Math.min(SHOWN_BYTES, this.#length) : this.#length;
    const discarded = this.#bytes.slice(0, kept);
    this.#length = 0;
    this.#overlong = 0;
    return { ok: false, code, discarded, discardedBytes };
  }
}

/**
 * Type and id at the beginning of bytes that are no frame, undefined when they cannot be that of a message. No checksum
 * vouches for them: good enough to tell a sender why, not to believe anything.
 */
export function headOfDiscarded(discarded: Uint8Array): { readonly type: 'R' | 'S'; readonly id: number } | undefined {
  // Three bytes are six on the wire at most; the cut may fall into an escape, of which the first byte is then left out.
  const start = discarded.subarray(0, 2 * HEAD_BYTES);
  const head = slipUnescape(start) ?? slipUnescape(start.subarray(0, -1));
  if (!head || head.length < HEAD_BYTES) return undefined;
  const type = (['R', 'S'] as const).find((each) => each.charCodeAt(0) === head[0]);
  return type && { type, id: new DataView(head.buffer, head.byteOffset, head.length).getUint16(1) };
}

/** Undefined when an escape is followed by something else than it may. */
function slipUnescape(wire: Uint8Array): Uint8Array | undefined {
  const frame = new Uint8Array(wire.length);
  let length = 0;
  for (let i = 0; i < wire.length; i += 1) {
    let byte = wire[i] ?? 0;
    if (byte === ESC) {
      i += 1;
      if (wire[i] === ESC_END) byte = END;
      else if (wire[i] === ESC_ESC) byte = ESC;
      else return undefined;
    }
    frame[length++] = byte;
  }
  return frame.subarray(0, length);
}
