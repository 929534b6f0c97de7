import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export type ProviderAnswer = 'take' | 'later' | 'never' | 'hang' | 'cut' | 'redirect';

export interface ProviderRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A real HTTP server on loopback that stands for a provider, a push service or the receiver of a webhook. */
export class ProviderServer {
  /** What it took, whether the sender heard of it or not. */
  readonly taken: ProviderRequest[] = [];
  answer: ProviderAnswer = 'take';
  /** Called with each request that is taken. */
  onTake: (request: ProviderRequest) => void = () => {};
  status = 201;
  body = '{"sid":"SM123"}';
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(tls: { key: string; cert: string } | undefined) {
    const serve = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response);
    this.#server = tls ? createTlsServer(tls, serve) : createServer(serve);
    this.#scheme = tls ? 'https' : 'http';
  }

  static async start(tls?: { key: string; cert: string }): Promise<ProviderServer> {
    const provider = new ProviderServer(tls);
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `${this.#scheme}://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { answer } = this;
      if (answer === 'later') response.writeHead(503, { 'retry-after': '2' }).end();
      else if (answer === 'never') response.writeHead(410).end();
      else if (answer === 'redirect') response.writeHead(307, { location: `${this.url}/elsewhere` }).end();
      else if (answer !== 'hang') {
        const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) };
        this.taken.push(one);
        this.onTake(one);
        if (answer === 'cut') request.socket.destroy();
        else response.writeHead(this.status, { 'content-type': 'application/json' }).end(this.body);
      }
    });
  }
}
