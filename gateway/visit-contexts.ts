import { noPumpContext, type PumpContext, type Visit } from '#model/pump-context.ts';
import type { Visits } from '#registry/visits.ts';

/** Adds the nurse who is checked in to what the registry says of a pump, and tells the alerts when that changes. */
export class VisitContexts {
  readonly #visits: Visits;
  readonly #now: () => number;
  readonly #tell: (pump: string, context: PumpContext) => Promise<void>;
  readonly #known = new Map<string, PumpContext>();

  constructor(visits: Visits, now: () => number, tell: (pump: string, context: PumpContext) => Promise<void>) {
    this.#visits = visits;
    this.#now = now;
    this.#tell = tell;
  }

  /** What the registry says. */
  async tell(pump: string, context: PumpContext): Promise<void> {
    this.#known.set(pump, context);
    await this.#refresh(pump);
  }

  async checkIn(pump: string, nurse: string): Promise<Visit> {
    const visit = this.#visits.checkIn(pump, nurse);
    await this.#refresh(pump);
    return visit;
  }

  /** Only whoever is there can end a visit early. */
  async checkOut(pump: string, nurse: string): Promise<boolean> {
    if (this.#visits.at(pump, this.#now())?.nurse !== nurse) return false;
    const ended = this.#visits.checkOut(pump);
    await this.#refresh(pump);
    return ended;
  }

  #refresh(pump: string): Promise<void> {
    const visit = this.#visits.at(pump, this.#now()) ?? null;
    return this.#tell(pump, { ...(this.#known.get(pump) ?? noPumpContext), visit });
  }
}
