import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { generate, type Packet, parser } from 'mqtt-packet';

/** A client that sends what it is told to, packet by packet, and keeps all that comes back. */
export class RawMqtt {
  readonly received: Packet[] = [];
  /** Bytes as they came: for answers that a parser of another version could not read. */
  bytes = Buffer.alloc(0);
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #waiters: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    const packets = parser();
    packets.on('packet', (packet) => {
      this.received.push(packet);
      for (const wake of this.#waiters.splice(0)) wake();
    });
    packets.on('error', () => {});
    socket.on('data', (data) => {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      this.bytes = Buffer.concat([this.bytes, chunk]);
      packets.parse(chunk);
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        for (const wake of this.#waiters.splice(0)) wake();
        resolve();
      });
    });
  }

  static async open(port: number): Promise<RawMqtt> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawMqtt(socket);
  }

  /** On a socket that is connected already, such as one of TLS. */
  static over(socket: Socket): RawMqtt {
    return new RawMqtt(socket);
  }

  send(packet: Packet): void {
    this.#socket.write(generate(packet));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  connect(
    clientId: string,
    more: { will?: { topic: string; payload: string }; clean?: boolean; username?: string; password?: string } = {},
  ): void {
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean: more.clean ?? true,
      keepalive: 0,
      ...(more.username !== undefined && { username: more.username }),
      ...(more.password !== undefined && { password: Buffer.from(more.password) }),
      ...(more.will && {
        will: { topic: more.will.topic, payload: Buffer.from(more.will.payload), qos: 1, retain: true },
      }),
    });
  }

  publish(
    topic: string,
    payload: string,
    options: { qos?: 0 | 1 | 2; id?: number; retain?: boolean; dup?: boolean } = {},
  ): void {
    const { qos = 1, id = 1, retain = false, dup = false } = options;
    this.send({ cmd: 'publish', topic, payload, qos, retain, dup, ...(qos > 0 && { messageId: id }) });
  }

  /** The first packet of this kind not looked at before; waits for it. @throws Error when the link closes first. */
  async next(cmd: Packet['cmd']): Promise<Packet> {
    for (;;) {
      const at = this.received.findIndex((packet) => packet.cmd === cmd);
      const [packet] = at >= 0 ? this.received.splice(at, 1) : [];
      if (packet) return packet;
      if (this.#socket.destroyed) throw new Error(`link closed before ${cmd}`);
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** What `sending` sends leaves in one write. */
  together(sending: () => void): void {
    this.#socket.cork();
    sending();
    this.#socket.uncork();
  }

  /** Stops reading, as a frozen program does. */
  freeze(): void {
    this.#socket.pause();
  }

  /** Breaks the link without a DISCONNECT. */
  cut(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  end(): void {
    this.#socket.end();
  }
}
