import { encodeReadings } from '#codec/hub-json.ts';
import { MAX_MESSAGE_BYTES, MAX_READINGS } from '#codec/wire-schema.ts';
import type { PumpReading } from '#model/reading.ts';

/** A reading with the boot that it was numbered in. */
export interface KeptReading {
  readonly boot: string;
  readonly reading: PumpReading;
}

/** A message ready to go, and the readings that it carries. */
export interface OutboxMessage {
  readonly boot: string;
  readonly payload: string;
  readonly readings: readonly PumpReading[];
}

/**
 * The readings of one pump that wait for a PUBACK, and those sent before that can be asked for again. Nothing leaves the
 * queue by being sent, only by being acknowledged; a repeat that was asked for goes ahead of the queue, being older.
 * Past `limit` the oldest are given up, waiting or not: a hub's memory ends somewhere.
 */
export class Outbox {
  readonly #limit: number;
  #queue: KeptReading[] = [];
  #repeats: KeptReading[] = [];
  #history: KeptReading[] = [];

  /** `waiting`: what an earlier boot left unacknowledged, oldest first. */
  constructor(limit: number, waiting: readonly KeptReading[] = []) {
    this.#limit = limit;
    this.#queue = [...waiting];
    this.#history = [...waiting];
  }

  get waiting(): number {
    return this.#queue.length + this.#repeats.length;
  }

  /** Answers how many waiting readings were given up for want of room. */
  push(boot: string, reading: PumpReading): number {
    const kept = { boot, reading };
    this.#queue.push(kept);
    this.#history.push(kept);
    // Cut in blocks: taking one off the front of a long array for each reading would be slow.
    if (this.#history.length >= 2 * this.#limit) this.#history = this.#history.slice(-this.#limit);
    const tooMany = this.#queue.length - this.#limit;
    if (tooMany < Math.max(1, this.#limit / 64)) return 0;
    this.#queue = this.#queue.slice(tooMany);
    return tooMany;
  }

  /** Queues what is still remembered of a range, both ends included. Answers how many readings that is. */
  resend(boot: string, from: number, to: number, remembered: readonly KeptReading[] = this.#history): number {
    const queued = new Set([...this.#queue, ...this.#repeats].map(identity));
    const asked = remembered.filter(
      (kept) => kept.boot === boot && kept.reading.seq >= from && kept.reading.seq <= to && !queued.has(identity(kept)),
    );
    this.#repeats = [...this.#repeats, ...asked].sort((a, b) => a.reading.seq - b.reading.seq);
    return asked.length;
  }

  /**
   * The oldest readings of one boot that fit a message, which stay in the queue. `newestAlone`: the newest only, as after a
   * network that reorders. Undefined when nothing waits.
   */
  next(newestAlone = false): OutboxMessage | undefined {
    const source = this.#repeats.length > 0 ? this.#repeats : this.#queue;
    const first = newestAlone ? source.at(-1) : source[0];
    if (!first) return undefined;
    const { boot } = first;
    const other = newestAlone ? 1 : source.findIndex((kept) => kept.boot !== boot);
    const count = Math.min(MAX_READINGS, other < 0 ? source.length : other);
    let readings = (newestAlone ? [first] : source.slice(0, count)).map((kept) => kept.reading);
    for (;;) {
      const payload = encodeReadings(boot, readings);
      if (readings.length === 1 || Buffer.byteLength(payload) <= MAX_MESSAGE_BYTES) return { boot, payload, readings };
      readings = readings.slice(0, Math.ceil(readings.length / 2));
    }
  }

  acknowledge(message: OutboxMessage): void {
    const done = new Set(message.readings);
    const last = this.#queue.at(-1);
    if (done.size === 1 && this.#queue.length > 1 && last && done.has(last.reading)) this.#queue.pop();
    else this.#queue = withoutHead(this.#queue, done);
    if (this.#repeats.length > 0) this.#repeats = this.#repeats.filter((kept) => !done.has(kept.reading));
  }
}

const identity = ({ boot, reading }: KeptReading): string => `${reading.seq} ${boot}`;

/** Acknowledged readings stand at the head, so only that is looked at. */
function withoutHead(queue: KeptReading[], done: ReadonlySet<PumpReading>): KeptReading[] {
  let keep = 0;
  for (let head = queue[keep]; head && done.has(head.reading); head = queue[keep]) keep += 1;
  return keep === 0 ? queue : queue.slice(keep);
}
