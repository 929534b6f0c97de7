import { createServer, type Server, type Socket } from 'node:net';
import type { AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { RefusalCode } from '#codec/refusal.ts';
import { MAX_MESSAGE_BYTES } from '#codec/wire-schema.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, messageOf, systemCodeOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Admission } from './admission.ts';
import { AedesBroker } from './aedes-broker.ts';
import { LiveLinks } from './live-links.ts';
import { guardSocket } from './packet-guard.ts';
import { hubOf, type LinkIdentity, mayLeaveWill, mayPublish, maySubscribe } from './topic-rights.ts';

export interface MqttServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** `anyone` links under open enrolment; otherwise `identify` decides from the credentials. */
  readonly enrolment: 'open' | 'closed';
  /** The hub that these credentials belong to, or null. */
  identify(username: string | undefined, password: Buffer | undefined): string | null;
}

export interface MqttServerStats {
  readonly connections: number;
  readonly refusedConnects: number;
}

/** MQTT 3.1.1 §3.2.2.3 and MQTT 5 §3.2.2.2: refusals written by hand, in the form the asking version understands. */
const CONNACK_V5_UNSUPPORTED_VERSION = Buffer.from([0x20, 0x03, 0x00, 0x84, 0x00]);
const CONNACK_SERVER_UNAVAILABLE = Buffer.from([0x20, 0x02, 0x00, 0x03]);
const CONNACK_NOT_AUTHORIZED = Buffer.from([0x20, 0x02, 0x00, 0x05]);
/** Room for the topic and the fixed header beside the largest payload. */
const PACKET_OVERHEAD_BYTES = 1_024;
const NOT_AUTHORIZED = 5;

/** The embedded broker: hubs connect to it, and what they publish is acknowledged when admission says it is durable. */
export class MqttServer {
  readonly #admission: Admission;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: MqttServerOptions;
  readonly #broker: AedesBroker;
  readonly #server: Server;
  readonly #links = new LiveLinks<Client>();
  readonly #identities = new WeakMap<Client, LinkIdentity>();
  readonly #wills = new WeakMap<Client, string>();
  #connections = 0;
  #refusedConnects = 0;

