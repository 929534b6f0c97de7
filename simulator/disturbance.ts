import type { Random } from '#kernel/random.ts';

/** What goes wrong between hub and broker, per cent of the readings messages. Absent is none. */
export interface NetworkFaults {
  /** The message, or its acknowledgement (half and half), never arrives: the hub repeats it over a new link. */
  readonly losePct?: number;
  /** The message arrives twice. */
  readonly duplicatePct?: number;
  /** The newest reading overtakes those that wait. */
  readonly reorderPct?: number;
  /** The message arrives cut off, and is acknowledged: its readings are gone unless somebody asks for them again. */
  readonly tornPct?: number;
}

export type Disturbed = 'whole' | 'lost' | 'acknowledgement-lost' | 'duplicated' | 'torn';

/** Decides over each message by chance. Draws nothing while all is well, so that quiet stretches cost no numbers. */
export class Disturbance {
  readonly #random: Random;
  #faults: NetworkFaults = {};

  constructor(random: Random) {
    this.#random = random;
  }

  set(faults: NetworkFaults): void {
    this.#faults = faults;
  }

  reorders(): boolean {
    return this.#falls(this.#faults.reorderPct);
  }

  fate(): Disturbed {
    if (this.#falls(this.#faults.losePct)) return this.#random() < 0.5 ? 'lost' : 'acknowledgement-lost';
    if (this.#falls(this.#faults.tornPct)) return 'torn';
    return this.#falls(this.#faults.duplicatePct) ? 'duplicated' : 'whole';
  }

  /** Publishes as the fate will have it. What is lost never settles: it is for the sender to give up on it. */
  carry(fate: Disturbed, payload: string, publish: (payload: string) => Promise<void>): Promise<void> {
    if (fate === 'torn') return publish(payload.slice(0, 1 + Math.floor(this.#random() * (payload.length - 1))));
    if (fate === 'duplicated' || fate === 'acknowledgement-lost') publish(payload).catch(() => {});
    return fate === 'lost' || fate === 'acknowledgement-lost' ? new Promise(() => {}) : publish(payload);
  }

  #falls(pct: number | undefined): boolean {
    return pct !== undefined && pct > 0 && this.#random() * 100 < pct;
  }
}
