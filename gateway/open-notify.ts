import type { NotifyPort } from '#api/ports-notify.ts';
import type { ScopePort } from '#api/scope.ts';
import type { DataDir } from '#journal/data-dir.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { seconds } from '#kernel/time.ts';
import type { PumpContext } from '#model/pump-context.ts';
import type { NotifierProblem } from '#notify/ports.ts';
import { ReplyDesk } from '#notify/reply-desk.ts';
import type { Access } from '#registry/access.ts';
import { watchOnCall } from '#registry/on-call-watch.ts';
import type { Registry } from '#registry/registry.ts';
import { wardOf } from './canary.ts';
import type { Config } from './config/schema.ts';
import { handoverPort } from './handover-room.ts';
import { openPeople, type People } from './people.ts';
import { NotifyClient } from './threads/notify-client.ts';
import type { WatchClient } from './threads/watch-client.ts';
import { VisitContexts } from './visit-contexts.ts';

/** The notifier of a running gateway, and what the API needs of it. */
export interface NotifyRoom {
  readonly port: NotifyPort;
  readonly people: People;
  /** What is wrong with the notifier now. */
  problems(): readonly NotifierProblem[];
  /** What the registry says of a pump, on its way to the alerts. */
  tellContext(pump: string, context: PumpContext): Promise<void>;
  stop(): Promise<void>;
}

export interface NotifySources {
  readonly files: DataDir;
  readonly config: Config;
  readonly watch: WatchClient;
  readonly access: Access;
  readonly registry: Registry;
  readonly scope: ScopePort;
  /** Publishes for a home hub what stays at the broker. */
  readonly keep: (topic: string, payload: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A condition that lasts is told again and again: somebody may have closed its alert meanwhile. */
const TELL_AGAIN = seconds(30);

export async function openNotify(sources: NotifySources, onDeath: (error: unknown) => void): Promise<NotifyRoom> {
  const { files, config, watch, access, registry, scope, keep, clock, log } = sources;
  const ward = wardOf(watch, config.watchdog.canaryHub);
  const people = openPeople({ onCallPath: files.onCall, access, registry, clock });
  const problems = new Map<string, NotifierProblem>();
  const tell = (problem: NotifierProblem) => {
    problems.set(problem.code, problem);
    watch
      .technical({ ...problem, hub: null, pump: null })
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a problem of the notifier was not passed on'));
  };
  const notifier = new NotifyClient(
    { files, notify: config.notify, canaryHub: config.watchdog.canaryHub, logLevel: config.logLevel },
    {
      onProblem: tell,
      onUndelivered: ({ alert, page }) => {
        watch
          .undelivered(alert, page)
          .catch((error: unknown) =>
            log.warn({ reason: messageOf(error) }, 'the alerts did not hear that a page failed'),
          );
      },
      onPublish: ({ topic, payload }) => {
        keep(topic, payload).catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'a hub was not shown'));
      },
      onDeath,
    },
  );
  await notifier.start();
  const unsubscribe = watch.onAlert(() => notifier.notify());
  const again = clock.every(TELL_AGAIN, 'notifier-problems', () => {
    for (const problem of problems.values()) if (problem.active) tell(problem);
  });
  const { onCall, contacts, handovers, shiftTests } = people;
  const onCallWatch = watchOnCall({
    onCall,
    contacts,
    handovers,
    tests: shiftTests,
    clock,
    tell: (code, active, text) => {
      watch
        .technical({ code, hub: null, pump: null, active, text })
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a gap on call was not passed on'));
    },
    test: (person, point) => {
      notifier
        .test(person, point)
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a test page was not sent'));
    },
  });
  const visits = new VisitContexts(
    people.visits,
    () => clock.wall(),
    (...told) => watch.setContext(...told),
  );
  const { publicUrl, phone } = config.notify;
  const replies = new ReplyDesk({
    notifier,
    alerts: { get: (id) => watch.alert(id), act: (...of) => watch.act(...of) },
    people: {
      person: (name) => people.staff().find((one) => one.name === name),
      language: (name) => people.contacts.settings(name).language,
      personOfNumber: (number) => people.contacts.personOfNumber(number),
      confirm: (person, point) => {
        people.contacts.confirm(person, point);
        people.shiftTests.confirm(person);
      },
      pinMatches: (...of) => people.contacts.pinMatches(...of),
    },
    clock,
    provider:
      phone.token === undefined || publicUrl === undefined
        ? null
        : { token: phone.token, publicUrl: publicUrl.replace(/\/+$/, '') },
  });
  return {
    port: {
      ...portOf(people, notifier, replies, visits),
      handovers: handoverPort(people.handovers, () => ward.alerts({ state: 'open' }), scope),
      load: { report: (from, to) => notifier.load(from, to) },
    },
    people,
    problems: () => [...problems.values()].filter(({ active }) => active),
    tellContext: (...told) => visits.tell(...told),
    stop: async () => {
      again.cancel();
      onCallWatch.cancel();
      unsubscribe();
      await notifier.stop();
      people.close();
    },
  };
}

function portOf(
  people: People,
  notifier: NotifyClient,
  replies: ReplyDesk,
  visits: VisitContexts,
): Omit<NotifyPort, 'handovers' | 'load'> {
  const { onCall, contacts } = people;
  const reachable = (person: string) => contacts.points(person).some(({ confirmedAt }) => confirmedAt !== null);
  return {
    notices: {
      deliveriesOf: (alert) => notifier.deliveriesOf(alert),
      unreached: (alerts) => notifier.unreached(alerts),
      receipt: (message, state) => notifier.receipt({ message }, state, null),
      get pushKey() {
        return notifier.pushKey;
      },
    },
    replies,
    onCall: {
      at: (...of) => onCall.at(...of),
      next: (...of) => onCall.next(...of),
      shifts: (...of) => onCall.shifts(...of),
      gaps: (from, to, agency) => onCall.gaps(from, to, agency, reachable),
      rotations: () => onCall.rotations(),
      overrides: () => onCall.overrides(),
      putRotation: (rotation) => onCall.putRotation(rotation),
      removeRotation: (id) => onCall.removeRotation(id),
      putOverride: (override) => onCall.putOverride(override),
      removeOverride: (id) => onCall.removeOverride(id),
    },
    contacts: {
      points: (person) => contacts.points(person),
      add: (...of) => contacts.add(...of),
      remove: (...of) => contacts.remove(...of),
      settings: (person) => contacts.settings(person),
      set: (...of) => contacts.set(...of),
      setPin: (...of) => contacts.setPin(...of),
      test: async (person, point) => {
        const result = await notifier.test(person, point);
        return result.result === 'accepted' ? null : result.problem;
      },
    },
    visits,
    isStaff: (name) => people.staff().some((one) => one.name === name),
  };
}
