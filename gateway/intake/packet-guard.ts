import type { Duplex } from 'node:stream';

/** A packet whose fixed header announces more than the limit. */
export interface OversizePacket {
  readonly declaredBytes: number;
  /** The topic, as far as it had arrived. */
  readonly topic: string;
}

const PUBLISH = 3;
const MAX_LENGTH_BYTES = 4;

/**
 * Follows the borders of MQTT packets in a stream of chunks, reading headers only, so that an oversized packet is known
 * by its announcement before any of it is kept: the parser behind would buffer up to 256 MiB of it. MQTT 3.1.1 §2.2.
 */
export class PacketBorders {
  readonly #maxBytes: number;
  #skip = 0;
  #type = -1;
  #length = 0;
  #lengthBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The first packet in `chunk` that announces too much, or null. */
  scan(chunk: Buffer): OversizePacket | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = chunk.readUInt8(at);
      at += 1;
      if (this.#type < 0) {
        this.#type = byte >> 4;
        this.#length = 0;
        this.#lengthBytes = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      if ((byte & 0x80) !== 0 && this.#lengthBytes < MAX_LENGTH_BYTES) continue;
      if (this.#length > this.#maxBytes) {
        return { declaredBytes: this.#length, topic: this.#type === PUBLISH ? topicAt(chunk, at) : '' };
      }
      this.#skip = this.#length;
      this.#type = -1;
    }
    return null;
  }
}

function topicAt(chunk: Buffer, at: number): string {
  if (chunk.length < at + 2) return '';
  const length = chunk.readUInt16BE(at);
  return chunk.toString('utf8', at + 2, Math.min(chunk.length, at + 2 + length));
}

export interface GuardOptions {
  readonly maxPacketBytes: number;
  onOversize(packet: OversizePacket): void;
  /** False while the disk is behind: nothing more is read, and TCP makes the sender wait. */
  hasRoom(): boolean;
  onceRoom(resume: () => void): void;
}

/** Puts the guard between a socket and whoever calls its `read`. */
export function guardSocket(socket: Duplex, options: GuardOptions): void {
  const borders = new PacketBorders(options.maxPacketBytes);
  const read = socket.read.bind(socket);
  let waiting = false;
  let refused = false;
  socket.read = (size?: number) => {
    if (refused || waiting) return null;
    if (!options.hasRoom()) {
      waiting = true;
      options.onceRoom(() => {
        waiting = false;
        if (!socket.destroyed) socket.emit('readable');
      });
      return null;
    }
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return null;
    const oversize = borders.scan(chunk);
    if (!oversize) return chunk;
    refused = true;
    options.onOversize(oversize);
    socket.destroy();
    return null;
  };
}
