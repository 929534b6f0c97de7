import type { DiscardCode, FrameDecoder, FrameEvent, Parsed } from './frame-event.ts';

export interface Delimiters<F> {
  readonly start: number;
  readonly end: number;
  /** Takes the frame back that has begun. */
  readonly abort?: number;
  /** The start byte may also stand inside a frame: which one began it is known only at the end. */
  readonly startMayBeText?: boolean;
  /** With both ends. */
  readonly maxBytes: number;
  /** What stands between start and end. */
  readonly parse: (text: Uint8Array) => Parsed<F>;
  /** Bytes outside of frames are lines of the other side, up to this byte. Noise when absent. */
  readonly line?: { readonly end: number; readonly parse: (text: Uint8Array) => Parsed<F> };
}

/** Noise is told in pieces of this size at most. */
const NOISE_BYTES = 256;

/**
 * Frames between a start byte and an end byte. What comes out depends on the bytes alone, not on how they were cut: each
 * byte is looked at once, in order.
 */
export class DelimitedFramer<F> implements FrameDecoder<F> {
  readonly #form: Delimiters<F>;
  readonly #bytes: Uint8Array;
  #length = 0;
  #inside = false;

  constructor(form: Delimiters<F>) {
    this.#form = form;
    this.#bytes = new Uint8Array(Math.max(NOISE_BYTES, form.maxBytes));
  }

  push(chunk: Uint8Array): FrameEvent<F>[] {
    const events: FrameEvent<F>[] = [];
    for (const byte of chunk) {
      if (this.#inside) this.#within(byte, events);
      else this.#between(byte, events);
    }
    return events;
  }

  end(): FrameEvent<F>[] {
    const events: FrameEvent<F>[] = [];
    this.#discard(this.#inside ? 'unfinished' : 'noise', events);
    this.#inside = false;
    return events;
  }

  #between(byte: number, events: FrameEvent<F>[]): void {
    const { start, line } = this.#form;
    if (byte === start) {
      this.#discard('noise', events);
      this.#inside = true;
      this.#keep(byte);
      return;
    }
    this.#keep(byte);
    if (byte === line?.end) {
      const parsed = line.parse(this.#bytes.subarray(0, this.#length - 1));
      if ('frame' in parsed) {
        this.#length = 0;
        events.push({ ok: true, frame: parsed.frame });
      } else this.#discard(parsed.code, events);
    } else if (this.#length === NOISE_BYTES) this.#discard('noise', events);
  }

  #within(byte: number, events: FrameEvent<F>[]): void {
    const { start, end, abort, startMayBeText = false, maxBytes } = this.#form;
    if (byte === start && !startMayBeText) {
      this.#discard('torn', events);
      this.#keep(byte);
      return;
    }
    this.#keep(byte);
    if (byte === abort) {
      this.#discard('aborted', events);
      this.#inside = false;
    } else if (byte === end) {
      this.#close(events);
      this.#inside = false;
    } else if (this.#length === maxBytes) this.#overlong(events);
  }

  /** The first beginning from which the bytes make a frame is the right one; what stands before it was torn. */
  #close(events: FrameEvent<F>[]): void {
    const { start, parse } = this.#form;
    let code: DiscardCode = 'bad-syntax';
    for (let from = 0; from >= 0; from = this.#bytes.subarray(0, this.#length).indexOf(start, from + 1)) {
      const parsed = parse(this.#bytes.subarray(from + 1, this.#length - 1));
      if ('frame' in parsed) {
        if (from > 0) events.push({ ok: false, code: 'torn', discarded: this.#bytes.slice(0, from) });
        events.push({ ok: true, frame: parsed.frame });
        this.#length = 0;
        return;
      }
      code = parsed.code;
    }
    this.#discard(code, events);
  }

  /** A later beginning may still be a frame's. */
  #overlong(events: FrameEvent<F>[]): void {
    const next = this.#bytes.subarray(0, this.#length).indexOf(this.#form.start, 1);
    const cut = next < 0 ? this.#length : next;
    events.push({ ok: false, code: 'too-long', discarded: this.#bytes.slice(0, cut) });
    this.#bytes.copyWithin(0, cut, this.#length);
    this.#length -= cut;
    this.#inside = next >= 0;
  }

  #keep(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #discard(code: DiscardCode, events: FrameEvent<F>[]): void {
    if (this.#length > 0) events.push({ ok: false, code, discarded: this.#bytes.slice(0, this.#length) });
    this.#length = 0;
  }
}
