import type { Server, Socket } from 'node:net';

/**
 * The TCP connections of a server, those too that have not said a word or not finished their handshake: no protocol knows
 * them yet, and `server.close` waits for them.
 */
export class OpenSockets {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
