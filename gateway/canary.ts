import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { seconds } from '#kernel/time.ts';
import type { Person } from '#model/role.ts';
import type { WatchClient } from './threads/watch-client.ts';

/**
 * The watchdog plays a home hub whose pump alarms now and then. That alarm goes the whole way, from MQTT through the alert
 * engine, the outbox and the notifier to what its hub is shown, and to no person: nobody is paged, and no list has it.
 */

/** Pumps of the synthetic hub take turns, so that none alarms again before its last alarm is closed and past reopening. */
export const canaryPump = (hub: string, turn: number): string => `${hub}-${turn % PUMPS}`;
const PUMPS = 8;
const isCanaryPump = (id: string, hub: string): boolean =>
  Array.from({ length: PUMPS }, (_, turn) => canaryPump(hub, turn)).includes(id);

/** What people see of the watch. */
export type Ward = Pick<
  WatchClient,
  | 'alerts'
  | 'alert'
  | 'act'
  | 'openCount'
  | 'lastPosition'
  | 'eventsAfter'
  | 'onAlert'
  | 'hubs'
  | 'pumps'
  | 'hub'
  | 'pump'
  | 'onFleet'
  | 'services'
>;

/** The watch without what is of the hub `canary`. */
export function wardOf(watch: WatchClient, canary: string | undefined): Ward {
  if (canary === undefined) return watch;
  const isOthers = (one: { readonly hub: string | null }): boolean => one.hub !== canary;
  return {
    alerts: async (filter) => (await watch.alerts(filter)).filter(isOthers),
    alert: (id) => watch.alert(id),
    act: (...of) => watch.act(...of),
    openCount: (pump) => watch.openCount(pump),
    get lastPosition() {
      return watch.lastPosition;
    },
    eventsAfter: async (position, limit) => {
      // An empty page would say that the log ends here.
      for (let after = position; ; ) {
        const rows = await watch.eventsAfter(after, limit);
        const others = rows.filter(({ event }) => isOthers(event.after));
        const last = rows.at(-1);
        if (others.length > 0 || last === undefined) return others;
        after = last.position;
      }
    },
    onAlert: (listener) =>
      watch.onAlert((row) => {
        if (isOthers(row.event.after)) listener(row);
      }),
    hubs: async () => (await watch.hubs()).filter(({ id }) => id !== canary),
    pumps: async () => (await watch.pumps()).filter(isOthers),
    hub: (id) => watch.hub(id),
    pump: (id) => watch.pump(id),
    onFleet: (listener) =>
      watch.onFleet(({ hubs, pumps }) => {
        listener({ hubs: hubs.filter((id) => id !== canary), pumps: pumps.filter((id) => !isCanaryPump(id, canary)) });
      }),
    services: async (patient) => (await watch.services(patient)).filter(isOthers),
  };
}

/** A high alert waits for a person to close it; of these no person knows. */
const closer: Person = { name: 'watchdog', role: 'admin', agency: null };
const LOOK_EVERY = seconds(30);

/** Closes synthetic alerts whose alarm is over. */
export function closeCanaries(watch: WatchClient, canary: string, clock: Clock, log: Logger): Timer {
  const close = async () => {
    for (const { id, version, hub, condition } of await watch.alerts({ state: 'open' })) {
      if (hub !== canary || condition !== 'cleared') continue;
      await watch.act(id, { action: 'close', version, outcome: 'other' }, closer);
    }
  };
  return clock.every(LOOK_EVERY, 'canary-closing', () => {
    close().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a synthetic alert was not closed'));
  });
}
