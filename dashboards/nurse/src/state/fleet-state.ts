import type { Alert } from '../../../../gateway/model/alert.ts';
import type { HubView } from '../../../../gateway/model/fleet.ts';
import type { FleetMessage, SystemView, WirePump } from '../api/wire.ts';

/** All the console knows of the world. Alerts that closed while it watched stay, so that a late snapshot cannot reopen them. */
export interface FleetState {
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly pumps: ReadonlyMap<string, WirePump>;
  readonly hubs: ReadonlyMap<string, HubView>;
  readonly system: SystemView | null;
  /** False until the first snapshot: an empty list then means "not known", never "nothing due". */
  readonly known: boolean;
}

export const emptyFleet: FleetState = {
  alerts: new Map(),
  pumps: new Map(),
  hubs: new Map(),
  system: null,
  known: false,
};

/** Steps of the escalation make no new version, as a nurse's tap must not go stale by them: they only move on in time. */
const isLater = (alert: Alert, held: Alert): boolean =>
  alert.version > held.version || (alert.version === held.version && (alert.nextStepAt ?? 0) > (held.nextStepAt ?? 0));

/** The higher version of an alert wins, whatever order the answers come in. */
export function withAlert(state: FleetState, alert: Alert): FleetState {
  const held = state.alerts.get(alert.id);
  if (held !== undefined && !isLater(alert, held)) return state;
  return { ...state, alerts: new Map(state.alerts).set(alert.id, alert) };
}

/** Puts in the pumps and hubs that changed. An older report of a pump than the one held is passed over. */
export function withFleet(state: FleetState, message: FleetMessage): FleetState {
  const pumps = new Map(state.pumps);
  for (const pump of message.pumps) {
    const held = pumps.get(pump.id);
    if (held === undefined || pump.lastSeen >= held.lastSeen) pumps.set(pump.id, pump);
  }
  const hubs = new Map(state.hubs);
  for (const hub of message.hubs) hubs.set(hub.id, hub);
  return { ...state, pumps, hubs };
}

export interface Snapshot {
  /** Every alert that is open now. */
  readonly alerts: readonly Alert[];
  readonly pumps: readonly WirePump[];
  readonly hubs: readonly HubView[];
}

/**
 * Takes a full answer in. An open alert that it does not name was closed while nobody listened and goes, unless it is
 * in `heardSince`: ids that the live stream named after the snapshot was asked for, of which the snapshot cannot know.
 */
export function withSnapshot(state: FleetState, snapshot: Snapshot, heardSince: ReadonlySet<string>): FleetState {
  const named = new Set(snapshot.alerts.map((alert) => alert.id));
  const kept = [...state.alerts].filter(
    ([id, alert]) => named.has(id) || heardSince.has(id) || alert.state === 'closed',
  );
  const start: FleetState = { ...state, alerts: new Map(kept), pumps: new Map(), hubs: new Map(), known: true };
  const pumps = snapshot.pumps.map((pump) => {
    const held = state.pumps.get(pump.id);
    return held !== undefined && held.lastSeen > pump.lastSeen ? held : pump;
  });
  return withFleet(snapshot.alerts.reduce(withAlert, start), { pumps, hubs: snapshot.hubs });
}

/** A high alert nobody has taken, by occurrence and recurrence: what must be spoken aloud, once. */
export const loudKeys = (state: FleetState): ReadonlyMap<string, Alert> =>
  new Map(
    [...state.alerts.values()]
      .filter((alert) => alert.state === 'open' && alert.priority === 'high' && alert.response === 'unacknowledged')
      .map((alert) => [`${alert.id}/${alert.count}`, alert]),
  );

/** High alerts of `after` that have not been spoken yet. */
export const newlyLoud = (after: FleetState, spoken: ReadonlySet<string>): readonly [string, Alert][] =>
  [...loudKeys(after)].filter(([key]) => !spoken.has(key));
