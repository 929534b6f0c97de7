import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { type DurationMs, type MonoMs, millis, monoBetween, monoPlus, seconds } from '#kernel/time.ts';
import type { ChannelKind } from '#model/paging.ts';
import { type Channel, failed, type Message, type SendResult } from './channel.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { attempted } from './delivery-steps.ts';
import type { DeliveryRecord } from './records.ts';
import type { Round } from './round.ts';
import type { Try, WorkQueue } from './work-queue.ts';

/** Deliveries that one message speaks for, the lead first. */
export interface Bundle {
  readonly channel: ChannelKind;
  readonly recipient: string;
  readonly records: readonly [DeliveryRecord, ...DeliveryRecord[]];
}

/** A provider that takes longer than this is treated as one that failed. */
const SEND_LIMIT = seconds(10);
/** A call is over after this long even if nobody told. */
const CALL_LIMIT = seconds(90);

interface Outlet {
  readonly channel: Channel;
  readonly breaker: CircuitBreaker;
  inFlight: number;
  /** When a person may be asked again, by the urgency of what was last sent. */
  readonly freeAt: Map<string, { readonly high: MonoMs | null; readonly any: MonoMs }>;
}

/** The channels with their breakers and limits: picks what may be sent now, and sends it. */
export class Outlets {
  readonly #outlets: ReadonlyMap<ChannelKind, Outlet>;
  readonly #clock: Clock;
  readonly #sending = new Set<string>();

