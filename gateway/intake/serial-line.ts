import {
  encodeSerialFrame,
  headOfDiscarded,
  type SerialEvent,
  type SerialFrame,
  SerialFrameDecoder,
} from '#codec/serial-frame.ts';
import { addressOfFrame } from '#codec/serial-message.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Admission } from './admission.ts';
import type { ByteLink } from './serial-link.ts';
import type { SerialRefusals } from './serial-refusals.ts';

export interface SerialLineOptions {
  readonly admission: Pick<Admission, 'submit' | 'hasRoom' | 'onceRoom'>;
  readonly clock: Pick<Clock, 'wall'>;
  readonly refusals: Pick<SerialRefusals, 'note'>;
  /** Whether this hub may report here at all. */
  readonly mayReport: (hub: string) => boolean;
  /** Called for each frame that is whole, whatever is in it. */
  readonly onFrame: () => void;
  readonly onDiscarded: (bytes: number) => void;
}

const text = new TextEncoder();

/**
 * One opening of a serial line, from the gateway's side: frames in, each answered with `A` when it is durable and with `N`
 * and a reason when it is not. The hub repeats a frame until `A`, so what is refused for its content is acknowledged once
 * that is on record, as over MQTT.
 */
export class SerialLine {
  readonly #options: SerialLineOptions;
  readonly #link: ByteLink;
  readonly #decoder = new SerialFrameDecoder();
  #up = true;
  #paused = false;

  constructor(link: ByteLink, options: SerialLineOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Bytes are held back for the disk: silence is ours then. */
  get paused(): boolean {
    return this.#paused;
  }

  received(bytes: Uint8Array): void {
    for (const event of this.#decoder.push(bytes)) this.#take(event);
    this.#holdBack();
  }

  /** The line is gone; answers that come later go nowhere. */
  end(): void {
    this.#up = false;
    for (const event of this.#decoder.end()) this.#take(event);
  }

  #take(event: SerialEvent): void {
    if (!event.ok) this.#discard(event);
    else if (event.frame.type === 'R' || event.frame.type === 'S') this.#message(event.frame, event.frame.type);
    else {
      // A hub is asked nothing and so has nothing to acknowledge. Our own answers come back where a line echoes.
      this.#options.refusals.note({ code: 'bad-frame', why: 'an answer to nothing', hub: null, bytes: 0 });
    }
  }

  #message({ id, payload }: SerialFrame, type: 'R' | 'S'): void {
    const { admission, clock, mayReport, refusals, onFrame } = this.#options;
    onFrame();
    const receivedAt = clock.wall();
    const address = addressOfFrame(type, payload);
    const settled = (error: { readonly code: string } | null) => this.#answer(id, error?.code ?? null);
    if (!address.ok) {
      const { hub, pump, refusal } = address;
      admission.submit({ kind: 'refusal', topic: `serial ${type}`, hub, pump, receivedAt, refusal }, settled);
    } else if (!mayReport(address.hub)) {
      // Not acknowledged: the hub keeps its readings until somebody enrols it.
      refusals.note({
        code: 'forbidden-topic',
        why: 'this hub is not enrolled',
        hub: address.hub,
        bytes: payload.length,
      });
      this.#answer(id, 'forbidden-topic');
    } else {
      admission.submit({ kind: 'message', topic: address.topic, payload, receivedAt, cause: 'said' }, settled);
    }
  }

  #discard({ code, discarded, discardedBytes }: SerialEvent & { readonly ok: false }): void {
    this.#options.onDiscarded(discardedBytes);
    const refusal = code === 'too-long' ? 'message-too-large' : 'bad-frame';
    this.#options.refusals.note({ code: refusal, why: code, hub: null, bytes: discardedBytes });
    if (code !== 'too-long') return;
    const head = headOfDiscarded(discarded);
    if (head) this.#answer(head.id, refusal);
  }

  #answer(id: number, reason: string | null): void {
    if (!this.#up) return;
    const payload = text.encode(reason ?? '');
    this.#link.write(encodeSerialFrame({ type: reason === null ? 'A' : 'N', id, payload }));
  }

  #holdBack(): void {
    const { admission } = this.#options;
    if (this.#paused || admission.hasRoom()) return;
    this.#paused = true;
    this.#link.pause();
    admission.onceRoom(() => {
      this.#paused = false;
      if (this.#up) this.#link.resume();
    });
  }
}
