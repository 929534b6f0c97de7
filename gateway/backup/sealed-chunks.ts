import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { GatewayError } from '#kernel/errors.ts';

const FORM = 'aes-256-gcm';
/** Of plain text in a chunk. All chunks but the last are full. */
export const CHUNK_BYTES = 64 * 1_024;
const TAG_BYTES = 16;

/**
 * Encrypts a stream in chunks, each with a tag of its own, so that it is opened without being held whole. The nonce is the
 * chunk's number and whether it is the last: chunks cannot be left out, moved or cut off. This is the STREAM construction
 * (Hoang, Reyhanitabar, Rogaway, Vizár 2015). A key is good for one stream.
 */
export const sealChunks = (key: Buffer): Transform =>
  new Chunks(CHUNK_BYTES, (chunk, nonce) => {
    const cipher = createCipheriv(FORM, key, nonce);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  });

/** The way back. Ends with `backup-damaged` at the first chunk that is not as it was sealed. */
export const openChunks = (key: Buffer): Transform =>
  new Chunks(CHUNK_BYTES + TAG_BYTES, (chunk, nonce) => {
    try {
      const decipher = createDecipheriv(FORM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(chunk.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(chunk.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch (error) {
      throw new GatewayError('backup-damaged', 'A part of it was changed, or its end is missing.', { cause: error });
    }
  });

/** Cuts a stream into chunks of one length and a last one that is not longer, and turns each into something else. */
class Chunks extends Transform {
  readonly #bytes: number;
  readonly #turn: (chunk: Buffer, nonce: Buffer) => Buffer;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #count = 0;

  constructor(bytes: number, turn: (chunk: Buffer, nonce: Buffer) => Buffer) {
    super();
    this.#bytes = bytes;
    this.#turn = turn;
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
    // What could be the last chunk waits for the end.
    if (this.#waitingBytes <= this.#bytes) {
      done();
      return;
    }
    this.#attempt(done, () => {
      const all = Buffer.concat(this.#waiting);
      let from = 0;
      for (; all.length - from > this.#bytes; from += this.#bytes) {
        this.push(this.#turn(all.subarray(from, from + this.#bytes), this.#nonce(false)));
      }
      this.#waiting = [all.subarray(from)];
      this.#waitingBytes = all.length - from;
    });
  }

  override _flush(done: TransformCallback): void {
    this.#attempt(done, () => {
      this.push(this.#turn(Buffer.concat(this.#waiting), this.#nonce(true)));
    });
  }

  #attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  }

  #nonce(isLast: boolean): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(this.#count, 5, 6);
    nonce.writeUInt8(isLast ? 1 : 0, 11);
    this.#count += 1;
    return nonce;
  }
}