  constructor(channels: readonly Channel[], clock: Clock) {
    this.#clock = clock;
    this.#outlets = new Map(
      channels.map((channel) => [
        channel.kind,
        { channel, breaker: new CircuitBreaker(), inFlight: 0, freeAt: new Map() },
      ]),
    );
  }

  has(channel: ChannelKind): boolean {
    return this.#outlets.has(channel);
  }

  isSending(key: string): boolean {
    return this.#sending.has(key);
  }

  failingLong(): ChannelKind[] {
    return [...this.#outlets.values()].filter(({ breaker }) => breaker.failingLong).map(({ channel }) => channel.kind);
  }

  free(kind: ChannelKind, recipient: string): void {
    this.#outlets.get(kind)?.freeAt.delete(recipient);
  }

  /** Marks the sends that begin now. What must wait is put off in the index, not on disk. */
  pick(round: Round, queue: WorkQueue, now: number): Bundle[] {
    const mono = this.#clock.monotonic();
    const bundles: Bundle[] = [];
    for (const outlet of this.#outlets.values()) {
      for (const work of queue.ready(outlet.channel.kind)) {
        if (outlet.inFlight >= outlet.channel.concurrency) break;
        const wait = this.#waitFor(outlet, work, mono);
        if (wait > 0) {
          this.#putOff(outlet, round, queue, work, now, wait);
          continue;
        }
        const bundle = this.#gather(outlet, round, queue, work, now);
        if (!bundle) continue;
        this.#begin(outlet, bundle, mono);
        bundles.push(bundle);
      }
    }
    return bundles;
  }

  /** A bundle that was picked and cannot be said to anybody. */
  dropped(bundle: Bundle): void {
    const outlet = this.#outlets.get(bundle.channel);
    if (!outlet) return;
    outlet.breaker.ended();
    this.#end(outlet, bundle);
  }

  async send(bundle: Bundle, message: Message): Promise<SendResult> {
    const outlet = this.#outlets.get(bundle.channel);
    if (!outlet) return failed('this channel is not set up', true);
    const result = await this.#within(outlet, message);
    if (result.result === 'accepted') outlet.breaker.succeeded();
    else if (result.permanent) outlet.breaker.ended();
    else outlet.breaker.failed(this.#clock.monotonic(), result.problem === HUNG);
    this.#end(outlet, bundle);
    const holds = outlet.channel.perPerson.kind === 'one-at-a-time' && result.result === 'accepted';
    if (!holds && outlet.channel.perPerson.kind === 'one-at-a-time') outlet.freeAt.delete(bundle.recipient);
    return result;
  }

  async #within({ channel }: Outlet, message: Message): Promise<SendResult> {
    const abort = new AbortController();
    const hung = new Promise<SendResult>((resolve) => {
      const timer = this.#clock.after(SEND_LIMIT, 'send-limit', () => {
        resolve(failed(HUNG));
        abort.abort(new Error(HUNG));
      });
      abort.signal.addEventListener('abort', () => timer.cancel(), { once: true });
    });
    const sent = channel.send(message, abort.signal).catch((error: unknown) => failed(messageOf(error)));
    const result = await Promise.race([sent, hung]);
    abort.abort();
    return result;
  }

  #waitFor(outlet: Outlet, work: Try, mono: MonoMs): DurationMs {
    if (!outlet.breaker.allows(mono)) return outlet.breaker.restsFor(mono);
    const free = outlet.freeAt.get(work.recipient);
    if (!free) return millis(0);
    const at = work.priority === 'high' && outlet.channel.perPerson.kind === 'gather' ? free.high : free.any;
    return at === null ? millis(0) : millis(Math.max(0, monoBetween(mono, at)));
  }

  #putOff(outlet: Outlet, round: Round, queue: WorkQueue, work: Try, now: number, wait: DurationMs): void {
    queue.set({ ...work, dueAt: now + wait });
    // While a provider is down an urgent page does not wait for it: the next channels begin.
    if (!outlet.breaker.open || work.priority !== 'high') return;
    const record = round.get(work.key);
    if (record) round.hasten(record, now);
  }

  /** The delivery and, where messages to a person are gathered, what else waits for the same person. */
  #gather(outlet: Outlet, round: Round, queue: WorkQueue, work: Try, now: number): Bundle | undefined {
    const first = round.get(work.key);
    if (first?.state !== 'queued') {
      queue.remove(work.key, 'try');
      return undefined;
    }
    const lead = (first.carrier === null ? undefined : round.get(first.carrier)) ?? first;
    const others =
      outlet.channel.perPerson.kind === 'gather' && lead.kind === 'page'
        ? queue
            .waitingFor(work.channel, work.recipient)
            .flatMap((key) => (key === lead.key ? [] : (round.get(key) ?? [])))
            .filter((one) => one.kind === 'page' && one.state === 'queued')
            // A message that may have gone out says the same when it is sent again, or its key would be a lie.
            .filter((one) => (lead.tries === 0 ? one.tries === 0 : one.carrier === lead.key))
        : [];
    const mark = (record: DeliveryRecord): DeliveryRecord => {
      const marked = attempted(record, now, lead.key);
      round.save(marked);
      return marked;
    };
    return { channel: work.channel, recipient: work.recipient, records: [mark(lead), ...others.map(mark)] };
  }

  #begin(outlet: Outlet, bundle: Bundle, mono: MonoMs): void {
    outlet.inFlight += 1;
    outlet.breaker.began();
    for (const { key } of bundle.records) this.#sending.add(key);
    const { perPerson } = outlet.channel;
    const [lead] = bundle.records;
    if (perPerson.kind === 'one-at-a-time') {
      const until = monoPlus(mono, CALL_LIMIT);
      outlet.freeAt.set(bundle.recipient, { high: until, any: until });
    } else if (perPerson.kind === 'gather') {
      const until = monoPlus(mono, millis(perPerson.everyMs));
      const high = lead.priority === 'high' ? until : (outlet.freeAt.get(bundle.recipient)?.high ?? null);
      outlet.freeAt.set(bundle.recipient, { high, any: until });
    }
  }

  #end(outlet: Outlet, bundle: Bundle): void {
    outlet.inFlight -= 1;
    for (const { key } of bundle.records) this.#sending.delete(key);
  }
}

const HUNG = 'no answer within 10 s';
