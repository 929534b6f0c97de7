import type { AlertsPort, FleetChange, FleetPort } from './ports.ts';
import { type HubAnswer, hubAnswer, type PumpAnswer, pumpAnswer } from './views.ts';

export interface FleetAnswer {
  readonly pumps: PumpAnswer[];
  readonly hubs: HubAnswer[];
}

/** Gathers ids of hubs and pumps that changed, and answers how they are by then. */
export class FleetChanges {
  readonly #fleet: Pick<FleetPort, 'pump' | 'hub'>;
  readonly #alerts: Pick<AlertsPort, 'openCount'>;
  #pumps = new Set<string>();
  #hubs = new Set<string>();

  constructor(fleet: Pick<FleetPort, 'pump' | 'hub'>, alerts: Pick<AlertsPort, 'openCount'>) {
    this.#fleet = fleet;
    this.#alerts = alerts;
  }

  note(change: FleetChange): void {
    for (const id of change.pumps) this.#pumps.add(id);
    for (const id of change.hubs) this.#hubs.add(id);
  }

  forget(): void {
    this.#pumps = new Set();
    this.#hubs = new Set();
  }

  /** Undefined when nothing changed since the last call. */
  async take(): Promise<FleetAnswer | undefined> {
    const pumpIds = [...this.#pumps];
    const hubIds = [...this.#hubs];
    if (pumpIds.length === 0 && hubIds.length === 0) return undefined;
    this.forget();
    const pumps = await Promise.all(pumpIds.map((id) => this.#fleet.pump(id)));
    const hubs = await Promise.all(hubIds.map((id) => this.#fleet.hub(id)));
    const answer = {
      pumps: pumps.flatMap((view) => (view ? [pumpAnswer(view, this.#alerts.openCount(view.id))] : [])),
      hubs: hubs.flatMap((view) => (view ? [hubAnswer(view)] : [])),
    };
    return answer.pumps.length === 0 && answer.hubs.length === 0 ? undefined : answer;
  }
}
