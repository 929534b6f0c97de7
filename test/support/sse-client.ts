import { type ClientRequest, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

/** One event of a stream as it came. */
export interface SseEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** A reader of server-sent events over a real socket, as a browser would be, that remembers what came. */
export class SseClient implements Disposable {
  readonly events: SseEvent[] = [];
  readonly comments: string[] = [];
  /** The reconnection time that the server asked for. */
  retry: string | undefined;
  #request: ClientRequest;
  #response: IncomingMessage;
  #rest = '';
  #ended = false;
  #wake: (() => void)[] = [];

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#take(chunk));
    response.on('close', () => {
      this.#ended = true;
      this.#notify();
    });
    // A connection cut by the server ends with ECONNRESET or `aborted`; `close` follows.
    response.on('error', () => {});
    request.on('error', () => {});
  }

  /** Resolves once the head of the answer is there. */
  static open(url: string, headers: OutgoingHttpHeaders = {}): Promise<SseClient> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) => resolve(new SseClient(request, response)));
      request.once('error', reject);
    });
  }

  get status(): number | undefined {
    return this.#response.statusCode;
  }

  get headers() {
    return this.#response.headers;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The last id that came, as a browser would send it back. */
  get lastId(): string | undefined {
    return this.events.findLast((event) => event.id !== undefined)?.id;
  }

  /** Waits until `holds`; each arrival asks again. @throws Error when the stream ended and it does not hold. */
  async until(what: string, holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#ended) throw new Error(`The stream ended before ${what}.`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Waits for the server to end the stream. */
  async untilEnded(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Stops taking bytes, so that the server's buffers fill. */
  stall(): void {
    this.#response.pause();
  }

  close(): void {
    this.#request.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(chunk: string): void {
    const blocks = `${this.#rest}${chunk}`.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#read(block.split('\n'));
    this.#notify();
  }

  #read(lines: readonly string[]): void {
    const value = (field: string) => lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
    const comment = lines.find((line) => line.startsWith(':'));
    if (comment !== undefined) this.comments.push(comment);
    this.retry = value('retry') ?? this.retry;
    const data = value('data');
    if (data !== undefined) this.events.push({ id: value('id'), event: value('event') ?? 'message', data });
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
