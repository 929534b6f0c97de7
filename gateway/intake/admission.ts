import type { AppendResult, Inbound } from '#codec/inbound.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { seconds } from '#kernel/time.ts';

/** What admission needs of the journal: each call is one durable transaction, or an error and nothing stored. */
export interface JournalPort {
  append(batch: readonly Inbound[]): Promise<AppendResult>;
  probe(): Promise<void>;
}

/** `error` null: durable, acknowledge. `refusedWhole`: durable in quarantine only, acknowledge but tell nobody else. */
export type Settled = (error: GatewayError | null, refusedWhole: boolean) => void;

export interface AdmissionLimits {
  /** Bytes waiting for the disk above which `hasRoom` is false and the edges stop reading from their sockets. */
  readonly maxWaitingBytes: number;
  readonly maxBatchMessages: number;
}

export const defaultAdmissionLimits: AdmissionLimits = { maxWaitingBytes: 32 * 1024 ** 2, maxBatchMessages: 8_192 };

/** Waiting messages above which a second batch goes out while the first is being synced, so that the disk never idles. */
const SECOND_BATCH_AT = 256;
const PROBE_EVERY = seconds(1);

interface Waiting {
  readonly inbound: Inbound;
  readonly settled: Settled;
}

/**
 * The one door into the journal: group commit over all links. A batch is whatever is waiting when the last sync ends, so
 * one fsync serves many messages under load and a lone message waits for nobody.
 */
export class Admission {
  readonly #journal: JournalPort;
  readonly #clock: Clock;
  readonly #limits: AdmissionLimits;
  readonly #onCommitted: (result: AppendResult) => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #inFlight = 0;
  #scheduled = false;
  #problem: GatewayError | null = null;
  #roomListeners: (() => void)[] = [];
  #idleListeners: (() => void)[] = [];

  constructor(
    journal: JournalPort,
    clock: Clock,
    onCommitted: (result: AppendResult) => void,
    limits: AdmissionLimits = defaultAdmissionLimits,
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#onCommitted = onCommitted;
    this.#limits = limits;
  }

  /** Why nothing is accepted now, or null. Mends itself: the disk is probed each second. */
  get problem(): GatewayError | null {
    return this.#problem;
  }

  get waitingMessages(): number {
    return this.#waiting.length;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  hasRoom(): boolean {
    return this.#waitingBytes < this.#limits.maxWaitingBytes;
  }

  /** Calls `resume` once when there is room again. */
  onceRoom(resume: () => void): void {
    this.#roomListeners.push(resume);
  }

  /** Takes a message. `settled` is called once, after it is durable or when the disk refused it. */
  submit(inbound: Inbound, settled: Settled): void {
    if (this.#problem) {
      settled(this.#problem, false);
      return;
    }
    this.#waiting.push({ inbound, settled });
    this.#waitingBytes += sizeOf(inbound);
    this.#schedule();
  }

  /** Resolves when all that was submitted is settled. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0 && this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Waits for the rest of this turn of the event loop: sockets that are readable now join the batch. */
  #schedule(): void {
    if (this.#scheduled || !this.#maySend()) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#maySend()) void this.#send();
    });
  }

  #maySend(): boolean {
    if (this.#waiting.length === 0) return false;
    return this.#inFlight === 0 || (this.#inFlight === 1 && this.#waiting.length >= SECOND_BATCH_AT);
  }

  async #send(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#limits.maxBatchMessages);
    this.#inFlight += 1;
    try {
      const result = await this.#journal.append(batch.map((one) => one.inbound));
      this.#onCommitted(result);
      this.#settle(batch, null, new Set(result.refusedWhole));
    } catch (thrown) {
      const error = asStorageError(thrown);
      this.#refuseUntilProbed(error);
      this.#settle(batch, error, new Set());
    }
    this.#inFlight -= 1;
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#inFlight === 0) for (const idle of this.#idleListeners.splice(0)) idle();
  }

  #settle(batch: readonly Waiting[], error: GatewayError | null, refusedWhole: ReadonlySet<number>): void {
    for (const [place, { inbound, settled }] of batch.entries()) {
      this.#waitingBytes -= sizeOf(inbound);
      settled(error, refusedWhole.has(place));
    }
    if (this.hasRoom()) for (const resume of this.#roomListeners.splice(0)) resume();
  }

  #refuseUntilProbed(error: GatewayError): void {
    if (this.#problem) return;
    this.#problem = error;
    const probe = async () => {
      try {
        await this.#journal.probe();
        this.#problem = null;
      } catch (thrown) {
        this.#problem = asStorageError(thrown);
        this.#clock.after(PROBE_EVERY, 'journal-probe', () => void probe());
      }
    };
    this.#clock.after(PROBE_EVERY, 'journal-probe', () => void probe());
  }
}

const OVERHEAD_BYTES = 200;

const sizeOf = (inbound: Inbound): number => OVERHEAD_BYTES + (inbound.kind === 'message' ? inbound.payload.length : 0);

const asStorageError = (thrown: unknown): GatewayError =>
  thrown instanceof GatewayError ? thrown : new GatewayError('storage-refused', messageOf(thrown), { cause: thrown });
