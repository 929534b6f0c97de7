import { MAX_MESSAGE_BYTES } from '#codec/wire-schema.ts';
import { LinkLoad } from './link-load.ts';

/** What one sender may have waiting: at 25,000 readings a second a tenth of a second's work. */
const MAX_LINK_BYTES = MAX_MESSAGE_BYTES;
/** What each message costs beside its payload: small, so that a thousand short ones may be on their way. */
const MESSAGE_OVERHEAD_BYTES = 50;

/** What waits for the disk of each socket, or of all sockets of a hub that proved who it is. */
export class LinkLoads {
  readonly #loads = new WeakMap<object, LinkLoad>();
  readonly #ofHubs = new Map<string, LinkLoad>();

  open(socket: object): void {
    this.#loads.set(socket, new LinkLoad(MAX_LINK_BYTES));
  }

  /** A hub gains nothing by opening more links. */
  belongsTo(socket: object, hub: string): void {
    const known = this.#ofHubs.get(hub) ?? new LinkLoad(MAX_LINK_BYTES);
    this.#ofHubs.set(hub, known);
    this.#loads.set(socket, known);
  }

  of(socket: object): LinkLoad | undefined {
    return this.#loads.get(socket);
  }

  /** A message waits, until the answer is called. */
  count(socket: object | undefined, payloadBytes: number): () => void {
    const load = socket && this.#loads.get(socket);
    return load?.add(MESSAGE_OVERHEAD_BYTES + payloadBytes) ?? (() => {});
  }
}
