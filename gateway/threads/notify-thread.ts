import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { alertEventStream } from '#alerts/alert-store.ts';
import type { DataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { createLogger, type LogLevel } from '#kernel/log.ts';
import { systemRandom } from '#kernel/random.ts';
import type { Plain } from '#kernel/state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { serveCalls, tell } from '#kernel/thread-calls.ts';
import type { AlarmLoad } from '#model/alarm-load.ts';
import type { AlertEvent } from '#model/alert.ts';
import { type Delivery, type DeliveryState, outboxStream, type Page } from '#model/paging.ts';
import { alarmLoad } from '#notify/alarm-load.ts';
import type { SendResult } from '#notify/channel.ts';
import { Dispatcher } from '#notify/dispatcher.ts';
import { type MessageView, NotifyDesk, type TokenView } from '#notify/notify-desk.ts';
import type { DirectoryPort, NotifierProblem } from '#notify/ports.ts';
import { type Unreached, unreachedOf } from '#notify/unreached.ts';
import { Access } from '#registry/access.ts';
import { Registry } from '#registry/registry.ts';
import type { NotifyConfig } from '../config/notify-schema.ts';
import { openChannels } from '../notify-channels.ts';
import { openPeople } from '../people.ts';

/** The thread that brings pages to people. It reads the outbox of the alerts and writes its own store only. */
export interface NotifyThreadData {
  readonly files: Pick<DataDir, 'state' | 'notify' | 'onCall' | 'access' | 'registry'>;
  readonly notify: NotifyConfig;
  /** Hub of synthetic alarms, if there is one. */
  readonly canaryHub: string | undefined;
  readonly logLevel: LogLevel;
}

export type NotifyEvents = {
  readonly problem: NotifierProblem;
  readonly undelivered: { readonly alert: string; readonly page: string };
  /** To be published for a home hub, and kept by the broker. */
  readonly publish: { readonly topic: string; readonly payload: string };
};

const { files, notify, canaryHub, logLevel }: NotifyThreadData = workerData;
const clock = new SystemClock();
const log = createLogger(logLevel);
const outbox = new SqliteStateStore(files.state);
const store = new SqliteStateStore(files.notify);
const accessStore = new SqliteStateStore(files.access);
const registryStore = new SqliteStateStore(files.registry);
const people = openPeople({
  onCallPath: files.onCall,
  access: new Access(accessStore, clock),
  registry: new Registry(registryStore, clock),
  clock,
});
const publicUrl = notify.publicUrl?.replace(/\/+$/, '') ?? null;
const messages = { agency: notify.agency, publicUrl };
const set = openChannels(notify, store, clock, async (topic, payload) => {
  tell(parentPort, 'publish', { topic, payload });
});

const directory: DirectoryPort = {
  recipients: (...of) => people.directory.recipients(...of),
  recipient: (person) => people.directory.recipient(person),
  anybody: () => people.directory.anybody(),
  isForPeople: ({ hub }) => canaryHub === undefined || hub !== canaryHub,
};
const dispatcher = new Dispatcher({
  outbox: {
    read: (position, limit) =>
      outbox
        .read<Plain<Page>>(outboxStream, position, limit)
        .map((row) => ({ position: row.position, page: row.value })),
  },
  store,
  directory,
  channels: set.channels,
  messages,
  clock,
  random: systemRandom,
  log,
  holder: randomUUID(),
  // The lock of the data folder lets one gateway run on it.
  isHeir: true,
  onProblem: (problem) => tell(parentPort, 'problem', problem),
  onUndelivered: (of) => tell(parentPort, 'undelivered', of),
});
const desk = new NotifyDesk({
  store,
  dispatcher,
  directory,
  channels: set.channels,
  messages,
  clock,
});

const READ_AT_ONCE = 1_000;
function* alertEvents(): Generator<AlertEvent> {
  let position = 0;
  for (;;) {
    const rows = outbox.read<Plain<AlertEvent>>(alertEventStream, position, READ_AT_ONCE);
    for (const { value } of rows) if (canaryHub === undefined || value.after.hub !== canaryHub) yield value;
    const last = rows.at(-1);
    if (!last) return;
    position = last.position;
  }
}

const notifyApi = {
  start: (): { pushKey: string } => {
    dispatcher.start();
    return { pushKey: set.pushKey };
  },
  notify: (): void => dispatcher.notify(),
  deliveriesOf: (alert: string): readonly Delivery[] => desk.deliveriesOf(alert),
  unreached: (alerts: readonly string[]): readonly (readonly [string, Unreached])[] =>
    alerts.flatMap((alert) => {
      const of = unreachedOf(desk.deliveriesOf(alert), clock.wall());
      return of === null ? [] : [[alert, of] as const];
    }),
  alertOf: (code: string): string | undefined => desk.alertOf(code),
  message: (id: string): MessageView | undefined => desk.message(id),
  token: (token: string): TokenView | undefined => desk.token(token),
  spend: (token: string): boolean => desk.spend(token),
  firstTime: (id: string): boolean => desk.firstTime(id),
  receipt: (receipt: {
    of: { message: string } | { delivery: string };
    state: DeliveryState;
    problem: string | null;
  }): void => desk.receipt(receipt.of, receipt.state, receipt.problem),
  replied: (by: { alert: string; person: string; channel: Delivery['channel'] }): void =>
    desk.replied(by.alert, by.person, by.channel),
  callEnded: (person: string): void => desk.callEnded(person),
  test: ({ person, point }: { person: string; point: string }): Promise<SendResult> => desk.test(person, point),
  load: ({ from, to }: { from: number; to: number }): AlarmLoad =>
    alarmLoad({
      from,
      to,
      events: alertEvents(),
      deliveries: desk.deliveries(),
      zoneOf: (person) => people.contacts.settings(person).zone,
    }),
  stop: async (): Promise<void> => {
    await dispatcher.stop();
    await set.close();
    people.close();
    for (const one of [outbox, store, accessStore, registryStore]) one.close();
  },
};
export type NotifyThreadApi = typeof notifyApi;

if (parentPort) serveCalls(parentPort, notifyApi);
