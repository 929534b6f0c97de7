import { connect, type Socket } from 'node:net';
import { encodeStatus } from '#codec/hub-json.ts';
import { statusTopic } from '#codec/topics.ts';
import { Backoff } from '#kernel/backoff.ts';
import { messageOf } from '#kernel/errors.ts';
import { millis } from '#kernel/time.ts';
import { AnswerReader } from './answers.ts';
import { connectFrame, DISCONNECT, publishFrame } from './frames.ts';
import type { LoadOptions } from './options.ts';
import type { LoadPump } from './pump.ts';

/** A message that waits for its PUBACK. Re-sending writes the same bytes from the same numbers. */
export interface InFlight {
  readonly pump: LoadPump;
  readonly from: number;
  readonly atMs: number;
  readonly alarm: boolean;
  readonly sentAtMs: number;
}

export interface ConnectionEvents {
  /** The broker let this connection in, for the first time or again. */
  onOpened(): void;
  /** The link is up and there is room: messages may go. */
  onReady(connection: LoadConnection): void;
  /** A slot of the window came free. */
  onAcknowledged(connection: LoadConnection, message: InFlight): void;
  onResent(count: number): void;
  onBroken(connection: LoadConnection, reason: string): void;
}

const STATUS_PACKET_ID = 65_535;
const CHUNK_BYTES = 64 * 1024;
const RETRY = { first: millis(20), factor: 2, max: millis(1_000), jitter: 0.3 };

/** One hub of a load: a plain socket, a window of messages, PUBACKs counted by hand. */
export class LoadConnection {
  readonly hub: string;
  readonly pumps: readonly LoadPump[];
  readonly #options: LoadOptions;
  readonly #events: ConnectionEvents;
  readonly #backoff: Backoff;
  /** By packet id, in order of sending: a Map keeps the order of insertion. */
  readonly #inFlight = new Map<number, InFlight>();
  #nextId = 1;
  #turn = 0;
  #socket: Socket | undefined;
  #ready = false;
  #blocked = false;
  #closing = false;

  constructor(hub: string, pumps: readonly LoadPump[], options: LoadOptions, events: ConnectionEvents) {
    this.hub = hub;
    this.pumps = pumps;
    this.#options = options;
    this.#events = events;
    this.#backoff = new Backoff(RETRY, options.random);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Messages that may be sent now. */
  get room(): number {
    return this.#ready && !this.#blocked ? this.#options.window - this.#inFlight.size : 0;
  }

  waiting(): IterableIterator<InFlight> {
    return this.#inFlight.values();
  }

  open(): void {
    const { host, port, username, password } = this.#options;
    const socket = connect(port, host);
    this.#socket = socket;
    socket.setNoDelay(true);
    let reason = 'The other side closed the connection.';
    const reader = new AnswerReader({
      onConnack: (code) => {
        if (code === 0) this.#admitted(socket);
        else {
          reason = `The broker refused the connection with code ${code}.`;
          socket.destroy();
        }
      },
      onPuback: (id) => this.#acknowledged(id),
    });
    socket.on('connect', () => socket.write(connectFrame(this.hub, username, password)));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.read(chunk);
      } catch (error) {
        reason = messageOf(error);
        socket.destroy();
      }
      // Asked once a chunk, not once a PUBACK: a chunk of them makes one write.
      if (this.#socket === socket && this.room > 0) this.#events.onReady(this);
    });
    socket.on('drain', () => {
      this.#blocked = false;
      if (this.room > 0) this.#events.onReady(this);
    });
    socket.on('error', (error) => {
      reason = messageOf(error) || reason;
    });
    socket.on('close', () => this.#broken(reason));
  }

  /** Sends `count` messages, at most `room`, of its pumps in turn. `alarm` tells which carry the alarm. */
  send(count: number, alarm: () => boolean): void {
    const sentAtMs = this.#options.clock.monotonic();
    const atMs = this.#options.clock.wall();
    const fresh: [number, InFlight][] = [];
    for (let i = 0; i < count; i += 1) {
      const pump = this.pumps[this.#turn % this.pumps.length];
      if (!pump) return;
      this.#turn += 1;
      const message = { pump, from: pump.take(), atMs, alarm: alarm(), sentAtMs };
      const id = this.#freeId();
      this.#inFlight.set(id, message);
      fresh.push([id, message]);
    }
    this.#write(fresh);
  }

  /** Says goodbye. */
  close(): void {
    this.#closing = true;
    this.#ready = false;
    this.#socket?.end(DISCONNECT);
  }

  /** Drops the link without a word. */
  destroy(): void {
    this.#closing = true;
    this.#ready = false;
    this.#socket?.destroy();
  }

  #admitted(socket: Socket): void {
    this.#backoff.reset();
    this.#events.onOpened();
    if (this.#options.announce ?? true) socket.write(this.#online());
    this.#ready = true;
    if (this.#inFlight.size > 0) {
      this.#write([...this.#inFlight]);
      this.#events.onResent(this.#inFlight.size);
    }
    this.#events.onReady(this);
  }

  #online(): Buffer {
    const pumps = this.pumps.map(({ id }) => ({ id, model: 'load' }));
    const boot = this.pumps[0]?.boot ?? 'load';
    const payload = encodeStatus({
      state: 'online',
      boot,
      atMs: this.#options.clock.wall(),
      firmware: 'load-1',
      pumps,
    });
    return publishFrame(statusTopic(this.hub), payload, STATUS_PACKET_ID, true);
  }

  #acknowledged(id: number): void {
    const message = this.#inFlight.get(id);
    if (!message) return;
    this.#inFlight.delete(id);
    this.#events.onAcknowledged(this, message);
  }

  #broken(reason: string): void {
    this.#ready = false;
    this.#blocked = false;
    if (this.#closing) return;
    this.#events.onBroken(this, reason);
    if (!this.#options.reconnect) return;
    this.#options.clock.after(this.#backoff.next(), `${this.hub} reconnects`, () => {
      if (!this.#closing) this.open();
    });
  }

  /** Many messages in few writes. */
  #write(messages: readonly (readonly [number, InFlight])[]): void {
    let start = 0;
    while (start < messages.length) {
      let bytes = 0;
      let end = start;
      for (; end < messages.length; end += 1) {
        const length = messages[end]?.[1].pump.template(messages[end]?.[1].alarm ?? false).length ?? 0;
        if (bytes > 0 && bytes + length > CHUNK_BYTES) break;
        bytes += length;
      }
      const chunk = Buffer.allocUnsafe(bytes);
      let at = 0;
      for (const [id, message] of messages.slice(start, end)) {
        const template = message.pump.template(message.alarm);
        template.write(chunk, at, id, message.from, message.atMs);
        at += template.length;
      }
      if (this.#socket?.write(chunk) === false) this.#blocked = true;
      start = end;
    }
  }

  #freeId(): number {
    while (this.#inFlight.has(this.#nextId)) this.#nextId = (this.#nextId % (STATUS_PACKET_ID - 1)) + 1;
    const id = this.#nextId;
    this.#nextId = (id % (STATUS_PACKET_ID - 1)) + 1;
    return id;
  }
}
