import type { AlertBook } from './alert-book.ts';
import type { DueQueue } from './due-queue.ts';
import type { HubMemory, PumpMemory } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';

/** What every rule works with. */
export interface Rules {
  readonly policy: AlertPolicy;
  readonly book: AlertBook;
  readonly queue: DueQueue;
  readonly isCritical: (drug: string | null) => boolean;
  /** Marks a pump as changed, so that it is stored. */
  readonly touch: (pump: PumpMemory) => void;
  /** A hub, or a pump of it, is about to be told of as silent. */
  readonly beforeDark: (hub: HubMemory) => void;
  /** No silence is judged before this instant (the gateway itself was away). */
  silenceNotBefore: number;
}

export const ms = (seconds: number): number => seconds * 1000;
