import type { Alert } from '#model/alert.ts';
import type { AlertBook } from './alert-book.ts';
import { isGone, isThere } from './conditions.ts';
import type { HubMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { silentFrom } from './silence.ts';
import type { Sources } from './sources.ts';
import { clockTime } from './words.ts';

/**
 * Many hubs dark at once are one outage. It is said twice: to technicians as `outage`, to nurses as `hubs-dark`, whose
 * pages are digests of the single alerts. Those stay open and listed; only their own pages wait (see `holdOf`).
 */
const technicians = { pump: null, hub: null, code: 'outage' } as const;
const nurses = { pump: null, hub: null, code: 'hubs-dark' } as const;

/** The digest that speaks for dark hubs now, if there is one. */
export function digestOf(book: AlertBook): Alert | null {
  const digest = book.latest(null, null, nurses.code);
  return digest && digest.alert.condition !== 'cleared' ? digest.alert : null;
}

/** A hub or its pump is about to be told of as silent: looks whether it is one of many that fell silent together. */
export function noteDark(rules: Rules, sources: Sources, hub: HubMemory): void {
  const { book, policy } = rules;
  if (digestOf(book)?.condition === 'active') return;
  const since = hub.doc.lastSeen;
  const dark = silentSince(rules, sources, since);
  if (dark <= policy.storm.hubs) return;
  const facts = { priority: 'high', since, drug: null, stateUnknown: false, count: 1, from: 'gateway' } as const;
  const within = Math.round(policy.storm.withinSeconds / 60);
  const reason = `${dark} hubs fell silent within ${within} min, about ${clockTime(since)}.`;
  isThere(policy, book, { ...technicians, ...facts, text: 'Outage: many home hubs dark at once' }, { reason });
  const text = 'Many home hubs dark at once: pump states unknown, phone the patients, critical drugs first';
  isThere(policy, book, { ...nurses, ...facts, text }, { reason });
  armOutage(rules);
}

/** How many hubs are silent now that fell silent about `since`. */
function silentSince({ book, policy }: Rules, sources: Sources, since: number): number {
  const badgeMs = ms(policy.silence.badgeSeconds);
  let dark = 0;
  for (const { doc } of sources.hubs()) {
    const isSilent = !doc.polite && (doc.offline !== null || book.now - silentFrom(doc) > badgeMs);
    if (isSilent && Math.abs(doc.lastSeen - since) <= ms(policy.storm.withinSeconds)) dark += 1;
  }
  return dark;
}

export function armOutage({ book, queue, policy }: Rules): void {
  if (digestOf(book) !== null) queue.push({ due: book.now + ms(policy.storm.lookSeconds), kind: 'outage', key: '' });
}

/** The look at an outage: over once few enough hubs are dark. What is dark still then pages for itself. */
export function lookAtOutage(rules: Rules, sources: Sources): void {
  const { book, policy } = rules;
  const digest = digestOf(book);
  if (digest === null) return;
  const dark = silentSince(rules, sources, digest.since);
  if (dark <= policy.storm.hubs) {
    for (const about of [technicians, nurses]) isGone(book, about, { reason: `${dark} hubs are still dark.` });
  } else if (digest.condition === 'clearing') {
    const reason = `${dark} hubs are dark again.`;
    for (const { code } of [technicians, nurses]) {
      const record = book.latest(null, null, code);
      if (record?.alert.condition === 'clearing') book.recur(record, { reason }, false);
    }
  }
  armOutage(rules);
}

const ofSilence: ReadonlySet<string> = new Set(['hub-dark', 'pump-quiet']);

export const isOfSilence = ({ code }: Alert): boolean => ofSilence.has(code);

/** What a page of this alert stands for beside itself: what is silent, critical drugs first, then the longest silent. */
export function gatheredBy(book: AlertBook, { code }: Alert): string[] {
  if (code !== nurses.code) return [];
  return book
    .allOpen()
    .map(({ alert }) => alert)
    .filter((alert) => isOfSilence(alert) && alert.condition === 'active')
    .sort(
      (a, b) =>
        Number(b.priority === 'high') - Number(a.priority === 'high') || a.since - b.since || (a.id < b.id ? -1 : 1),
    )
    .map(({ id }) => id);
}
