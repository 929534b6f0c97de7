import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Clock } from '#kernel/clock.ts';
import { readPing } from '#notify/signed-ping.ts';
import type { Watchdog } from '#notify/watchdog.ts';

const MOST_BYTES = 16 * 1024;

/** The door of the watchdog: `POST /ping` of the gateway, signed; `GET /healthz` for whoever watches the watchdog. */
export class WatchdogServer {
  readonly #server: Server;
  #lastAt = 0;

  constructor(watchdog: Watchdog, secret: string, clock: Pick<Clock, 'wall'>) {
    this.#server = createServer((request, response) => {
      if (request.method === 'GET' && request.url === '/healthz') {
        response.end(JSON.stringify({ problem: watchdog.problem }));
        return;
      }
      const parts: Buffer[] = [];
      let bytes = 0;
      request.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > MOST_BYTES) request.destroy();
        else parts.push(part);
      });
      request.on('end', () => {
        const signature = request.headers['x-signature'];
        const ping =
          request.method === 'POST' && request.url === '/ping' && typeof signature === 'string'
            ? safely(() => readPing(secret, Buffer.concat(parts).toString(), signature, this.#lastAt, clock.wall()))
            : undefined;
        if (ping) {
          this.#lastAt = ping.at;
          watchdog.ping(ping);
        }
        response.writeHead(ping ? 204 : 400).end();
      });
    });
  }

  async listen(host: string, port: number): Promise<string> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://${host}:${typeof address === 'object' && address !== null ? address.port : port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A body that is no JSON is no ping. */
function safely<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
