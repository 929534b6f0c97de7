import { encodeSerialFrame, type SerialEvent, SerialFrameDecoder, type SerialFrameType } from '#codec/serial-frame.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { type DurationMs, millis } from '#kernel/time.ts';

/** A port that is open: bytes out, told when they have left, and bytes in by `SerialLine.received`. */
export interface BytePort {
  /** Calls `sent` when the bytes have left the port; never when it fails. */
  write(bytes: Uint8Array, sent: () => void): void;
}

interface Pending {
  readonly wire: Uint8Array;
  readonly acknowledged: () => void;
  readonly failed: (reason: Error) => void;
  repeat: Timer | undefined;
  repeats: number;
}

const IDS = 0x1_0000;
const MOST_DOUBLINGS = 4;
const text = new TextEncoder();

/**
 * Frames of one serial line, from the hub's side: each is repeated until it is acknowledged. A refusal (`N`) means that it
 * was not stored, so it is repeated too. Pure but for the clock; the port stands behind an interface.
 */
export class SerialLine {
  readonly #port: BytePort;
  readonly #clock: Clock;
  readonly #repeatAfter: DurationMs;
  readonly #decoder = new SerialFrameDecoder();
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(port: BytePort, clock: Clock, repeatAfter: DurationMs) {
    this.#port = port;
    this.#clock = clock;
    this.#repeatAfter = repeatAfter;
  }

  /** Resolves at the acknowledgement, rejects when the line ends before it. */
  send(type: SerialFrameType, payload: string): Promise<void> {
    return new Promise((resolve, reject) => {
      while (this.#pending.has(this.#nextId)) this.#nextId = (this.#nextId + 1) % IDS;
      const id = this.#nextId;
      this.#nextId = (id + 1) % IDS;
      const wire = encodeSerialFrame({ type, id, payload: text.encode(payload) });
      this.#pending.set(id, { wire, acknowledged: resolve, failed: reject, repeat: undefined, repeats: 0 });
      this.#write(id);
    });
  }

  /** Takes bytes from the port. Answers what was on the line, for those who watch it. */
  received(bytes: Uint8Array): SerialEvent[] {
    const events = this.#decoder.push(bytes);
    for (const event of events) {
      if (!event.ok || event.frame.type !== 'A') continue;
      const pending = this.#pending.get(event.frame.id);
      if (!pending) continue;
      this.#pending.delete(event.frame.id);
      pending.repeat?.cancel();
      pending.acknowledged();
    }
    return events;
  }

  /** The port is gone. */
  end(reason: string): void {
    for (const pending of this.#pending.values()) {
      pending.repeat?.cancel();
      pending.failed(new Error(reason));
    }
    this.#pending.clear();
  }

  #write(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#port.write(pending.wire, () => {
      // The wait begins when the bytes are out: a long frame on a slow line takes longer than the wait.
      if (this.#pending.get(id) !== pending) return;
      // Longer each time: repeats of large frames would else fill a line whose other end is slow.
      const wait = millis(this.#repeatAfter * 2 ** Math.min(pending.repeats, MOST_DOUBLINGS));
      pending.repeats += 1;
      pending.repeat = this.#clock.after(wait, `repeat of frame ${id}`, () => this.#write(id));
    });
  }
}
