import type { AppendResult, Inbound } from '#codec/inbound.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import { GatewayError } from '#kernel/errors.ts';

/** A journal whose disk obeys the test: commits wait until `release`, or are refused while `broken`. */
export class HeldJournal {
  readonly journal = new MemoryJournal();
  readonly batches: number[] = [];
  broken = false;
  held = false;
  #release: (() => void)[] = [];

  async append(batch: readonly Inbound[]): Promise<AppendResult> {
    this.batches.push(batch.length);
    if (this.held) await new Promise<void>((resolve) => this.#release.push(resolve));
    if (this.broken) throw new GatewayError('storage-refused', 'the disk is full');
    return this.journal.append(batch);
  }

  async probe(): Promise<void> {
    if (this.broken) throw new GatewayError('storage-refused', 'the disk is full');
  }

  /** Lets the oldest waiting commit through, or all of them. */
  release(all = true): void {
    for (const go of this.#release.splice(0, all ? this.#release.length : 1)) go();
  }
}
