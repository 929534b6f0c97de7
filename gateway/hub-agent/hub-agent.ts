import { parseHubCommand } from '#codec/hub-command.ts';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { commandTopic, statusTopic } from '#codec/topics.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import type { Random } from '#kernel/random.ts';
import { minutes, seconds, type WallMs } from '#kernel/time.ts';
import type { AttachedPump } from '#model/hub-status.ts';
import type { HubTransport, Link } from '#uplink/transport.ts';
import { Uplink } from '#uplink/uplink.ts';
import type { DeclaredGaps } from './declared-gaps.ts';
import { hubStatusText } from './hub-words.ts';
import type { LineState } from './pump-poller.ts';
import type { ReadingBook } from './reading-book.ts';
import { Sender } from './sender.ts';

/** A pump on its line, as the agent sees it. */
export interface PumpWatch {
  readonly id: string;
  start(events: PumpWatchEvents): void;
  stop(): Promise<void>;
}

export interface PumpWatchEvents {
  readonly onReading: (observation: PumpObservation, urgent: boolean) => void;
  readonly onIdentity: (identity: Omit<AttachedPump, 'id'>) => void;
  readonly onLine: (state: LineState, reason: string) => void;
  readonly onDiscarded: (code: string, bytes: number) => void;
}

export interface HubAgentOptions {
  readonly hub: string;
  readonly boot: string;
  readonly firmware: string;
  readonly pumps: readonly AttachedPump[];
  readonly watches: readonly PumpWatch[];
  readonly transport: HubTransport;
  readonly book: ReadingBook;
  readonly gaps: DeclaredGaps;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly now: () => WallMs;
}

const TIDY_EVERY = minutes(1);
const CURSOR_EVERY = seconds(10);
/** Lines that come and go together are told together. */
const RETELL_AFTER = seconds(2);

/** A home hub: pumps on one side, the gateway on the other, the journal between. */
export class HubAgent {
  readonly #options: HubAgentOptions;
  readonly #uplink: Uplink;
  readonly #sender: Sender;
  readonly #pumps = new Map<string, AttachedPump>();
  readonly #lines = new Map<string, LineState>();
  #timers: Timer[] = [];
  #retell: Timer | undefined;

  constructor(options: HubAgentOptions) {
    this.#options = options;
    const { hub, transport, clock, random, log, book } = options;
    for (const pump of options.pumps) this.#pumps.set(pump.id, pump);
    this.#uplink = new Uplink({
      hub,
      transport,
      clock,
      random,
      ackTimeout: undefined,
      request: () => ({
        clientId: hub,
        will: { topic: statusTopic(hub), payload: this.#status('offline') },
        subscribe: commandTopic(hub),
        onMessage: (payload) => this.#command(payload),
      }),
      greet: (link) => this.#say('online', link),
      onUp: () => {
        log.info({ waiting: book.waiting }, 'uplink is up');
        this.#sender.go();
      },
      onDown: (reason) => log.warn({ reason, waiting: book.waiting }, 'uplink is down; readings are kept'),
      onCannotConnect: (reason, tries) => {
        // Each time would fill a disk in a home without a network.
        if (tries === 1 || tries % 100 === 0) log.warn({ reason, tries }, 'the gateway cannot be reached');
      },
    });
    this.#sender = new Sender(hub, this.#uplink, book);
  }

  /** Greeted and up. */
  get online(): boolean {
    return this.#uplink.up;
  }

  start(): void {
    const { watches, clock, log } = this.#options;
    this.#uplink.start();
    for (const watch of watches) {
      watch.start({
        onReading: (observation, urgent) => this.#reading(watch.id, observation, urgent),
        onIdentity: (identity) => this.#identity(watch.id, identity),
        onLine: (state, reason) => {
          log[state === 'up' ? 'info' : 'warn']({ pump: watch.id, state, reason }, 'line to the pump');
          this.#lines.set(watch.id, state);
          this.#tellSoon();
        },
        onDiscarded: (code, bytes) => log.debug({ pump: watch.id, code, bytes }, 'bytes that are no frame'),
      });
    }
    this.#timers = [
      clock.every(CURSOR_EVERY, 'hub-cursor', () => this.#onDisk(() => this.#options.book.saveCursor())),
      clock.every(TIDY_EVERY, 'hub-tidy', () => this.#onDisk(() => this.#tidy())),
    ];
  }

  /** Says offline and leaves. What was not acknowledged goes out after the next start. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#retell?.cancel();
    await Promise.all(this.#options.watches.map((watch) => watch.stop()));
    await this.#uplink.leave((link) => this.#say('offline', link));
    this.#onDisk(() => this.#options.book.saveCursor());
  }

  #reading(pump: string, observation: PumpObservation, urgent: boolean): void {
    const entry = this.#options.book.keep(pump, observation);
    if (entry) this.#sender.kept(entry, urgent);
    else this.#tellSoon();
  }

  #identity(id: string, told: Omit<AttachedPump, 'id'>): void {
    // What a person wrote in the configuration stands above what the pump says.
    const configured = this.#options.pumps.find((pump) => pump.id === id);
    this.#pumps.set(id, { ...told, ...configured, id });
    this.#tellSoon();
  }

  #tidy(): void {
    const { book, gaps } = this.#options;
    const before = gaps.told().length;
    book.tidy();
    if (gaps.told().length !== before) this.#tellSoon();
  }

  /** A disk that refuses is no reason to end: it is tried again. */
  #onDisk(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#options.log.error({ reason: error.detail }, 'the disk refused');
    }
  }

  #status(state: 'online' | 'offline', pong?: string): string {
    const { boot, firmware, gaps, now } = this.#options;
    return hubStatusText(
      { state, boot, atMs: now(), firmware, pumps: [...this.#pumps.values()] },
      {
        lines: state === 'online' ? Object.fromEntries(this.#lines) : {},
        gaps: state === 'online' ? gaps.told() : [],
        ...(pong !== undefined && { pong }),
      },
    );
  }

  #say(state: 'online' | 'offline', link: Link, pong?: string): Promise<void> {
    const topic = statusTopic(this.#options.hub);
    return this.#uplink.inTime(link, topic, link.publish(topic, this.#status(state, pong), true));
  }

  /** Says the status again after a while, if the link is up then. */
  #tellSoon(): void {
    this.#retell?.cancel();
    this.#retell = this.#options.clock.after(RETELL_AFTER, 'hub-status', () => this.#tellNow());
  }

  #tellNow(pong?: string): void {
    const { link, up } = this.#uplink;
    if (link && up)
      this.#say('online', link, pong).catch((error: unknown) => this.#uplink.broke(link, messageOf(error)));
  }

  #command(payload: string): void {
    const { book, log } = this.#options;
    const command = parseHubCommand(payload);
    switch (command.type) {
      case 'ping':
        this.#tellNow(command.id);
        break;
      case 'resend': {
        const { pump, boot, from, to } = command;
        const readings = book.again(pump, boot, from, to);
        log.info({ pump, asked: to - from + 1, kept: readings.length }, 'readings are sent again');
        // What is no more is in the declared gaps.
        if (readings.length <= to - from) this.#tellSoon();
        this.#sender.resend(readings);
        break;
      }
      case 'bad':
        log.warn({ reason: command.reason }, 'a command that is none');
        break;
    }
  }
}
