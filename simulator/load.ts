import type { Timer } from '#kernel/clock.ts';
import { type DurationMs, millis, seconds } from '#kernel/time.ts';
import { holdOpen } from './hold-open.ts';
import { type InFlight, LoadConnection } from './load/connection.ts';
import { Latencies, RangeSet } from './load/ledger.ts';
import type { LoadOptions, LoadReport, ReadingRange } from './load/options.ts';
import { LoadPump } from './load/pump.ts';
import { seededUuid } from './seeds.ts';

export type { AcknowledgedMessage, LatencySummary, LoadOptions, LoadReport, ReadingRange } from './load/options.ts';

const PACE = millis(2);
const DRAIN = seconds(10);
const LOOK = millis(2);
const FIRST_ALARM: NonNullable<LoadOptions['alarms']> = {
  every: Number.POSITIVE_INFINITY,
  code: 'occlusion-downstream',
};

/**
 * Drives a broker or gateway with readings as fast as asked, and tells what it promised to keep. It ends when `messages`
 * are sent, when `duration` is over, or when `signal` is aborted, whichever is first; then it waits for the PUBACKs that
 * are missing. With `reconnect` it lives through restarts of the other side; a message that was not acknowledged is sent
 * again and again with the same numbers.
 *
 * @throws Error when a link cannot be opened or breaks, unless `reconnect` is set or it is already over.
 */
export async function runLoad(options: LoadOptions, signal?: AbortSignal): Promise<LoadReport> {
  const load = new Load(options);
  return load.run(signal);
}

