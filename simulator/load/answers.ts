const CONNACK = 0x20;
const PUBACK = 0x40;
/** Longest head of a packet: the type and four bytes of length. */
const LONGEST_HEAD = 5;

export interface AnswerHandlers {
  /** `code` 0: the broker let us in. */
  onConnack(code: number): void;
  onPuback(packetId: number): void;
}

/** Reads what a broker answers, however its bytes are cut, and skips what is neither a CONNACK nor a PUBACK. */
export class AnswerReader {
  readonly #handlers: AnswerHandlers;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a packet of no interest that are still to come. */
  #skip = 0;

  constructor(handlers: AnswerHandlers) {
    this.#handlers = handlers;
  }

  /** @throws Error when the bytes are not MQTT. */
  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (at < bytes.length) {
      const next = this.#packet(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.#rest = at >= bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }

  /** Handles the packet at `at`. Answers where the next begins, or -1 when it is not all there. */
  #packet(bytes: Buffer, at: number): number {
    const type = (bytes[at] ?? 0) & 0xf0;
    let length = 0;
    let body = at + 1;
    for (let shift = 0; ; shift += 7, body += 1) {
      if (body - at >= LONGEST_HEAD) throw new Error('The broker sent something that is not MQTT.');
      const byte = bytes[body];
      if (byte === undefined) return -1;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    body += 1;
    if (type !== CONNACK && type !== PUBACK) {
      const here = Math.min(length, bytes.length - body);
      this.#skip = length - here;
      return body + here;
    }
    if (body + length > bytes.length) return -1;
    if (type === CONNACK) this.#handlers.onConnack(bytes[body + 1] ?? 0xff);
    else this.#handlers.onPuback(((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0));
    return body + length;
  }
}
