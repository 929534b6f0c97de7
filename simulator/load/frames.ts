import { encodeReadings } from '#codec/hub-json.ts';
import type { PumpReading } from '#model/reading.ts';

/** MQTT 3.1.1 packets made by hand, because a load generator spends its time on nothing else. */

const PROTOCOL_LEVEL_311 = 4;
const CLEAN_SESSION = 0x02;
const HAS_USERNAME = 0x80;
const HAS_PASSWORD = 0x40;
const PUBLISH_QOS1 = 0x32;
const RETAIN = 0x01;

export const DISCONNECT = Buffer.from([0xe0, 0x00]);

/** CONNECT with a clean session and no keep-alive. */
export function connectFrame(clientId: string, username?: string, password?: string): Buffer {
  const flags =
    CLEAN_SESSION | (username === undefined ? 0 : HAS_USERNAME) | (password === undefined ? 0 : HAS_PASSWORD);
  const fields = [clientId, username, password].filter((each) => each !== undefined);
  const body = [text('MQTT'), Buffer.from([PROTOCOL_LEVEL_311, flags, 0, 0]), ...fields.map(text)];
  return packet(0x10, Buffer.concat(body));
}

export function publishFrame(topic: string, payload: string, packetId: number, retain: boolean): Buffer {
  const id = Buffer.from([packetId >> 8, packetId & 0xff]);
  return packet(PUBLISH_QOS1 | (retain ? RETAIN : 0), Buffer.concat([text(topic), id, Buffer.from(payload)]));
}

const SEQ_MARK = 1_111_111_111;
const AT_MARK = 2_222_222_222_222;

/**
 * A whole PUBLISH of a readings message, made once; each message is a copy with the packet id, sequence numbers and times
 * written over. Shorter numbers get spaces in front, which JSON allows between a name and its value.
 */
export class PublishTemplate {
  readonly bytes: Buffer;
  readonly #idAt: number;
  readonly #seqAt: readonly number[];
  readonly #timeAt: readonly number[];

  /** `readings` gives the values of all fields but the numbers and times. */
  constructor(topic: string, boot: string, readings: readonly Omit<PumpReading, 'seq' | 'atMs'>[]) {
    const payload = encodeReadings(
      boot,
      readings.map((reading) => ({ ...reading, seq: SEQ_MARK, atMs: AT_MARK })),
    );
    this.bytes = publishFrame(topic, payload, 0, false);
    const start = this.bytes.length - Buffer.byteLength(payload);
    this.#idAt = start - 2;
    this.#seqAt = places(this.bytes, `"seq":${SEQ_MARK}`, '"seq":'.length);
    this.#timeAt = places(this.bytes, `"at":${AT_MARK}`, '"at":'.length);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Writes a message into `target`: readings `seq`, `seq + 1` …, the last measured at `atMs`, a millisecond apart. */
  write(target: Buffer, offset: number, packetId: number, seq: number, atMs: number): void {
    this.bytes.copy(target, offset);
    target[offset + this.#idAt] = packetId >> 8;
    target[offset + this.#idAt + 1] = packetId & 0xff;
    const count = this.#seqAt.length;
    for (let i = 0; i < count; i += 1) {
      digits(target, offset + (this.#seqAt[i] ?? 0), 10, seq + i);
      digits(target, offset + (this.#timeAt[i] ?? 0), 13, atMs - (count - 1 - i));
    }
  }
}

const SPACE = 0x20;
const ZERO = 0x30;

function digits(target: Buffer, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = at + width - 1; i >= at; i -= 1) {
    if (rest === 0 && i < at + width - 1) {
      target[i] = SPACE;
      continue;
    }
    const tens = Math.floor(rest / 10);
    target[i] = ZERO + rest - tens * 10;
    rest = tens;
  }
}

function places(bytes: Buffer, mark: string, skip: number): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) found.push(at + skip);
  return found;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function packet(head: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}