class Load {
  readonly #options: LoadOptions;
  readonly #connections: readonly LoadConnection[];
  readonly #latencies = new Latencies();
  readonly #over = new AbortController();
  #sent = 0;
  #resent = 0;
  #breaks = 0;
  #opened = 0;
  #worstBehind = 0;
  /** Connection that the next paced message goes to. */
  #turn = 0;
  #beganMs = 0;
  #lastAckMs = 0;
  #trouble: Error | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { connections, pumpsPerConnection = 1, readingsPerMessage, prefix = '', alarms = FIRST_ALARM } = options;
    this.#connections = Array.from({ length: connections }, (_, c) => {
      const hub = `${prefix}hub-${c + 1}`;
      const boot = seededUuid(options.random);
      const pumps = Array.from(
        { length: pumpsPerConnection },
        (_, p) => new LoadPump(`${hub}-pump-${p + 1}`, hub, boot, readingsPerMessage, alarms.code),
      );
      return new LoadConnection(hub, pumps, options, {
        onReady: (connection) => this.#ready(connection),
        onAcknowledged: (_connection, message) => this.#acknowledged(message),
        onOpened: () => {
          this.#opened += 1;
        },
        onResent: (count) => {
          this.#resent += count;
        },
        onBroken: (connection, reason) => this.#broken(connection, reason),
      });
    });
  }

  async run(signal?: AbortSignal): Promise<LoadReport> {
    const { clock, duration, messagesPerSecond } = this.#options;
    const stop = () => this.#over.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const timers: Timer[] = [];
    const release = holdOpen();
    this.#beganMs = clock.monotonic();
    if (duration !== undefined) timers.push(clock.after(duration, 'load is over', stop));
    for (const connection of this.#connections) connection.open();
    if (messagesPerSecond !== undefined)
      timers.push(clock.every(PACE, 'load pace', () => this.#pace(messagesPerSecond)));
    try {
      if (!this.#over.signal.aborted) {
        await new Promise((resolve) => this.#over.signal.addEventListener('abort', resolve, { once: true }));
      }
      await this.#drain(this.#options.drain ?? DRAIN);
    } finally {
      release();
      for (const timer of timers) timer.cancel();
      signal?.removeEventListener('abort', stop);
      for (const connection of this.#connections) {
        if (connection.inFlight === 0) connection.close();
        else connection.destroy();
      }
    }
    if (this.#trouble) throw this.#trouble;
    return this.#report();
  }

  /** A connection has room: fill it, unless a pace is set. */
  #ready(connection: LoadConnection): void {
    if (this.#options.messagesPerSecond === undefined) this.#send(connection, connection.room);
  }

  #pace(messagesPerSecond: number): void {
    const elapsedS = (this.#options.clock.monotonic() - this.#beganMs) / 1_000;
    let due = Math.floor(elapsedS * messagesPerSecond) - this.#sent;
    this.#worstBehind = Math.max(this.#worstBehind, due);
    // An equal share to each, going on where the last one ended, then what is left to whoever has room.
    const count = this.#connections.length;
    const share = Math.ceil(due / count);
    for (const pass of [share, due]) {
      for (let looked = 0; looked < count && due > 0; looked += 1) {
        const connection = this.#connections[this.#turn % count];
        this.#turn += 1;
        if (connection) due -= this.#send(connection, Math.min(pass, due, connection.room));
      }
    }
  }

  #send(connection: LoadConnection, wanted: number): number {
    if (this.#over.signal.aborted || wanted <= 0) return 0;
    const { messages = Number.POSITIVE_INFINITY, alarms = FIRST_ALARM } = this.#options;
    const count = Math.min(wanted, messages - this.#sent);
    let number = this.#sent;
    this.#sent += count;
    connection.send(count, () => {
      number += 1;
      return number % alarms.every === 0;
    });
    if (this.#sent >= messages) this.#over.abort();
    return count;
  }

  #acknowledged(message: InFlight): void {
    const { pump, from, atMs, alarm, sentAtMs } = message;
    const to = pump.lastOf(from);
    this.#lastAckMs = this.#options.clock.monotonic();
    const latencyMs = this.#lastAckMs - sentAtMs;
    this.#latencies.add(latencyMs);
    pump.acknowledged.add(from, to);
    this.#options.onAcknowledged?.({ hub: pump.hub, pump: pump.id, boot: pump.boot, from, to, atMs, alarm, latencyMs });
  }

  #broken(connection: LoadConnection, reason: string): void {
    this.#breaks += 1;
    if (this.#options.reconnect) return;
    this.#trouble ??= new Error(`${connection.hub}: ${reason}`);
    this.#over.abort();
  }

  async #drain(limit: DurationMs): Promise<void> {
    const { clock } = this.#options;
    const until = clock.monotonic() + limit;
    const waits = () => this.#connections.some((connection) => connection.inFlight > 0);
    while (!this.#trouble && waits() && clock.monotonic() < until) await clock.sleep(LOOK);
  }

  #report(): LoadReport {
    const { readingsPerMessage } = this.#options;
    const acknowledgedMessages = this.#latencies.count;
    const elapsedMs = Math.max(0, this.#lastAckMs - this.#beganMs);
    const perSecond = elapsedMs === 0 ? 0 : (acknowledgedMessages * 1_000) / elapsedMs;
    return {
      sentMessages: this.#sent,
      resentMessages: this.#resent,
      acknowledgedMessages,
      acknowledgedReadings: acknowledgedMessages * readingsPerMessage,
      breaks: this.#breaks,
      reconnects: Math.max(0, this.#opened - this.#connections.length),
      elapsedMs,
      messagesPerSecond: perSecond,
      readingsPerSecond: perSecond * readingsPerMessage,
      latency: this.#latencies.summary(),
      acknowledged: this.#pumps().flatMap((pump) => named(pump, pump.acknowledged)),
      unacknowledged: this.#connections.flatMap((connection) => {
        const waiting = new Map<LoadPump, RangeSet>();
        for (const { pump, from } of connection.waiting()) {
          const set = waiting.get(pump) ?? new RangeSet();
          waiting.set(pump, set);
          set.add(from, pump.lastOf(from));
        }
        return [...waiting].flatMap(([pump, set]) => named(pump, set));
      }),
      worstBehind: this.#worstBehind,
    };
  }

  #pumps(): readonly LoadPump[] {
    return this.#connections.flatMap((connection) => connection.pumps);
  }
}

const named = (pump: LoadPump, set: RangeSet): ReadingRange[] =>
  set.ranges().map((range) => ({ hub: pump.hub, pump: pump.id, boot: pump.boot, ...range }));
