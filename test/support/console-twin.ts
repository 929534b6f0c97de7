import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { Clock, Timer } from '#kernel/clock.ts';
import { type ErrorCode, errorKinds } from '#kernel/errors.ts';
import { seconds } from '#kernel/time.ts';
import type { Alert, AlertEvent, AlertEventKind } from '#model/alert.ts';
import type { Person, Problem, SystemProblem } from '../../dashboards/nurse/src/api/wire.ts';
import { hubsAt, pumpsAt, trendOf } from './console-story.ts';
import { ConsoleWard, type TwinBody } from './console-ward.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** At least as strict as the gateway's: what passes here passes there. */
const policy = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly cookie?: string;
}

const found = (body: unknown): Reply => ({ status: 200, body });

function refused(status: number, code: ErrorCode, alert?: Alert): Reply {
  const { says, next } = errorKinds[code];
  const problem: Problem = { title: says, status, code, detail: '', next, ...(alert === undefined ? {} : { alert }) };
  return { status, body: problem };
}

/** Speaks the gateway's HTTP contract (design section 7) from a told story, so that the console can be tried by itself. */
export class ConsoleTwin {
  readonly ward: ConsoleWard;
  readonly #clock: Clock;
  readonly #dist: string;
  readonly #server: Server;
  readonly #beat: Timer;
  readonly #streams = new Set<ServerResponse>();
  readonly #sessions = new Map<string, Person>();
  readonly #links = new Map<string, Person>();
  #problems: readonly SystemProblem[] = [];
  #dark = false;

  /** `dist`: the folder of the built console. */
  constructor(clock: Clock, dist: string) {
    this.#clock = clock;
    this.#dist = dist;
    this.ward = new ConsoleWard(clock);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#beat = clock.every(seconds(1), 'twin fleet', () => this.#tellFleet());
  }

  /** Listens on 127.0.0.1, an ephemeral port by default; returns the address without a slash at the end. */
  start(port = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`);
      });
    });
  }

  stop(): Promise<void> {
    this.#beat.cancel();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** A fragment that signs this person in, once. */
  link(person: Person): string {
    const token = `link-${this.#links.size + this.#sessions.size + 1}-${this.ward.told}`;
    this.#links.set(token, person);
    return `/#link=${token}`;
  }

  /** Puts an alert into the ward, or the next state of one, and tells the consoles. */
  put(alert: Alert, kind: AlertEventKind, by: string | null, reason: string): void {
    this.#tell(this.ward.put(alert, kind, by, reason));
  }

  /** Somebody at another console takes it. `silently`: the word of it is still on its way to this console. */
  takeAs(name: string, id: string, silently = false): void {
    const alert = this.ward.find(id);
    if (alert === undefined) return;
    const event = this.ward.take(alert, name);
    if (!silently) this.#tell(event);
  }

  closeAll(): void {
    for (const alert of this.ward.open) {
      const closed: Alert = { ...alert, version: alert.version + 1, state: 'closed', condition: 'cleared' };
      this.put({ ...closed, closedAt: this.#clock.wall() }, 'closed', null, 'Cleared and seen.');
    }
  }

  setProblems(problems: readonly SystemProblem[]): void {
    this.#problems = problems;
  }

  /** Cuts the live streams and answers nothing more, as a gateway does that lost its network. */
  goDark(dark: boolean): void {
    this.#dark = dark;
    if (dark) for (const stream of this.#streams) stream.destroy();
  }

  #tell(event: AlertEvent): void {
    for (const stream of this.#streams) this.#tellOne(stream, event, this.ward.events.indexOf(event) + 1);
  }

  #tellOne(stream: ServerResponse, event: AlertEvent, position: number): void {
    stream.write(`id: ${position}\nevent: alert\ndata: ${JSON.stringify({ position, event })}\n\n`);
  }

  #fleet(): { pumps: unknown; hubs: unknown } {
    const now = this.#clock.wall();
    return { pumps: pumpsAt(now, this.ward.told, this.ward.open), hubs: hubsAt(now) };
  }

  #tellFleet(): void {
    if (this.#streams.size === 0) return;
    const text = `event: fleet\ndata: ${JSON.stringify(this.#fleet())}\n\n`;
    for (const stream of this.#streams) stream.write(text);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#dark) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://twin');
    response.setHeader('content-security-policy', policy);
    if (!url.pathname.startsWith('/api/v1/')) {
      await this.#file(url.pathname, response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const reply = this.#reply(request, url, text === '' ? {} : JSON.parse(text));
    if (reply === 'stream') {
      this.#stream(request, response);
      return;
    }
    const kind = reply.status < 400 ? 'application/json' : 'application/problem+json';
    if (reply.cookie !== undefined) response.setHeader('set-cookie', reply.cookie);
    response.writeHead(reply.status, { 'content-type': kind }).end(JSON.stringify(reply.body));
  }

  #reply(request: IncomingMessage, url: URL, body: TwinBody): Reply | 'stream' {
    const call = `${request.method ?? 'GET'} ${url.pathname.slice('/api/v1'.length)}`;
    if (call === 'POST /session') return this.#signIn(body.token ?? '');
    const cookie = /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const person = this.#sessions.get(cookie);
    if (person === undefined) return refused(401, 'unauthenticated');
    if (call === 'DELETE /session') {
      this.#sessions.delete(cookie);
      return found({});
    }
    if (call === 'GET /me') return found(person);
    if (call === 'GET /events') return 'stream';
    if (call === 'GET /hubs' || call === 'GET /pumps') return found(this.#fleet());
    if (call === 'GET /system') return found({ ready: true, problems: this.#problems, version: '0.1.0' });
    if (call === 'GET /alerts') {
      const [state, pump] = [url.searchParams.get('state'), url.searchParams.get('pump')];
      const wanted = this.ward.alerts.filter((alert) => alert.state === state && (pump ?? alert.pump) === alert.pump);
      return found({ alerts: wanted });
    }
    return this.#named(call, url, body, person);
  }

  #signIn(token: string): Reply {
    const person = this.#links.get(token);
    if (person === undefined) return refused(401, 'link-spent');
    this.#links.delete(token);
    this.#sessions.set(`s-${token}`, person);
    return { ...found(person), cookie: `session=s-${token}; HttpOnly; SameSite=Lax; Path=/` };
  }

  #named(call: string, url: URL, body: TwinBody, person: Person): Reply {
    const number = (name: string) => Number(url.searchParams.get(name));
    const [, pump] = /^GET \/pumps\/([^/]+)\/trend$/.exec(call) ?? [];
    if (pump !== undefined) {
      const trend = trendOf(pump, number('from'), number('to'), number('points'), this.ward.told);
      return trend === null ? refused(404, 'not-found') : found(trend);
    }
    const [, method, id, action] = /^(GET|POST) \/alerts\/([^/]+)(?:\/(\w+))?$/.exec(call) ?? [];
    const alert = this.ward.find(id ?? '');
    if (alert === undefined) return refused(404, 'not-found');
    if (method === 'GET') return found(this.ward.detail(alert));
    const outcome = this.ward.act(alert, action ?? '', body, person.name);
    if (typeof outcome === 'string') return refused(outcome === 'bad-request' ? 400 : 409, outcome, alert);
    this.#tell(outcome);
    return found(outcome.after);
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    const after = Number(request.headers['last-event-id'] ?? this.ward.events.length);
    for (const [index, event] of this.ward.events.entries()) {
      if (index >= after) this.#tellOne(response, event, index + 1);
    }
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const content = await readFile(join(this.#dist, name));
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}
