import type { AcknowledgedMessage } from '#simulator/load.ts';
import type { JournalLedger } from './journal-ledger.ts';

const MOST_NAMED = 20;

/** Every message for which a PUBACK came: the readings that somebody promised to keep. */
export class PromisedReadings {
  readonly #messages: AcknowledgedMessage[] = [];
  #checked = 0;
  #awaited: { readonly count: number; readonly tell: () => void } | undefined;

  /** For `onAcknowledged` of a load. */
  readonly note = (message: AcknowledgedMessage): void => {
    this.#messages.push(message);
    if (this.#awaited && this.#messages.length >= this.#awaited.count) this.#awaited.tell();
  };

  /** Calls `tell` at the very PUBACK that is the `n`th from now on. One waits at a time. */
  atNext(n: number, tell: () => void): void {
    const once = () => {
      this.#awaited = undefined;
      tell();
    };
    this.#awaited = { count: this.#messages.length + n, tell: once };
  }

  get messages(): number {
    return this.#messages.length;
  }

  /** Readings promised since the last call and not in the journal, the first of them. Reads the journal on by itself. */
  brokenIn(ledger: JournalLedger): string[] {
    const from = this.#checked;
    this.#checked = this.#messages.length;
    // The journal is read after the promises are counted: what was promised by now has to be there.
    ledger.readOn();
    return this.#missing(ledger, from, this.#checked);
  }

  /** The same for every promise so far. */
  allBrokenIn(ledger: JournalLedger): string[] {
    const to = this.#messages.length;
    ledger.readOn();
    return this.#missing(ledger, 0, to);
  }

  /** The pumps for which a message with an alarm was acknowledged. */
  alarmedPumps(): Set<string> {
    return new Set(this.#messages.filter(({ alarm }) => alarm).map(({ pump }) => pump));
  }

  #missing(ledger: JournalLedger, from: number, to: number): string[] {
    const missing: string[] = [];
    for (const message of this.#messages.slice(from, to)) {
      for (let seq = message.from; seq <= message.to; seq += 1) {
        if (ledger.has(message.pump, message.boot, seq)) continue;
        if (missing.length < MOST_NAMED) missing.push(`${message.pump} ${message.boot} ${seq}`);
      }
    }
    return missing;
  }
}
