import { connect, type MqttClient } from 'mqtt';
import type { HubTransport, Link, LinkRequest } from '#uplink/transport.ts';

export interface PooledTransportOptions {
  readonly url: string;
  /** How many connections the hubs share. */
  readonly connections: number;
  /** In front of the client ids. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
}

interface Shared {
  readonly client: MqttClient;
  /** By command topic. */
  readonly links: Map<string, PooledLink>;
}

/**
 * Many hubs over few connections, for rigs whose subject is not the number of connections. A shared connection has no will:
 * when it breaks, the broker says nothing for its hubs. A hub says offline when it leaves, as ever.
 */
export class PooledTransport implements HubTransport {
  readonly #options: PooledTransportOptions;
  readonly #shared: (Promise<Shared> | undefined)[];
  #turn = 0;

  constructor(options: PooledTransportOptions) {
    this.#options = options;
    this.#shared = Array.from({ length: options.connections }, () => undefined);
  }

  async open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    signal?.throwIfAborted();
    const slot = this.#turn++ % this.#shared.length;
    const opening = this.#shared[slot] ?? this.#connect(slot);
    this.#shared[slot] = opening;
    const { client, links } = await opening;
    await client.subscribeAsync(request.subscribe, { qos: 1 });
    signal?.throwIfAborted();
    const link = new PooledLink(client, request, () => {
      links.delete(request.subscribe);
      if (links.size > 0) return;
      this.#shared[slot] = undefined;
      client.end();
    });
    links.set(request.subscribe, link);
    return link;
  }

  #connect(slot: number): Promise<Shared> {
    const { url, clientId, username, password, ca } = this.#options;
    return new Promise((resolve, reject) => {
      const client = connect(url, {
        clientId: `${clientId}-${slot + 1}`,
        protocolVersion: 4,
        reconnectPeriod: 0,
        resubscribe: false,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(ca !== undefined && { ca }),
      });
      const links = new Map<string, PooledLink>();
      let trouble = new Error('The connection was lost.');
      client.once('connect', () => resolve({ client, links }));
      client.on('message', (topic, payload) => links.get(topic)?.request.onMessage(payload.toString()));
      client.on('error', (error) => {
        trouble = error;
        client.end(true);
      });
      client.once('close', () => {
        this.#shared[slot] = undefined;
        reject(trouble);
        for (const link of [...links.values()]) link.lose(trouble.message);
      });
    });
  }
}

class PooledLink implements Link {
  readonly request: LinkRequest;
  readonly #client: MqttClient;
  readonly #gone: () => void;
  readonly #waiting = new Set<(reason: Error) => void>();
  #up = true;

  constructor(client: MqttClient, request: LinkRequest, gone: () => void) {
    this.#client = client;
    this.request = request;
    this.#gone = gone;
  }

  publish(topic: string, payload: string, retain: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#up) {
        reject(new Error('The link is closed.'));
        return;
      }
      this.#waiting.add(reject);
      this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
        this.#waiting.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.cut();
  }

  cut(): void {
    if (this.#end('closed')) this.#gone();
  }

  lose(reason: string): void {
    if (!this.#end(reason)) return;
    this.#gone();
    this.request.onLost(reason);
  }

  #end(reason: string): boolean {
    if (!this.#up) return false;
    this.#up = false;
    for (const reject of this.#waiting) reject(new Error(reason));
    this.#waiting.clear();
    return true;
  }
}
