import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { SystemClock } from '#kernel/system-clock.ts';
import { type MonoMs, monoBetween } from '#kernel/time.ts';

const clock = new SystemClock();

interface Refusal {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
}

/** An HTTP proxy in front of a server, as load balancers and gateways of other people are: it refuses by itself. */
export class HttpFront {
  readonly #upstream: string;
  readonly #server: Server;
  readonly #arrivals: { readonly at: MonoMs; readonly refused: boolean }[] = [];
  #refusal: Refusal | undefined;
  #maxBodyBytes = Number.POSITIVE_INFINITY;
  #port = 0;

  private constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => this.#refuse(response, { status: 502, headers: {} }));
    });
  }

  static async start(upstream: string): Promise<HttpFront> {
    const front = new HttpFront(upstream);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    const address = front.#server.address();
    front.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Answers this to every request until `mend`. */
  refuse(status: number, headers: OutgoingHttpHeaders = {}): void {
    this.#refusal = { status, headers };
  }

  /** Longer bodies get 413 at once and are read to their end for nothing, as nginx does with `client_max_body_size`. */
  limit(maxBodyBytes: number): void {
    this.#maxBodyBytes = maxBodyBytes;
  }

  mend(): void {
    this.#refusal = undefined;
  }

  get refused(): number {
    return this.#arrivals.filter(({ refused }) => refused).length;
  }

  /** Shortest time from a refusal to the next request, in ms; NaN without any. */
  get soonestRetryMs(): number {
    let soonest = Number.NaN;
    this.#arrivals.forEach(({ at, refused }, i) => {
      const next = this.#arrivals[i + 1];
      if (!refused || !next) return;
      const after = monoBetween(at, next.at);
      soonest = Number.isNaN(soonest) ? after : Math.min(soonest, after);
    });
    return soonest;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tooLong = Number(request.headers['content-length'] ?? 0) > this.#maxBodyBytes;
    this.#arrivals.push({ at: clock.monotonic(), refused: tooLong || this.#refusal !== undefined });
    if (tooLong) {
      request.resume();
      this.#refuse(response, { status: 413, headers: {} });
      return;
    }
    const body = await buffer(request);
    if (this.#refusal) {
      this.#refuse(response, this.#refusal);
      return;
    }
    const { method = 'GET', url = '/', headers } = request;
    const passed = ['authorization', 'content-type', 'content-encoding'].flatMap((name): [string, string][] => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const answer = await fetch(this.#upstream + url, {
      method,
      headers: passed,
      ...(method !== 'GET' && method !== 'HEAD' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  #refuse(response: ServerResponse, { status, headers }: Refusal): void {
    response.writeHead(status, { ...headers, 'content-type': 'text/html' }).end(`<html><h1>${status}</h1></html>`);
  }
}
