import type { Clock } from '#kernel/clock.ts';
import { type DurationMs, millis } from '#kernel/time.ts';
import type { HubTransport, Link, LinkRequest } from '#uplink/transport.ts';

/** What happens to one publish: acknowledged, lost on the way, or stored with its acknowledgement lost. */
export type Fate = 'acknowledge' | 'lose-message' | 'lose-acknowledgement';

export interface StoredMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** True when the broker published it for a hub that had vanished. */
  readonly will: boolean;
}

export interface MemoryBrokerOptions {
  /** Time from publish to acknowledgement, and from call to link. */
  readonly latency?: DurationMs;
  /** Decides over each publish of a hub. */
  readonly fate?: (topic: string, payload: string) => Fate;
}

/**
 * A broker in memory, for tests on virtual time: retained messages, wills, commands, and links that break where the test
 * wants. It keeps every message that it accepted, in order.
 */
export class MemoryBroker implements HubTransport {
  readonly messages: StoredMessage[] = [];
  readonly retained = new Map<string, string>();
  /** While true no link can be opened. */
  down = false;
  readonly #clock: Clock;
  readonly #latency: DurationMs;
  readonly #fate: (topic: string, payload: string) => Fate;
  readonly #links = new Set<MemoryLink>();

  constructor(clock: Clock, options: MemoryBrokerOptions = {}) {
    this.#clock = clock;
    this.#latency = options.latency ?? millis(5);
    this.#fate = options.fate ?? (() => 'acknowledge');
  }

  async open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    await this.#clock.sleep(this.#latency, signal);
    if (this.down) throw new Error('connect ECONNREFUSED memory');
    const link = new MemoryLink(request, {
      publish: (topic, payload, retain) => this.#publish(link, topic, payload, retain),
      gone: (politely) => this.#gone(link, politely),
    });
    this.#links.add(link);
    return link;
  }

  /** Delivers to every link that subscribed to the topic. */
  send(topic: string, payload: string): void {
    for (const link of this.#links) if (link.request.subscribe === topic) link.request.onMessage(payload);
  }

  /** Breaks every link. */
  cutAll(): void {
    for (const link of [...this.#links]) link.breakOff('the broker closed the link');
  }

  async #publish(link: MemoryLink, topic: string, payload: string, retain: boolean): Promise<void> {
    const fate = this.#fate(topic, payload);
    if (fate !== 'lose-message') this.#store({ topic, payload, retain, will: false });
    await this.#clock.sleep(this.#latency);
    if (fate !== 'acknowledge') link.breakOff('the link broke');
  }

  #gone(link: MemoryLink, politely: boolean): void {
    if (!this.#links.delete(link) || politely) return;
    this.#store({ ...link.request.will, retain: true, will: true });
  }

  #store(message: StoredMessage): void {
    this.messages.push(message);
    if (message.retain) this.retained.set(message.topic, message.payload);
  }
}

interface BrokerSide {
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  gone(politely: boolean): void;
}

class MemoryLink implements Link {
  readonly request: LinkRequest;
  readonly #broker: BrokerSide;
  readonly #ended = new AbortController();

  constructor(request: LinkRequest, broker: BrokerSide) {
    this.request = request;
    this.#broker = broker;
  }

  publish(topic: string, payload: string, retain: boolean): Promise<void> {
    const { signal } = this.#ended;
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#broker.publish(topic, payload, retain).then(resolve, reject);
    });
  }

  async close(): Promise<void> {
    this.#end(true, 'closed');
  }

  cut(): void {
    this.#end(false, 'cut');
  }

  breakOff(reason: string): void {
    if (this.#end(false, reason)) this.request.onLost(reason);
  }

  #end(politely: boolean, reason: string): boolean {
    if (this.#ended.signal.aborted) return false;
    this.#ended.abort(new Error(reason));
    this.#broker.gone(politely);
    return true;
  }
}
