import type { ServerResponse } from 'node:http';
import { Value } from 'typebox/value';
import type { Clock, Timer } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { seconds } from '#kernel/time.ts';
import { EventStream, type EventTopic, type StreamReader, type StreamSource } from './event-stream.ts';
import { type FleetAnswer, FleetChanges } from './fleet-changes.ts';
import type { AlertRow, AlertsPort, FleetPort, SystemPort, Unsubscribe } from './ports.ts';
import { alertRowSchema } from './schemas.ts';

export interface EventHubLimits {
  /** Streams served at once. */
  readonly maxStreams: number;
  /** Bytes that may wait for one slow reader; twice what alert rows may take of it. */
  readonly maxWaitingBytes: number;
}

/** 5,000 consoles, and room for a thousand alert rows of about 1 KB each. */
export const defaultEventHubLimits: EventHubLimits = { maxStreams: 5_000, maxWaitingBytes: 1024 * 1024 };

/** Well under the 20 s after which the console calls its own data stale. */
const KEEP_ALIVE = seconds(10);
/** Changes of the fleet and of the system's state go out at most this often. */
const GATHER = seconds(1);

/** The newest alert rows kept as bytes, about 1 KB each, for the many readers that catch up after a burst or a restart. */
const KEPT_FRAMES = 2_000;

const keepAlive = Buffer.from(': keep-alive\n\n');

export interface EventHubParts {
  readonly alerts: AlertsPort;
  readonly fleet: FleetPort;
  readonly system: SystemPort;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<EventHubLimits>;
}

/** Hands live events to every open stream. Each event becomes bytes once, however many read it. */
export class EventHub {
  readonly #parts: EventHubParts;
  readonly #limits: EventHubLimits;
  readonly #streams = new Set<EventStream>();
  readonly #changes: FleetChanges;
  readonly #source: StreamSource;
  readonly #unsubscribe: readonly Unsubscribe[];
  #timers: readonly Timer[] = [];
  readonly #frames = new Map<number, Buffer>();
  #gathering = false;
  #systemSaid = '';

  constructor(parts: EventHubParts) {
    const { alerts, fleet, log } = parts;
    this.#parts = parts;
    this.#limits = { ...defaultEventHubLimits, ...parts.limits };
    this.#changes = new FleetChanges(fleet, alerts);
    this.#source = {
      eventsAfter: (position, limit) => alerts.eventsAfter(position, limit),
      frameOf: (row) => this.#alertFrame(row),
      maxWaitingBytes: this.#limits.maxWaitingBytes,
      onEnd: (stream) => this.#left(stream),
      onFault: (thrown) => log.error({ err: thrown }, 'The alert log could not be read for a live stream.'),
    };
    this.#unsubscribe = [
      alerts.subscribe((row) => this.#onAlert(row)),
      fleet.subscribe((change) => {
        if (this.#streams.size > 0) this.#changes.note(change);
      }),
    ];
  }

  /** Streams open now. */
  get size(): number {
    return this.#streams.size;
  }

  /** @throws GatewayError `too-many-streams`. Call before the answer's head is written. */
  assertRoom(): void {
    if (this.#streams.size >= this.#limits.maxStreams) throw new GatewayError('too-many-streams', '');
  }

  /**
   * Serves events on `out`, whose head is written. `after` is the position of the last alert row that the reader has;
   * undefined starts live, with a `hello` that carries the position as its id, so that a reader who is cut off before
   * the first row can resume as well. A position past the end belongs to another log and also gets a `hello`.
   */
  attach(out: ServerResponse, after: number | undefined, topics: ReadonlySet<EventTopic>, reader: StreamReader): void {
    const last = this.#parts.alerts.lastPosition();
    const resumes = after !== undefined && after <= last;
    const stream = new EventStream(out, resumes ? after : last, topics, reader, this.#source);
    this.#streams.add(stream);
    if (this.#timers.length === 0) this.#startTimers();
    // Whoever comes anew learns the system's state with the next beat.
    this.#systemSaid = '';
    stream.send(Buffer.from('retry: 2000\n\n'));
    if (!resumes) stream.send(frame('hello', { position: last }, last));
    stream.start();
  }

  /** Ends every stream and lets go of the other rooms. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const stream of [...this.#streams]) stream.end();
  }

  #onAlert(row: AlertRow): void {
    if (this.#streams.size === 0) return;
    if (row.event.after.pump !== null) this.#changes.note({ pumps: [row.event.after.pump], hubs: [] });
    const bytes = this.#alertFrame(row);
    for (const stream of [...this.#streams]) stream.offer(row, bytes);
  }

  /** Rows never change, so the bytes of a position are always the same. */
  #alertFrame(row: AlertRow): Buffer {
    const kept = this.#frames.get(row.position);
    if (kept) return kept;
    const made = frame('alert', Value.Clean(alertRowSchema, structuredClone(row)), row.position);
    this.#frames.set(row.position, made);
    const [oldest] = this.#frames.keys();
    if (this.#frames.size > KEPT_FRAMES && oldest !== undefined) this.#frames.delete(oldest);
    return made;
  }

  #startTimers(): void {
    const { clock } = this.#parts;
    this.#timers = [
      clock.every(KEEP_ALIVE, 'event streams keep-alive', () => {
        for (const stream of [...this.#streams]) stream.beat(keepAlive);
      }),
      clock.every(GATHER, 'event streams gather', () => void this.#gather()),
    ];
  }

  #left(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#changes.forget();
  }

  /** Sends what changed since the last time. Never two at once: a slow look-up must not overtake itself. */
  async #gather(): Promise<void> {
    if (this.#gathering) return;
    this.#gathering = true;
    try {
      const changed = await this.#changes.take();
      if (changed) this.#sendFleet(changed);
      const status = await this.#parts.system.status();
      const said = JSON.stringify([status.ready, status.problems]);
      if (said !== this.#systemSaid) this.#broadcast('system', frame('system', status));
      this.#systemSaid = said;
    } catch (thrown) {
      this.#parts.log.error({ err: thrown }, 'Live fleet and system events could not be made.');
    } finally {
      this.#gathering = false;
    }
  }

  /** To each what they may see of it; made once for all readers of an agency. */
  #sendFleet({ pumps, hubs }: FleetAnswer): void {
    const frames = new Map<string | null, Buffer | null>();
    for (const stream of [...this.#streams]) {
      if (!stream.topics.has('fleet')) continue;
      const { agency } = stream.sight;
      let bytes = frames.get(agency);
      if (bytes === undefined) {
        const seen = {
          pumps: pumps.filter(({ id }) => stream.sight.sees({ pump: id })),
          hubs: hubs.filter(({ id }) => stream.sight.sees({ hub: id })),
        };
        bytes = seen.pumps.length + seen.hubs.length === 0 ? null : frame('fleet', seen);
        frames.set(agency, bytes);
      }
      if (bytes !== null) stream.send(bytes);
    }
  }

  #broadcast(topic: EventTopic, bytes: Buffer): void {
    for (const stream of [...this.#streams]) {
      if (stream.topics.has(topic)) stream.send(bytes);
    }
  }
}

function frame(event: string, data: unknown, id?: number): Buffer {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
