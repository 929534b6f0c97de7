import type { SerialPort } from 'serialport';

/** Fits into the output buffer of a terminal, 4 KiB on Linux. */
const PIECE_BYTES = 2_048;

/**
 * Writes to a port in pieces that its driver takes at once, each drained before the next. A longer write would have to wait
 * for room, and serialport 13 on Linux forgets a writer that waits when a read begins to wait beside it: its poller is
 * told one event at a time (bindings-cpp 13.0.0, poller.cpp). The write then hangs until the other side happens to speak.
 */
export class SerialWriter {
  readonly #port: SerialPort;
  #tail: Promise<void> = Promise.resolve();

  constructor(port: SerialPort) {
    this.#port = port;
  }

  /** Calls `sent` when the bytes have left, and when they failed to on a port that is still there. */
  write(bytes: Uint8Array, sent: () => void): void {
    this.#tail = this.#tail
      .then(() => this.#out(bytes))
      .then(sent, () => {
        if (this.#port.isOpen) sent();
      });
  }

  async #out(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) await this.#piece(bytes.subarray(at, at + PIECE_BYTES));
  }

  #piece(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      // A write to a port that is gone would be kept and sent after another opening.
      if (!this.#port.isOpen) {
        reject(new Error('The port is closed.'));
        return;
      }
      this.#port.write(Buffer.from(bytes));
      this.#port.drain((error) => (error ? reject(error) : resolve()));
    });
  }
}
