import { createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { RefusalCode } from '#codec/refusal.ts';
import { parseTopic } from '#codec/topics.ts';
import { MAX_MESSAGE_BYTES } from '#codec/wire-schema.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { GatewayError, messageOf, systemCodeOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { OpenSockets } from '#kernel/open-sockets.ts';
import { seconds } from '#kernel/time.ts';
import type { Admission } from './admission.ts';
import { AedesBroker } from './aedes-broker.ts';
import { type HubDirectory, LinkIdentities } from './link-identities.ts';
import { LinkLoads } from './link-loads.ts';
import { LiveLinks } from './live-links.ts';
import { createMqttTlsServer, type MqttTls } from './mqtt-tls.ts';
import { guardSocket } from './packet-guard.ts';
import { hubOf, mayLeaveWill, mayPublish, maySubscribe } from './topic-rights.ts';

export interface MqttServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** `anyone` links under open enrolment; otherwise `identify` decides from the credentials. */
  readonly enrolment: 'open' | 'closed';
  /** Asked under closed enrolment only. */
  readonly hubs: HubDirectory;
  /** Absent: plain MQTT. */
  readonly tls?: MqttTls;
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
const CHECK_EVERY = seconds(5);

/** The embedded broker: hubs connect to it, and what they publish is acknowledged when admission says it is durable. */
export class MqttServer {
  readonly #admission: Admission;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: MqttServerOptions;
  readonly #broker: AedesBroker;
  readonly #server: Server;
  readonly #sockets: OpenSockets;
  readonly #links = new LiveLinks<Client>();
  readonly #identities: LinkIdentities;
  readonly #loads = new LinkLoads();
  readonly #wills = new WeakMap<Client, string>();
  #checking: Timer | undefined;
  #closing = false;
  #connections = 0;
  #refusedConnects = 0;

  constructor(admission: Admission, clock: Clock, log: Logger, options: MqttServerOptions) {
    this.#admission = admission;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
    this.#identities = new LinkIdentities(options.enrolment, options.hubs);
    this.#broker = new AedesBroker({
      preConnect: (client, packet, done) => done(null, this.#preConnect(client, packet)),
      authenticate: (client, username, password, done) => this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => this.#publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#subscribe(client, subscription)),
    });
    this.#broker.on('clientDisconnect', (client) => {
      this.#links.drop(client);
      this.#identities.drop(client);
    });
    this.#broker.on('clientError', (client, error) => {
      this.#log.debug({ client: client.id, reason: messageOf(error) }, 'link ended by an error');
    });
    this.#server = options.tls
      ? createMqttTlsServer(options.tls, (socket) => this.#acceptTls(socket))
      : createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#sockets = new OpenSockets(this.#server);
  }

  /** Resolves to the port. @throws GatewayError `port-in-use` */
  async listen(): Promise<number> {
    await this.#broker.listen();
    this.#checking = this.#clock.every(CHECK_EVERY, 'rights of links', () => this.#cutRevoked());
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

  /** Takes no more connections and reads no more, acknowledges what was read, then lets go of the links. */
  async close(): Promise<void> {
    this.#checking?.cancel();
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#admission.drained();
    // The broker writes its answers in this turn of the event loop.
    await new Promise(setImmediate);
    await new Promise<void>((resolve) => this.#broker.close(resolve));
    this.#sockets.destroyAll();
    await closed;
  }

  #acceptTls(socket: TLSSocket): void {
    const reason = this.#identities.certify(socket);
    if (reason === null) {
      this.#accept(socket);
      return;
    }
    this.#refusedConnects += 1;
    this.#log.info({ reason }, 'certificate refused');
    socket.destroy();
  }

  /** Within seconds of a revocation, or of the end of a certificate, its link is gone. */
  #cutRevoked(): void {
    for (const { client, hub } of this.#identities.takeRevoked()) {
      this.#log.info({ hub }, 'the hub may no longer be here; its link is closed');
      client.close();
    }
  }

  #accept(socket: Socket): void {
    this.#connections += 1;
    socket.once('close', () => {
      this.#connections -= 1;
    });
    this.#loads.open(socket);
    const full = () => {
      const load = this.#loads.of(socket);
      return load === undefined || load.hasRoom() ? this.#admission : load;
    };
    guardSocket(socket, {
      maxPacketBytes: MAX_MESSAGE_BYTES + PACKET_OVERHEAD_BYTES,
      onOversize: ({ declaredBytes, topic }) =>
        this.#record(topic, 'message-too-large', `packet of ${declaredBytes} bytes announced`),
      hasRoom: () => !this.#closing && this.#admission.hasRoom() && full().hasRoom(),
      onceRoom: (resume) => full().onceRoom(resume),
    });
    this.#broker.handle(socket);
  }

  #preConnect(client: Client, packet: ConnectPacket): boolean {
    if (packet.protocolVersion === 5) return this.#refuseConnect(client, CONNACK_V5_UNSUPPORTED_VERSION);
    if (this.#admission.problem) return this.#refuseConnect(client, CONNACK_SERVER_UNAVAILABLE);
    const claimed = this.#identities.claimed(client, packet.username);
    // Each hub has names of its own, so that none takes over another's session.
    if (claimed.kind === 'hub' && packet.clientId !== '') packet.clientId = `${claimed.hub}/${packet.clientId}`;
    if (!packet.will) return true;
    const identity = claimed;
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
    this.#identities.identify(client, username, password, (identity) => {
      if (identity === null) {
        this.#refusedConnects += 1;
        done(Object.assign(new Error('unknown hub or wrong password'), { returnCode: NOT_AUTHORIZED }), false);
        return;
      }
      if (identity.kind === 'hub') this.#loads.belongsTo(client.conn, identity.hub);
      const will = this.#wills.get(client);
      const willHub = will === undefined ? null : hubOf(will);
      if (willHub !== null) this.#links.claim(client, willHub);
      done(null, true);
    });
  }

  /** Holds the PUBACK (QoS 1) or PUBREC (QoS 2) until the message is durable. */
  #publish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const identity = this.#identities.of(client);
    // aedes publishes a will when its link has closed, and never before.
    const isWill = client === null || client.closed;
    if (!mayPublish(identity, packet.topic)) {
      this.#record(packet.topic, 'forbidden-topic', 'the link is closed', () =>
        done(new Error('no right to the topic')),
      );
      return;
    }
    const hub = hubOf(packet.topic);
    const topic = parseTopic(packet.topic);
    if (
      identity.kind === 'hub' &&
      topic.kind === 'readings' &&
      !this.#options.hubs.mayCarry(identity.hub, topic.pump)
    ) {
      this.#broker.withhold(packet);
      const counted = this.#loads.count(client?.conn, 0);
      this.#record(packet.topic, 'forbidden-topic', 'the pump is not one that this hub may carry', () => {
        counted();
        done();
      });
      return;
    }
    if (isWill && hub !== null && this.#links.hasOther(hub, client)) {
      done(new Error('another link carries this hub'));
      return;
    }
    if (client && !isWill && hub !== null) this.#links.claim(client, hub);
    if (packet.retain && packet.topic.endsWith('/readings')) packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const cause = isWill ? 'link-lost' : 'said';
    const counted = this.#loads.count(client?.conn, payload.length);
    this.#admission.submit(
      { kind: 'message', topic: packet.topic, payload, receivedAt: this.#clock.wall(), cause },
      (error, refusedWhole) => {
        counted();
        if (refusedWhole) this.#broker.withhold(packet);
        done(error);
      },
    );
  }

  #subscribe(client: Client, subscription: Subscription): Subscription | null {
    return maySubscribe(this.#identities.of(client), subscription.topic) ? subscription : null;
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
