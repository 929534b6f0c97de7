import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type IPublishPacket, parser } from 'mqtt-packet';

export interface PubackServerOptions {
  /** Called for each PUBLISH before it is answered. False: no PUBACK, and the link is broken. */
  readonly admit?: (packet: IPublishPacket) => boolean;
}

/** Takes every connection and acknowledges every PUBLISH, and does nothing else of what a broker does. */
export class PubackServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(admit: (packet: IPublishPacket) => boolean) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      const packets = parser();
      packets.on('packet', (packet) => {
        if (socket.destroyed) return;
        if (packet.cmd === 'connect') socket.write(Buffer.from([0x20, 2, 0, 0]));
        else if (packet.cmd === 'publish') {
          const id = packet.messageId ?? 0;
          if (admit(packet)) socket.write(Buffer.from([0x40, 2, id >> 8, id & 0xff]));
          else socket.destroy();
        }
      });
      socket.on('data', (bytes: Buffer) => packets.parse(bytes));
    });
  }

  static async start({ admit = () => true }: PubackServerOptions = {}): Promise<PubackServer> {
    const server = new PubackServer(admit);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    const address = server.#server.address();
    server.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return server;
  }

  get port(): number {
    return this.#port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
