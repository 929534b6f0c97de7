import type { AlarmPriority } from '#model/alarms.ts';
import { isDelivering } from '#model/reading.ts';
import type { Cause } from './alert-book.ts';
import { takesBack } from './alert-life.ts';
import type { HubMemory, PumpMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { clockTime, spoken } from './words.ts';

const pumpQuietText = 'No word from a pump that was delivering';
const hubDarkText = 'Home hub not heard';

/** A sign of life. */
export function heard(doc: { lastSeen: number; deafMs: number }, now: number): void {
  doc.lastSeen = now;
  doc.deafMs = 0;
}

/** From when silence counts: the time in which the gateway itself could not hear is not part of it. */
export const silentFrom = (doc: { readonly lastSeen: number; readonly deafMs: number }): number =>
  doc.lastSeen + doc.deafMs;

/** How long a pump may be silent. */
function quietLimit(rules: Rules, pump: PumpMemory): number {
  const { criticalSeconds, otherSeconds } = rules.policy.silence.pumpQuiet;
  return ms(pump.critical ? criticalSeconds : otherSeconds);
}

/** Puts a look at the pump's silence into the queue, at the instant its limit is passed if nothing more comes. */
export function armPump(rules: Rules, pump: PumpMemory): void {
  lookAtPump(rules, pump, quietDue(rules, pump));
}

function lookAtPump(rules: Rules, pump: PumpMemory, due: number): void {
  if (due >= pump.lookAt) return;
  pump.lookAt = due;
  rules.queue.push({ due, kind: 'pump-silence', key: pump.doc.id });
}

function quietDue(rules: Rules, pump: PumpMemory): number {
  const { quietNotBefore } = pump.doc;
  return Math.max(silentFrom(pump.doc) + quietLimit(rules, pump) + 1, quietNotBefore, rules.silenceNotBefore);
}

/** The look itself. Readings push the limit away without touching the queue, so it may find that there is still time. */
export function pumpSilence(rules: Rules, pump: PumpMemory): void {
  const { book } = rules;
  const { doc, hub } = pump;
  if (pump.lookAt <= book.now) pump.lookAt = Number.POSITIVE_INFINITY;
  if (quietDue(rules, pump) > book.now) {
    armPump(rules, pump);
    return;
  }
  const silent = book.now - doc.lastSeen;
  const words = `Nothing heard from the pump for ${spoken(silent)}: its state is unknown since ${clockTime(doc.lastSeen)}.`;
  setPumpUnknown(rules, pump, { reason: words });
  // The hub's own darkness speaks for all its pumps.
  if (!isDelivering(doc.state) || hub.doc.offline !== null) return;
  rules.beforeDark(hub);
  const open = book.latest(doc.id, doc.hub, 'pump-quiet');
  const raiseAt = silentFrom(doc) + ms(rules.policy.silence.pumpQuiet.raiseSeconds);
  const priority: AlarmPriority = pump.critical || book.now >= raiseAt ? 'high' : 'medium';
  const reason = `${words} It was delivering. Phone the patient.`;
  if (open === undefined || !takesBack(rules.policy, open.alert, book.now)) {
    const since = doc.lastSeen;
    const { id, drug } = doc;
    book.open(
      {
        pump: id,
        hub: doc.hub,
        patient: pump.context.patient,
        code: 'pump-quiet',
        priority,
        text: pumpQuietText,
        since,
        drug,
        stateUnknown: false,
        count: 1,
      },
      { reason },
    );
  } else if (open.alert.condition !== 'active') {
    book.recur(open, { reason }, open.alert.condition === 'cleared');
  } else book.raise(open, priority, { reason });
  if (priority === 'medium') lookAtPump(rules, pump, raiseAt);
}

/** The pump's present state cannot be known: its open alerts say so, and none of them may clear. */
export function setPumpUnknown(rules: Rules, pump: PumpMemory, cause: Cause): void {
  const { doc } = pump;
  if (!doc.unknown) {
    doc.unknown = true;
    rules.touch(pump);
  }
  for (const record of rules.book.openOf(doc.id, doc.hub)) {
    if (record.alert.code !== 'pump-quiet' && record.from === 'source') rules.book.setUnknown(record, true, cause);
  }
}

/** A reading that tells of now arrived. */
export function pumpHeard(rules: Rules, pump: PumpMemory, offset: number): void {
  const { doc } = pump;
  const { book } = rules;
  doc.unknown = false;
  rules.touch(pump);
  armPump(rules, pump);
  for (const record of book.openOf(doc.id, doc.hub)) {
    if (record.alert.code !== 'pump-quiet') {
      book.setUnknown(record, false, { reason: 'The pump is heard again.', offset });
    } else if (record.alert.condition === 'active') {
      book.clearing(record, { reason: 'The pump is heard again.', offset });
    }
  }
}

/** Puts a look at the hub's silence into the queue, at the shortest limit: which one holds is seen then. */
export function armHub(rules: Rules, hub: HubMemory): void {
  lookAtHub(rules, hub, silentFrom(hub.doc) + ms(rules.policy.silence.hubDark.criticalSeconds) + 1);
}

function lookAtHub(rules: Rules, hub: HubMemory, instant: number): void {
  const due = Math.max(instant, rules.silenceNotBefore);
  if (due >= hub.lookAt) return;
  hub.lookAt = due;
  rules.queue.push({ due, kind: 'hub-silence', key: hub.doc.id });
}

const isAtStake = (rules: Rules, { doc }: PumpMemory): boolean =>
  isDelivering(doc.state) || doc.alarms !== '' || rules.book.hasOpen(doc.id, doc.hub);

/** The look at a hub's silence, whether it took its leave, its link was lost, or it just says nothing. */
export function hubSilence(rules: Rules, hub: HubMemory): void {
  const { book } = rules;
  const { doc } = hub;
  if (hub.lookAt <= book.now) hub.lookAt = Number.POSITIVE_INFINITY;
  if (doc.polite) return;
  const { criticalSeconds, otherSeconds, raiseSeconds } = rules.policy.silence.hubDark;
  const atStake = [...hub.pumps].filter((pump) => isAtStake(rules, pump));
  const critical = atStake.some((pump) => pump.critical);
  const limit = ms(critical ? criticalSeconds : otherSeconds);
  if (book.now <= silentFrom(doc) + limit || book.now < rules.silenceNotBefore) {
    const shortest = silentFrom(doc) + ms(criticalSeconds) + 1;
    lookAtHub(rules, hub, shortest > book.now ? shortest : silentFrom(doc) + limit + 1);
    return;
  }
  const raiseAt = silentFrom(doc) + ms(raiseSeconds);
  const late = atStake.length > 0 && book.now >= raiseAt;
  const priority: AlarmPriority = critical || late ? 'high' : 'medium';
  const reason = `Nothing heard from the hub for ${spoken(book.now - doc.lastSeen)}: pump state unknown since ${clockTime(doc.lastSeen)}. Phone the patient.`;
  darken(rules, hub, priority, reason);
  if (priority === 'medium' && atStake.length > 0) lookAtHub(rules, hub, raiseAt);
}

function darken(rules: Rules, hub: HubMemory, priority: AlarmPriority, reason: string): void {
  const { book } = rules;
  const { id, lastSeen } = hub.doc;
  rules.beforeDark(hub);
  const open = book.latest(null, id, 'hub-dark');
  if (open === undefined || !takesBack(rules.policy, open.alert, book.now)) {
    const drug =
      pumpsOf(hub)
        .map((pump) => pump.doc.drug)
        .find((name) => rules.isCritical(name)) ?? null;
    book.open(
      {
        pump: null,
        hub: id,
        patient: patientOf(hub),
        code: 'hub-dark',
        priority,
        text: hubDarkText,
        since: lastSeen,
        drug,
        stateUnknown: false,
        count: 1,
      },
      { reason },
    );
  } else if (open.alert.condition !== 'active') book.recur(open, { reason }, open.alert.condition === 'cleared');
  else book.raise(open, priority, { reason });
}

/** In an order that a restart does not change. */
const pumpsOf = ({ pumps }: HubMemory): PumpMemory[] => [...pumps].sort((a, b) => (a.doc.id < b.doc.id ? -1 : 1));

/** The one patient whose pumps hang on the hub; null when there is none or more than one. */
function patientOf(hub: HubMemory): string | null {
  const patients = new Set([...hub.pumps].flatMap(({ context }) => context.patient ?? []));
  const [only = null] = patients;
  return patients.size === 1 ? only : null;
}

/** The hub went: by its own word, or its last will was published for it. Its pumps are unknown from now on. */
export function hubLeft(rules: Rules, hub: HubMemory, how: 'said' | 'link-lost', offset: number): void {
  const { doc } = hub;
  const { book } = rules;
  doc.offline = how;
  doc.polite = how === 'said' && ![...hub.pumps].some((pump) => isDelivering(pump.doc.state));
  const reason = how === 'said' ? 'The hub said that it goes offline.' : 'The link to the hub was lost.';
  for (const pump of pumpsOf(hub)) setPumpUnknown(rules, pump, { reason, offset });
  const open = book.latest(null, doc.id, 'hub-dark');
  if (doc.polite) {
    if (open?.alert.condition === 'active')
      book.clearing(open, { reason: `${reason} No pump was delivering.`, offset });
  } else if (open?.alert.condition === 'clearing') book.recur(open, { reason, offset }, false);
  if (!doc.polite) armHub(rules, hub);
}

/** A sign of life of the hub. Its pumps get a little time to report for themselves before their silence counts. */
export function hubHeard(rules: Rules, hub: HubMemory, offset: number): void {
  const { doc } = hub;
  const { book } = rules;
  const wasOffline = doc.offline !== null;
  doc.offline = null;
  doc.polite = false;
  heard(doc, book.now);
  const open = book.latest(null, doc.id, 'hub-dark');
  if (open?.alert.condition === 'active') book.clearing(open, { reason: 'The hub is heard again.', offset });
  armHub(rules, hub);
  if (!wasOffline) return;
  for (const pump of hub.pumps) {
    pump.doc.quietNotBefore = book.now + ms(rules.policy.silence.hubReturnGraceSeconds);
    rules.touch(pump);
    armPump(rules, pump);
  }
}
