import { readingToWire } from '#codec/hub-json.ts';
import type { WireReading } from '#codec/wire-schema.ts';
import type { HubView, PumpView, SequenceGap } from '#model/fleet.ts';

/** A pump as the API shows it: `latest` in the names of the wire, and how many of its alerts are open. */
export interface PumpAnswer extends Omit<PumpView, 'latest' | 'gaps'> {
  readonly latest: WireReading;
  readonly gaps: SequenceGap[];
  readonly openAlerts: number;
}

export function pumpAnswer(view: PumpView, openAlerts: number): PumpAnswer {
  return {
    id: view.id,
    hub: view.hub,
    model: view.model,
    serial: view.serial,
    lastSeen: view.lastSeen,
    stateUnknown: view.stateUnknown,
    clockSkewMs: view.clockSkewMs,
    latest: readingToWire(view.latest),
    boot: view.boot,
    gaps: [...view.gaps],
    openAlerts,
  };
}

export interface HubAnswer extends Omit<HubView, 'pumps'> {
  readonly pumps: string[];
}

export function hubAnswer(view: HubView): HubAnswer {
  return {
    id: view.id,
    state: view.state,
    boot: view.boot,
    firmware: view.firmware,
    lastSeen: view.lastSeen,
    clockSkewMs: view.clockSkewMs,
    pumps: [...view.pumps],
  };
}