  constructor(admission: Admission, clock: Clock, log: Logger, options: MqttServerOptions) {
    this.#admission = admission;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
    this.#broker = new AedesBroker({
      preConnect: (client, packet, done) => done(null, this.#preConnect(client, packet)),
      authenticate: (client, username, password, done) => this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => this.#publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#subscribe(client, subscription)),
    });
    this.#broker.on('clientDisconnect', (client) => this.#links.drop(client));
    this.#broker.on('clientError', (client, error) => {
      this.#log.debug({ client: client.id, reason: messageOf(error) }, 'link ended by an error');
    });
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Resolves to the port. @throws GatewayError `port-in-use` */
  async listen(): Promise<number> {
    await this.#broker.listen();
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => {
        const taken = systemCodeOf(error) === 'EADDRINUSE';
        reject(taken ? new GatewayError('port-in-use', `${host}:${port} (MQTT)`, { cause: error }) : error);
      });
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  get stats(): MqttServerStats {
    return { connections: this.#connections, refusedConnects: this.#refusedConnects };
  }

  /** Publishes a command to a hub. */
  send(topic: string, payload: string): void {
    this.#broker.publish(
      { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
      (error) => error && this.#log.warn({ topic, reason: error.message }, 'command not sent'),
    );
  }

  /** Publishes what stays: whoever subscribes later gets it, too. */
  keep(topic: string, payload: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Stops taking connections, then lets go of the links; what was submitted is settled by admission. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#broker.close(resolve));
    await closed;
  }

  #accept(socket: Socket): void {
    this.#connections += 1;
    socket.once('close', () => {
      this.#connections -= 1;
    });
    guardSocket(socket, {
      maxPacketBytes: MAX_MESSAGE_BYTES + PACKET_OVERHEAD_BYTES,
      onOversize: ({ declaredBytes, topic }) =>
        this.#record(topic, 'message-too-large', `packet of ${declaredBytes} bytes announced`),
      hasRoom: () => this.#admission.hasRoom(),
      onceRoom: (resume) => this.#admission.onceRoom(resume),
    });
    this.#broker.handle(socket);
  }

  #preConnect(client: Client, packet: ConnectPacket): boolean {
    if (packet.protocolVersion === 5) return this.#refuseConnect(client, CONNACK_V5_UNSUPPORTED_VERSION);
    if (this.#admission.problem) return this.#refuseConnect(client, CONNACK_SERVER_UNAVAILABLE);
    if (!packet.will) return true;
    const identity: LinkIdentity =
      this.#options.enrolment === 'open' ? { kind: 'anyone' } : { kind: 'hub', hub: packet.username ?? '' };
    if (!mayLeaveWill(identity, packet.will.topic)) {
      this.#record(packet.will.topic, 'forbidden-topic', 'as a last will');
      return this.#refuseConnect(client, CONNACK_NOT_AUTHORIZED);
    }
    this.#wills.set(client, packet.will.topic);
    return true;
  }

  #refuseConnect(client: Client, connack: Buffer): boolean {
    this.#refusedConnects += 1;
    client.conn.end(connack);
    return false;
  }

  #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const hub = this.#options.enrolment === 'open' ? null : this.#options.identify(username, password);
    if (this.#options.enrolment === 'closed' && hub === null) {
      this.#refusedConnects += 1;
      done(Object.assign(new Error('unknown hub or wrong password'), { returnCode: NOT_AUTHORIZED }), false);
      return;
    }
    this.#identities.set(client, hub === null ? { kind: 'anyone' } : { kind: 'hub', hub });
    const will = this.#wills.get(client);
    const willHub = will === undefined ? null : hubOf(will);
    if (willHub !== null) this.#links.claim(client, willHub);
    done(null, true);
  }

  /** Holds the PUBACK (QoS 1) or PUBREC (QoS 2) until the message is durable. */
  #publish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const identity: LinkIdentity = (client && this.#identities.get(client)) ?? { kind: 'anyone' };
    // aedes publishes a will when its link has closed, and never before.
    const isWill = client === null || client.closed;
    if (!mayPublish(identity, packet.topic)) {
      this.#record(packet.topic, 'forbidden-topic', 'the link is closed', () =>
        done(new Error('no right to the topic')),
      );
      return;
    }
    const hub = hubOf(packet.topic);
    if (isWill && hub !== null && this.#links.hasOther(hub, client)) {
      done(new Error('another link carries this hub'));
      return;
    }
    if (client && !isWill && hub !== null) this.#links.claim(client, hub);
    if (packet.retain && packet.topic.endsWith('/readings')) packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const cause = isWill ? 'link-lost' : 'said';
    this.#admission.submit(
      { kind: 'message', topic: packet.topic, payload, receivedAt: this.#clock.wall(), cause },
      (error, refusedWhole) => {
        if (refusedWhole) this.#broker.withhold(packet);
        done(error);
      },
    );
  }

  #subscribe(client: Client, subscription: Subscription): Subscription | null {
    const identity = this.#identities.get(client) ?? { kind: 'anyone' };
    return maySubscribe(identity, subscription.topic) ? subscription : null;
  }

  /** A refusal that never became a message: into quarantine, so that people see it. */
  #record(topic: string, code: RefusalCode, detail: string, then: () => void = () => {}): void {
    this.#log.info({ topic: topic.slice(0, 200), code }, 'refused');
    const refusal = { code, detail };
    this.#admission.submit(
      { kind: 'refusal', topic, hub: hubOf(topic), pump: null, receivedAt: this.#clock.wall(), refusal },
      then,
    );
  }
}
