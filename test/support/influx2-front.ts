import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Influx2Resources } from './influx2-resources.ts';

export interface Influx2FrontOptions {
  /** Where the InfluxDB 1.x server is that keeps the data. The bucket's name is its database. */
  readonly upstream: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  /** Set for a server whose buckets are still to be made, with this token alone; the other one may not. */
  readonly adminToken?: string;
}

/**
 * Speaks the write and query interface of InfluxDB 2.x and keeps the data in a real 1.x server behind it. It checks what
 * 2.x checks (token, organisation, bucket, precision) and answers errors in the form of 2.x: InfluxDB OSS 2.7 API
 * reference, `POST /api/v2/write`, `GET /query`, `GET /health`; see also influx2-resources.ts. Buckets are retention
 * policies of one database behind it.
 */
export class Influx2Front {
  readonly #options: Influx2FrontOptions;
  readonly #server: Server;
  readonly resources: Influx2Resources;
  #port = 0;
  /** Bodies that came compressed. */
  gzipped = 0;

  private constructor(options: Influx2FrontOptions) {
    this.#options = options;
    this.resources = new Influx2Resources(options.org);
    if (options.adminToken === undefined) {
      this.resources.add(options.bucket);
      this.resources.add(`${options.bucket}/minutes`);
    }
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        fail(response, 503, 'unavailable', String(error));
      });
    });
  }

  static async start(options: Influx2FrontOptions): Promise<Influx2Front> {
    const front = new Influx2Front(options);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    const address = front.#server.address();
    front.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://front');
    if (request.method === 'GET' && url.pathname === '/health') {
      send(response, 200, { name: 'influxdb', status: 'pass', version: 'v2.7.0' });
    } else if (!this.#knows(request)) {
      fail(response, 401, 'unauthorized', 'unauthorized access');
    } else if (/^\/api\/v2\/(orgs|buckets|dbrps)/.test(url.pathname)) {
      this.#resource(request, url, body, response);
    } else if (request.method === 'POST' && url.pathname === '/api/v2/write') {
      await this.#write(request, url.searchParams, body, response);
    } else if (url.pathname === '/query') {
      await this.#query(url.searchParams, response);
    } else {
      fail(response, 404, 'not found', 'path not found');
    }
  }

  #knows({ headers }: IncomingMessage): boolean {
    const { token, adminToken } = this.#options;
    return [token, adminToken].some((one) => one !== undefined && headers.authorization === `Token ${one}`);
  }

  #resource(request: IncomingMessage, url: URL, bytes: Buffer, response: ServerResponse): void {
    const { token, adminToken = token } = this.#options;
    const { method = 'GET', headers } = request;
    if (method !== 'GET' && headers.authorization !== `Token ${adminToken}`) {
      fail(response, 403, 'forbidden', 'insufficient permissions for write');
      return;
    }
    const body = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
    const answer = this.resources.answer({ method, path: url.pathname, query: url.searchParams, body });
    if (answer) send(response, answer.status, answer.body);
    else fail(response, 404, 'not found', 'path not found');
  }

  async #write(
    request: IncomingMessage,
    parameters: URLSearchParams,
    body: Buffer<ArrayBuffer>,
    response: ServerResponse,
  ): Promise<void> {
    const { org, bucket, upstream } = this.#options;
    if (parameters.get('org') !== org) {
      fail(response, 404, 'not found', `organization name "${parameters.get('org')}" not found`);
      return;
    }
    const policies = new Map([
      [bucket, ''],
      [`${bucket}/minutes`, '&rp=minutes'],
    ]);
    const policy = policies.get(parameters.get('bucket') ?? '');
    if (policy === undefined || !this.resources.has(parameters.get('bucket') ?? '')) {
      fail(response, 404, 'not found', `bucket "${parameters.get('bucket')}" not found`);
      return;
    }
    if (parameters.get('precision') !== 'ns') {
      fail(response, 400, 'invalid', `invalid precision; valid precision units are ns, us, ms, and s`);
      return;
    }
    if (body.length === 0) {
      fail(response, 400, 'invalid', 'writing requires points');
      return;
    }
    const encoding = request.headers['content-encoding'];
    if (encoding === 'gzip') this.gzipped += 1;
    const kept = await fetch(`${upstream}/write?db=${bucket}${policy}&precision=ns`, {
      method: 'POST',
      body,
      ...(encoding && { headers: { 'content-encoding': encoding } }),
    });
    const words = await kept.text();
    if (kept.status === 204) response.writeHead(204).end();
    else if (words.includes('field type conflict')) fail(response, 422, 'unprocessable entity', words);
    else if (kept.status === 400) fail(response, 400, 'invalid', words);
    else fail(response, kept.status, 'internal error', words);
  }

  async #query(parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    const kept = await fetch(`${this.#options.upstream}/query?${parameters}`);
    response.writeHead(kept.status, { 'content-type': 'application/json' }).end(await kept.text());
  }
}

const fail = (response: ServerResponse, status: number, code: string, message: string): void =>
  send(response, status, { code, message });

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
