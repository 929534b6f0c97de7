import { encodeReadings } from '#codec/hub-json.ts';
import { MAX_MESSAGE_BYTES, MAX_READINGS } from '#codec/wire-schema.ts';
import type { PumpReading } from '#model/reading.ts';

/** A message ready to go, and the readings that it carries. */
export interface OutboxMessage {
  readonly payload: string;
  readonly readings: readonly PumpReading[];
}

/**
 * The readings of one pump that wait for a PUBACK, and those sent before that can be asked for again. Nothing leaves the
 * queue by being sent, only by being acknowledged; a repeat that was asked for goes ahead of the queue, being older.
 */
export class Outbox {
  readonly #boot: string;
  readonly #historyLimit: number;
  #queue: PumpReading[] = [];
  #repeats: PumpReading[] = [];
  #history: PumpReading[] = [];

  constructor(boot: string, historyLimit: number) {
    this.#boot = boot;
    this.#historyLimit = historyLimit;
  }

  get waiting(): number {
    return this.#queue.length + this.#repeats.length;
  }

  push(reading: PumpReading): void {
    this.#queue.push(reading);
    this.#history.push(reading);
    // Cut in blocks: taking one off the front of a long array for each reading would be slow.
    if (this.#history.length >= 2 * this.#historyLimit) this.#history = this.#history.slice(-this.#historyLimit);
  }

  /** Queues what is still remembered of a range, both ends included. Answers how many readings that is. */
  resend(from: number, to: number): number {
    const queued = new Set([...this.#queue, ...this.#repeats].map((reading) => reading.seq));
    const asked = this.#history.filter(({ seq }) => seq >= from && seq <= to && !queued.has(seq));
    this.#repeats = [...this.#repeats, ...asked].sort((a, b) => a.seq - b.seq);
    return asked.length;
  }

  /** The oldest readings that fit a message, which stay in the queue. Undefined when nothing waits. */
  next(): OutboxMessage | undefined {
    const source = this.#repeats.length > 0 ? this.#repeats : this.#queue;
    let readings = source.slice(0, MAX_READINGS);
    if (readings.length === 0) return undefined;
    for (;;) {
      const payload = encodeReadings(this.#boot, readings);
      if (readings.length === 1 || Buffer.byteLength(payload) <= MAX_MESSAGE_BYTES) return { payload, readings };
      readings = readings.slice(0, Math.ceil(readings.length / 2));
    }
  }

  acknowledge(message: OutboxMessage): void {
    const done = new Set(message.readings);
    this.#queue = withoutHead(this.#queue, done);
    this.#repeats = this.#repeats.filter((reading) => !done.has(reading));
  }
}

/** Acknowledged readings stand at the head, so only that is looked at. */
function withoutHead(queue: PumpReading[], done: ReadonlySet<PumpReading>): PumpReading[] {
  let keep = 0;
  for (let head = queue[keep]; head && done.has(head); head = queue[keep]) keep += 1;
  return keep === 0 ? queue : queue.slice(keep);
}
