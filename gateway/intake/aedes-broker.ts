import { Aedes, type AedesOptions, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes';
import { couldMatchReadings } from './topic-rights.ts';

type Done = (error?: Error) => void;

/** A subscriber that lets this much pile up in its socket is too slow to watch; it is cut, nobody else waits for it. */
const MAX_UNSENT_BYTES = 4 * 1024 ** 2;

/**
 * aedes, with three things changed. A sender never waits for subscribers (its message is stored; a frozen watcher must not
 * hold up a pump). A message that was refused is acknowledged but goes to nobody. While nobody watches readings, they are
 * not offered round at all.
 */
export class AedesBroker extends Aedes {
  readonly #withheld = new WeakSet<object>();
  #readingsWatched = false;

  constructor(options: AedesOptions) {
    // Unlimited concurrency: with a limit, that many messages stuck at one frozen subscriber stop the whole broker.
    super({ ...options, concurrency: 0, drainTimeout: 10_000, authorizeForward: forwardUnlessFrozen });
    this.on('subscribe', (subscriptions) => {
      if (subscriptions.some(({ topic }) => couldMatchReadings(topic))) this.#readingsWatched = true;
    });
  }

  /** Acknowledges the packet when its time comes, and shows it to no subscriber. */
  withhold(packet: object): void {
    this.#withheld.add(packet);
  }

  override publish(packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    const finished = typeof clientOrDone === 'function' ? clientOrDone : (done ?? noop);
    const client = typeof clientOrDone === 'function' ? null : clientOrDone;
    const unwatched = !this.#readingsWatched && packet.topic.endsWith('/readings');
    if (this.#withheld.has(packet) || unwatched) {
      finished();
      return;
    }
    // The published type of aedes leaves out the client, which it needs for the no-local check.
    Reflect.apply(super.publish, this, [packet, client, noop]);
    finished();
  }
}

function forwardUnlessFrozen(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
  if (client.conn.writableLength <= MAX_UNSENT_BYTES) return packet;
  client.conn.destroy();
  return null;
}

function noop(): void {}
