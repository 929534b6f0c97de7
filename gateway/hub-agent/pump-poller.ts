import type { FrameDecoder, FrameEvent } from '#codec/pumps/frame-event.ts';
import type { PumpDialogue, PumpIdentity, PumpObservation, PumpProtocol } from '#codec/pumps/observation.ts';
import type { PumpQuery } from '#codec/pumps/query.ts';
import type { OpenByteLink } from '#intake/serial-link.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis } from '#kernel/time.ts';
import { KeptLine } from './kept-line.ts';
import { RecordPlan } from './record-plan.ts';

/** `silent`: the line is open and nobody answers. */
export type LineState = 'up' | 'silent' | 'down';

export interface PumpPollerOptions<F> {
  readonly protocol: PumpProtocol<F>;
  readonly address: number;
  readonly open: OpenByteLink;
  /** Asks nothing: hears what the pump tells by itself. */
  readonly listenOnly: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly onReading: (observation: PumpObservation, urgent: boolean) => void;
  readonly onIdentity: (identity: PumpIdentity) => void;
  readonly onLine: (state: LineState, reason: string) => void;
  readonly onDiscarded: (code: string, bytes: number) => void;
}

const TRIES = 2;
/** Rounds without any answer. */
const SILENT_AFTER_ROUNDS = 3;
const REOPEN_AFTER_ROUNDS = 10;

/** Asks one pump round after round, for as long as it is not stopped, and hands on what is worth a reading. */
export class PumpPoller<F> {
  readonly #options: PumpPollerOptions<F>;
  readonly #line: KeptLine;
  readonly #plan: RecordPlan;
  #decoder: FrameDecoder<F>;
  #talk: PumpDialogue<F>;
  #state: LineState | undefined;
  #identity = '';
  #query: PumpQuery | undefined;
  #tries = 0;
  #answers = 0;
  #emptyRounds = 0;
  #timer: Timer | undefined;

  constructor(options: PumpPollerOptions<F>) {
    this.#options = options;
    const { protocol, open, clock, random } = options;
    this.#decoder = protocol.decoder();
    this.#talk = protocol.dialogue(options.address);
    this.#plan = new RecordPlan(millis(protocol.pollEveryMs));
    this.#line = new KeptLine({
      open,
      clock,
      random,
      onBytes: (bytes) => this.#heard(this.#decoder.push(bytes)),
      onUp: () => this.#up(),
      onDown: (reason) => this.#down(reason),
    });
  }

  start(): void {
    this.#line.start();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#line.stop();
  }

  #up(): void {
    const { protocol, address, listenOnly } = this.#options;
    // Another pump may have been plugged in.
    this.#decoder = protocol.decoder();
    this.#talk = protocol.dialogue(address);
    this.#emptyRounds = 0;
    if (listenOnly) {
      this.#talk.begin();
      this.#tell('up', 'listening');
    } else this.#round();
  }

  #down(reason: string): void {
    this.#timer?.cancel();
    this.#query = undefined;
    this.#discard(this.#decoder.end());
    this.#tell('down', reason);
  }

  #round(): void {
    this.#discard(this.#decoder.end());
    this.#answers = 0;
    this.#talk.begin();
    this.#next();
  }

  #next(): void {
    this.#query = this.#talk.next();
    this.#tries = 0;
    if (this.#query) this.#ask(this.#query);
    else this.#complete();
  }

  #ask(query: PumpQuery): void {
    this.#tries += 1;
    // A line that went down meanwhile begins a round of its own when it is up again.
    if (!this.#line.ask(query)) return;
    this.#after(millis(this.#options.protocol.answerWithinMs), 'pump-answer', () => this.#unanswered(query));
  }

  #unanswered(query: PumpQuery): void {
    this.#discard(this.#decoder.end());
    this.#talk.unanswered();
    if (this.#tries < TRIES) this.#ask(query);
    else this.#complete();
  }

  #heard(events: readonly FrameEvent<F>[]): void {
    this.#discard(events);
    for (const event of events) {
      if (!event.ok) continue;
      const what = this.#talk.take(event.frame);
      if (what === 'other') continue;
      this.#line.heard();
      this.#answers += 1;
      this.#emptyRounds = 0;
      this.#tell('up', 'answers');
      if (what === 'answer' && this.#query) this.#next();
      else if (what === 'news' && this.#options.listenOnly) this.#hand();
    }
  }

  #complete(): void {
    this.#query = undefined;
    if (this.#answers === 0) this.#nobody();
    const nextLook = this.#hand() ?? millis(this.#options.protocol.pollEveryMs);
    this.#after(nextLook, 'pump-round', () => this.#round());
  }

  #nobody(): void {
    this.#emptyRounds += 1;
    if (this.#emptyRounds === SILENT_AFTER_ROUNDS) this.#tell('silent', 'no answer');
    if (this.#emptyRounds % REOPEN_AFTER_ROUNDS === 0) this.#line.reopen('open but silent');
  }

  /** Hands on what is known now; answers when to look again. */
  #hand(): DurationMs | undefined {
    const { clock, onReading, onIdentity } = this.#options;
    const identity = JSON.stringify(this.#talk.identity);
    if (identity !== this.#identity) onIdentity(this.#talk.identity);
    this.#identity = identity;
    const observation = this.#talk.observation();
    if (!observation) return undefined;
    const { keep, urgent, nextLook } = this.#plan.take(observation, clock.monotonic());
    if (keep) onReading(observation, urgent);
    return nextLook;
  }

  #discard(events: readonly FrameEvent<F>[]): void {
    for (const event of events) if (!event.ok) this.#options.onDiscarded(event.code, event.discarded.length);
  }

  #tell(state: LineState, reason: string): void {
    if (state !== this.#state) this.#options.onLine(state, reason);
    this.#state = state;
  }

  #after(delay: DurationMs, name: string, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delay, name, run);
  }
}
