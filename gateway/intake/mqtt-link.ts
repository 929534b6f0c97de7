import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { readingsFilter, statusFilter } from '#codec/topics.ts';
import { Backoff, type BackoffPlan } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { millis, seconds } from '#kernel/time.ts';
import type { Admission } from './admission.ts';

export interface MqttLinkOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM texts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly protocolVersion: 4 | 5;
  /** Stays the same over restarts: the broker keeps what we have not acknowledged under this name. */
  readonly clientId: string;
  /** Set when several connections share one subscription. Order between them is lost; the journal does not need it. */
  readonly shareGroup?: string;
}

const RECONNECT: BackoffPlan = { first: millis(250), factor: 2, max: seconds(30), jitter: 0.5 };
const SESSION_EXPIRY_S = 7 * 86_400;

/** One connection to an outside broker, with a session the broker keeps while we are away. */
export class MqttLink {
  readonly #admission: Admission;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #client: MqttClient;
  readonly #backoff: Backoff;
  readonly #subscriptions: string[];
  #connected = false;
  #closing = false;

  constructor(admission: Admission, clock: Clock, random: Random, log: Logger, options: MqttLinkOptions) {
    this.#admission = admission;
    this.#clock = clock;
    this.#log = log;
    this.#backoff = new Backoff(RECONNECT, random);
    const share = options.shareGroup === undefined ? '' : `$share/${options.shareGroup}/`;
    this.#subscriptions = [statusFilter, readingsFilter].map((filter) => share + filter);
    this.#client = connect(options.url, clientOptions(options));
    // mqtt.js acknowledges a QoS 1 message when this calls back; it has to be in place before the first packet.
    this.#client.handleMessage = (packet, done) => {
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      this.#admission.submit(
        {
          kind: 'message',
          topic: packet.topic,
          payload,
          receivedAt: this.#clock.wall(),
          cause: packet.retain ? 'retained' : 'said',
        },
        (error) => {
          // An error handed to mqtt.js means silence until a reconnect: cut the link, the broker will send it again.
          if (error) this.#client.stream.destroy();
          else done();
        },
      );
    };
    this.#client.on('connect', () => this.#onConnect());
    this.#client.on('close', () => this.#onClose());
    this.#client.on('error', (error) => this.#log.warn({ reason: error.message }, 'outside broker'));
  }

  get connected(): boolean {
    return this.#connected;
  }

  open(): void {
    this.#client.connect();
  }

  /** Publishes a command to a hub. */
  send(topic: string, payload: string): void {
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) this.#log.warn({ topic, reason: error.message }, 'command not sent');
    });
  }

  /** Publishes what stays at the broker. Resolves when the broker has it. */
  async keep(topic: string, payload: string): Promise<void> {
    if (!this.#connected) throw new GatewayError('peer-unavailable', 'The outside broker is not connected.');
    await this.#client.publishAsync(topic, payload, { qos: 1, retain: true });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#client.endAsync(true);
  }

  #onConnect(): void {
    this.#client.subscribe(this.#subscriptions, { qos: 1 }, (error, granted) => {
      const refused = granted?.some(({ qos }) => qos >= 128) ?? false;
      if (!error && !refused) {
        this.#connected = true;
        this.#backoff.reset();
        this.#log.info({ subscriptions: this.#subscriptions }, 'outside broker connected');
        return;
      }
      this.#log.error({ reason: error?.message ?? 'refused' }, 'outside broker lets us not subscribe');
      this.#client.stream.destroy();
    });
  }

  #onClose(): void {
    this.#connected = false;
    if (this.#closing) return;
    const wait = this.#backoff.next();
    this.#log.warn({ retryInMs: wait }, 'outside broker lost');
    this.#clock.after(wait, 'mqtt-reconnect', () => {
      if (!this.#closing) this.#client.reconnect();
    });
  }
}

function clientOptions(options: MqttLinkOptions): IClientOptions {
  return {
    manualConnect: true,
    reconnectPeriod: 0,
    resubscribe: false,
    clean: false,
    clientId: options.clientId,
    protocolVersion: options.protocolVersion,
    keepalive: 30,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(options.cert !== undefined && { cert: options.cert }),
    ...(options.key !== undefined && { key: options.key }),
    ...(options.protocolVersion === 5 && { properties: { sessionExpiryInterval: SESSION_EXPIRY_S } }),
  };
}
