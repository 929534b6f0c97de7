import type { Json, Plain, StateReader, StreamRow } from '#kernel/state-store.ts';
import type { AlertEvent, AlertEventKind } from '#model/alert.ts';
import type { ServiceRecord } from '#model/service-record.ts';

/** Service records, keyed so that those of one alert stand together in order, and writing one twice changes nothing. */
export const serviceCollection = 'services';

/**
 * Why a remote service is covered and has no claim line: the service is an item of the benefit, and the single payment of
 * an infusion drug administration calendar day is payment in full for all of it.
 */
export const remoteMonitoringCitation =
  'SSA 1861(iii)(2)(B); SSA 1834(u)(1)(A)(ii); 42 CFR 414.1550(b); Medicare Benefit Policy Manual ch. 15 s. 320.8';

type ServiceDoc = Plain<ServiceRecord>;

const recordedActs: Partial<Record<AlertEventKind, ServiceRecord['action']>> = {
  acknowledged: 'acknowledged',
  noted: 'noted',
  closed: 'closed',
};

const keyOf = (alert: string, position: number): string => `${alert}/${String(position).padStart(16, '0')}`;

/**
 * The service that an act on an alert was, or null when the gateway itself acted or the act is none. The time counts only
 * for the person who has the alert, from taking it or from their last recorded act on it: hours in which nobody had it,
 * or somebody else did, are nobody's service.
 */
export function serviceOf(row: StreamRow<AlertEvent>, earlier: readonly ServiceRecord[]): ServiceRecord | null {
  const { position, value: event } = row;
  const action = recordedActs[event.kind];
  if (event.by === null || action === undefined) return null;
  const { id, patient, pump, hub, acknowledgedBy, acknowledgedAt, text } = event.after;
  const performer = event.by;
  const hasIt = acknowledgedBy === performer && acknowledgedAt !== null && action !== 'acknowledged';
  const lastAct = earlier.findLast((record) => record.performer === performer && record.end <= event.at);
  const start = hasIt ? Math.min(event.at, Math.max(acknowledgedAt, lastAct?.end ?? 0)) : event.at;
  const found = event.after.outcome === null || action !== 'closed' ? null : `Outcome: ${event.after.outcome}.`;
  const finding = [found, event.note].filter((part) => part !== null).join(' ');
  return {
    id: `${id}-${position}`,
    kind: 'remote-monitoring',
    patient,
    pump,
    hub,
    alert: id,
    performer,
    action,
    start,
    end: event.at,
    durationMs: event.at - start,
    finding: finding === '' ? (action === 'acknowledged' ? `Alert taken: ${text}.` : null) : finding,
    place: 'remote',
    covered: true,
    bundled: true,
    separatelyPayable: false,
    citation: remoteMonitoringCitation,
    alertEvent: position,
  };
}

/** The documents of the services in these events, to be put in the transaction that stores the events. */
export function recordsOfEvents(
  rows: readonly StreamRow<AlertEvent>[],
  reader: StateReader,
): { readonly collection: string; readonly key: string; readonly value: Json }[] {
  const made: ServiceDoc[] = [];
  for (const row of rows) {
    if (row.value.by === null) continue;
    const { alert } = row.value;
    const stored = reader.list<ServiceDoc>(serviceCollection, `${alert}/`).map(({ value }) => value);
    const earlier = [...stored, ...made.filter((record) => record.alert === alert)];
    const record = serviceOf(
      row,
      earlier.filter(({ alertEvent }) => alertEvent < row.position),
    );
    if (record) made.push(record);
  }
  return made.map((value) => ({ collection: serviceCollection, key: keyOf(value.alert, value.alertEvent), value }));
}

/** Service records of one patient, or all of them; oldest first. */
export function servicesOf(reader: StateReader, patient?: string): ServiceRecord[] {
  return reader
    .list<ServiceDoc>(serviceCollection)
    .map(({ value }) => value)
    .filter((record) => patient === undefined || record.patient === patient)
    .sort((a, b) => a.end - b.end || a.alertEvent - b.alertEvent);
}
