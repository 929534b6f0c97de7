import { connect, type MqttClient } from 'mqtt';
import { systemCodeOf } from '#kernel/errors.ts';
import type { HubTransport, Link, LinkRequest } from './transport.ts';

export interface MqttTransportOptions {
  /** `mqtt://host:port`, or `mqtts://` for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority of the broker, PEM, when the system does not know it. */
  readonly ca?: string;
  /** The hub's own certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly keepaliveS?: number;
  readonly connectTimeoutMs?: number;
}

const KEEPALIVE_S = 15;
const CONNECT_TIMEOUT_MS = 10_000;
/** MQTT: the broker refused the subscription. */
const SUBSCRIPTION_REFUSED = 128;

/**
 * Links over mqtt.js, MQTT 3.1.1, QoS 1. Each link is a client of its own that never reconnects: what to send again after
 * a break is the hub's decision, and the library's own store would send it behind the hub's back.
 */
export class MqttTransport implements HubTransport {
  readonly #options: MqttTransportOptions;

  constructor(options: MqttTransportOptions) {
    this.#options = options;
  }

  open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    const { url, username, password, ca, cert, key, keepaliveS, connectTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const client = connect(url, {
        clientId: request.clientId,
        protocolVersion: 4,
        clean: true,
        reconnectPeriod: 0,
        resubscribe: false,
        keepalive: keepaliveS ?? KEEPALIVE_S,
        connectTimeout: connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        will: { topic: request.will.topic, payload: Buffer.from(request.will.payload), qos: 1, retain: true },
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      });
      const fail = (reason: unknown) => {
        signal?.removeEventListener('abort', onAbort);
        client.end(true);
        reject(worded(reason));
      };
      const onAbort = () => fail(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      client.on('message', (_topic, payload) => request.onMessage(payload.toString()));
      const link = new MqttLink(client, request);
      client.once('connect', () => {
        client.subscribe(request.subscribe, { qos: 1 }, (error, granted) => {
          if (error || granted?.some(({ qos }) => qos === SUBSCRIPTION_REFUSED)) {
            fail(error ?? new Error(`The broker refused the subscription to ${request.subscribe}.`));
            return;
          }
          signal?.removeEventListener('abort', onAbort);
          link.opened();
          resolve(link);
        });
      });
      // An error after opening is followed by `close`, which tells the hub.
      client.on('error', fail);
      client.once('close', () => fail(new Error('The broker closed the connection.')));
    });
  }
}

/** A refusal on every address of a name comes as an error without words: its code says what it was. */
function worded(reason: unknown): unknown {
  if (!(reason instanceof Error) || reason.message !== '') return reason;
  return new Error(`connect ${systemCodeOf(reason) ?? 'failed'}`, { cause: reason });
}

class MqttLink implements Link {
  readonly #client: MqttClient;
  readonly #request: LinkRequest;
  readonly #ended = new AbortController();

  constructor(client: MqttClient, request: LinkRequest) {
    this.#client = client;
    this.#request = request;
  }

  /** From here on the end of the connection is news for the hub. */
  opened(): void {
    this.#client.once('close', () => {
      if (this.#end('The connection was lost.')) this.#request.onLost('The connection was lost.');
    });
  }

  publish(topic: string, payload: string, retain: boolean): Promise<void> {
    const { signal } = this.#ended;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onEnd = () => reject(signal.reason);
      signal.addEventListener('abort', onEnd, { once: true });
      this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
        signal.removeEventListener('abort', onEnd);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#end('closed');
    await this.#client.endAsync();
  }

  cut(): void {
    this.#end('cut');
    // A forced end destroys the socket without DISCONNECT, so the broker publishes the will.
    this.#client.end(true);
  }

  #end(reason: string): boolean {
    if (this.#ended.signal.aborted) return false;
    this.#ended.abort(new Error(reason));
    return true;
  }
}
