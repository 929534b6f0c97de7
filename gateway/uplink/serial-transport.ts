import { SerialPort } from 'serialport';
import { parseTopic } from '#codec/topics.ts';
import type { Clock } from '#kernel/clock.ts';
import { wakeOnSerial } from '#kernel/serial-wake.ts';
import { type DurationMs, seconds } from '#kernel/time.ts';
import { SerialLine } from './serial-line.ts';
import { SerialWriter } from './serial-writer.ts';
import type { HubTransport, Link, LinkRequest } from './transport.ts';

export interface SerialTransportOptions {
  readonly path: string;
  readonly baud: number;
  readonly clock: Clock;
  /** How long to wait for an acknowledgement before a frame is repeated. */
  readonly repeatAfter?: DurationMs;
}

interface OpenPort {
  readonly port: SerialPort;
  readonly line: SerialLine;
  readonly links: Map<SerialLink, LinkRequest>;
}

const REPEAT_AFTER = seconds(1);

/**
 * Links over a serial line, 8N1: frames of the wire contract in place of MQTT. Hubs of one transport share its port, which is
 * open while one of them has a link. There are no wills and no commands on a serial line.
 */
export class SerialTransport implements HubTransport {
  readonly #options: SerialTransportOptions;
  #open: Promise<OpenPort> | undefined;

  constructor(options: SerialTransportOptions) {
    this.#options = options;
  }

  async open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    signal?.throwIfAborted();
    this.#open ??= this.#openPort();
    const open = await this.#open;
    signal?.throwIfAborted();
    const link = new SerialLink(open.line, () => {
      open.links.delete(link);
      if (open.links.size === 0) this.#close(open);
    });
    open.links.set(link, request);
    return link;
  }

  #openPort(): Promise<OpenPort> {
    const { path, baud, clock, repeatAfter = REPEAT_AFTER } = this.#options;
    return new Promise((resolve, reject) => {
      const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
      const line = new SerialLine(new SerialWriter(port), clock, repeatAfter);
      const links = new Map<SerialLink, LinkRequest>();
      port.on('data', (bytes: Buffer) => line.received(bytes));
      port.on('error', () => {});
      port.on('close', () => {
        this.#open = undefined;
        const reason = `The serial port ${path} is gone.`;
        line.end(reason);
        for (const [link, request] of [...links]) if (link.lose()) request.onLost(reason);
      });
      port.open((error) => {
        if (!error) {
          wakeOnSerial(port);
          resolve({ port, line, links });
          return;
        }
        this.#open = undefined;
        reject(error);
      });
    });
  }

  #close({ port }: OpenPort): void {
    this.#open = undefined;
    if (port.isOpen) port.close(() => {});
  }
}

class SerialLink implements Link {
  readonly #line: SerialLine;
  readonly #closed: () => void;
  #up = true;

  constructor(line: SerialLine, closed: () => void) {
    this.#line = line;
    this.#closed = closed;
  }

  publish(topic: string, payload: string): Promise<void> {
    if (!this.#up) return Promise.reject(new Error('The link is closed.'));
    const to = parseTopic(topic);
    if (to.kind === 'status') return this.#line.send('S', named({ hub: to.hub }, payload));
    if (to.kind === 'readings') return this.#line.send('R', named({ hub: to.hub, pump: to.pump }, payload));
    return Promise.reject(new Error(`Nothing goes to ${topic} over a serial line.`));
  }

  async close(): Promise<void> {
    this.cut();
  }

  cut(): void {
    if (this.lose()) this.#closed();
  }

  /** False when it was down before. */
  lose(): boolean {
    const was = this.#up;
    this.#up = false;
    return was;
  }
}

/** Names put into the text, not into the object: a payload that is torn stays torn. */
const named = (ids: Readonly<Record<string, string>>, payload: string): string =>
  `${JSON.stringify(ids).slice(0, -1)},${payload.slice(1)}`;
