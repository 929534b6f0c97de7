import type { ServerResponse } from 'node:http';
import type { AlertRow, AlertsPort } from './ports.ts';
import type { Sight } from './scope.ts';

export const eventTopics = ['alert', 'fleet', 'system'] as const;
export type EventTopic = (typeof eventTopics)[number];

/** What one stream needs of its hub. */
export interface StreamSource {
  readonly eventsAfter: AlertsPort['eventsAfter'];
  readonly frameOf: (row: AlertRow) => Buffer;
  /** Bytes that may wait for a slow reader. Alert rows keep to half of it; other events past it end the connection. */
  readonly maxWaitingBytes: number;
  readonly onEnd: (stream: EventStream) => void;
  readonly onFault: (thrown: unknown) => void;
}

/** Who reads a stream. */
export interface StreamReader {
  /** Asked with every beat. */
  readonly stillAllowed: () => boolean;
  readonly sight: Sight;
}

/** Rows read from the log at a time while a reader catches up. */
const PAGE = 200;

/** Keep-alives in a row at which a reader may still not have taken what waits for it. */
const MAX_STALLED = 3;

/**
 * One reader of live events. It is either behind, and then pulls from the alert log at the pace of its socket, or live,
 * and then takes each row as it is pushed. A pushed row that is not the very next one sends it back to the log, so no
 * order of calls can make it skip or repeat one; so does one that finds half the room for waiting bytes taken, so that a
 * burst of rows costs a reader some time but not its connection.
 */
export class EventStream {
  readonly topics: ReadonlySet<EventTopic>;
  readonly #out: ServerResponse;
  readonly #source: StreamSource;
  readonly #stillAllowed: () => boolean;
  /** Whose alerts, hubs and pumps this reader may see. */
  readonly sight: Sight;
  #sent: number;
  #behind = false;
  #pushedWhileBehind = false;
  #stalled = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param after position of the last alert row that the reader has. */
  constructor(
    out: ServerResponse,
    after: number,
    topics: ReadonlySet<EventTopic>,
    reader: StreamReader,
    source: StreamSource,
  ) {
    this.#out = out;
    this.#sent = after;
    this.topics = topics;
    this.#stillAllowed = reader.stillAllowed;
    this.sight = reader.sight;
    this.#source = source;
    out.on('close', () => this.#over());
    out.on('drain', () => {
      this.#stalled = 0;
      this.#wake?.();
    });
    // Without a listener a reset connection would be an uncaught error; `close` follows and does the work.
    out.on('error', () => {});
  }

  /** Reads what the log holds past the reader's position, then goes live. */
  start(): void {
    if (this.topics.has('alert')) void this.#catchUp();
  }

  /** A row was committed. `frame` is shared by all streams. */
  offer(row: AlertRow, frame: Buffer): void {
    const { position } = row;
    if (!this.topics.has('alert') || position <= this.#sent) return;
    if (this.#behind) this.#pushedWhileBehind = true;
    else if (position === this.#sent + 1 && this.#out.writableLength < this.#source.maxWaitingBytes / 2) {
      this.#advance(row, frame);
    } else void this.#catchUp();
  }

  send(frame: Buffer): void {
    if (this.#ended) return;
    this.#out.write(frame);
    if (this.#out.writableLength > this.#source.maxWaitingBytes) this.#cut();
  }

  /** The regular beat: ends the stream of a person who may no longer read, and that of a reader who takes nothing. */
  beat(frame: Buffer): void {
    if (!this.#stillAllowed()) this.end();
    else if (this.#out.writableNeedDrain && ++this.#stalled >= MAX_STALLED) this.#cut();
    else this.send(frame);
  }

  /** Ends after what was written has gone out. */
  end(): void {
    if (!this.#ended) this.#out.end();
    this.#over();
  }

  async #catchUp(): Promise<void> {
    this.#behind = true;
    try {
      for (;;) {
        await this.#drained();
        if (this.#ended) return;
        this.#pushedWhileBehind = false;
        const rows = await this.#source.eventsAfter(this.#sent, PAGE);
        if (this.#ended) return;
        for (const row of rows) {
          if (row.position > this.#sent) this.#advance(row, this.#source.frameOf(row));
          // At the reader's pace, row by row: a page at once could look like a reader that takes nothing.
          await this.#drained();
          if (this.#ended) return;
        }
        if (rows.length === 0 && !this.#pushedWhileBehind) break;
      }
      this.#behind = false;
    } catch (thrown) {
      // The reader comes back with its last id; going on would leave a hole.
      this.#source.onFault(thrown);
      this.end();
    }
  }

  /** Passes over what the reader may not see. */
  #advance({ position, event }: AlertRow, frame: Buffer): void {
    this.#sent = position;
    if (this.sight.sees(event.after)) this.send(frame);
  }

  /** Waits until the socket takes more, or the stream is over. */
  async #drained(): Promise<void> {
    if (this.#ended || !this.#out.writableNeedDrain) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  /** Ends at once: what still waits would never be taken, and the reader resumes by its last id. */
  #cut(): void {
    this.#out.destroy();
    this.#over();
  }

  #over(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    this.#source.onEnd(this);
  }
}
