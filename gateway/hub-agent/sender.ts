import { readingsTopic } from '#codec/topics.ts';
import { MAX_MESSAGE_BYTES, MAX_READINGS } from '#codec/wire-schema.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Link } from '#uplink/transport.ts';
import type { Uplink } from '#uplink/uplink.ts';
import type { ReadingBook } from './reading-book.ts';

/** A reading as it stands in the journal: sent again, it is the same to the letter. */
export interface KeptReading {
  readonly offset: number;
  readonly pump: string;
  readonly boot: string;
  readonly wire: string;
}

/** So many waiting are a backlog: what is urgent does not stand in line behind it. */
const BACKLOG = 100;
const ENVELOPE_BYTES = 128;

/** Brings readings to the gateway, one message at a time: what is urgent, what was asked for again, and the rest by age. */
export class Sender {
  readonly #hub: string;
  readonly #uplink: Uplink;
  readonly #book: ReadingBook;
  readonly #ahead: KeptReading[] = [];
  #again: KeptReading[] = [];
  #sendingOn: Link | undefined;

  constructor(hub: string, uplink: Uplink, book: ReadingBook) {
    this.#hub = hub;
    this.#uplink = uplink;
    this.#book = book;
  }

  /** A reading was kept. */
  kept(reading: KeptReading, urgent: boolean): void {
    if (urgent && this.#book.waiting > BACKLOG) this.#ahead.push(reading);
    this.go();
  }

  /** Readings that the gateway asked for. */
  resend(readings: readonly KeptReading[]): void {
    const queued = new Set(this.#again.map(({ offset }) => offset));
    this.#again = [...this.#again, ...readings.filter(({ offset }) => !queued.has(offset))];
    this.go();
  }

  /** Sends the next message if the link is up and none is on its way. */
  go(): void {
    const { link, up } = this.#uplink;
    if (!link || !up || this.#sendingOn === link) return;
    const message = this.#next();
    if (!message) return;
    this.#sendingOn = link;
    const { pump, boot, readings } = message;
    const topic = readingsTopic(this.#hub, pump);
    const payload = `{"boot":${JSON.stringify(boot)},"readings":[${readings.map(({ wire }) => wire).join(',')}]}`;
    const freed = () => {
      if (this.#sendingOn === link) this.#sendingOn = undefined;
    };
    this.#uplink.inTime(link, topic, link.publish(topic, payload, false)).then(
      () => {
        freed();
        this.#acknowledged(readings);
        this.go();
      },
      (error: unknown) => {
        freed();
        this.#uplink.broke(link, messageOf(error));
      },
    );
  }

  #next(): Message | undefined {
    return messageOfFirst(this.#ahead) ?? messageOfFirst(this.#again) ?? messageOfFirst(this.#book.unsent());
  }

  #acknowledged(readings: readonly KeptReading[]): void {
    const offsets = new Set(readings.map(({ offset }) => offset));
    this.#ahead.splice(0, this.#ahead.length, ...this.#ahead.filter(({ offset }) => !offsets.has(offset)));
    this.#again = this.#again.filter(({ offset }) => !offsets.has(offset));
    this.#book.acknowledge([...offsets]);
  }
}

interface Message {
  readonly pump: string;
  readonly boot: string;
  readonly readings: readonly KeptReading[];
}

/** Those of the first one's pump and boot that fit a message. */
export function messageOfFirst(waiting: readonly KeptReading[]): Message | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const { pump, boot } = first;
  const readings: KeptReading[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const reading of waiting) {
    if (reading.pump !== pump || reading.boot !== boot) continue;
    bytes += Buffer.byteLength(reading.wire) + 1;
    if (readings.length === MAX_READINGS || (bytes > MAX_MESSAGE_BYTES && readings.length > 0)) break;
    readings.push(reading);
  }
  return { pump, boot, readings };
}
