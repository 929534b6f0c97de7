import type { Alert, AlertHold } from '#model/alert.ts';
import type { AlertBook } from './alert-book.ts';
import { digestOf, isOfSilence } from './outage.ts';
import type { AlertPolicy } from './policy.ts';
import { ms } from './rules.ts';
import type { Sources } from './sources.ts';

/**
 * Why the pages of an alert wait now. Only messages wait, and only for something at least as grave that already calls for
 * the same patient (alerting survey I7): the alert itself stays open, listed and counted.
 */
export function holdOf(policy: AlertPolicy, book: AlertBook, sources: Sources, alert: Alert): AlertHold | null {
  if (alert.code === 'hub-dark' && isInhibited(book, sources, alert)) return 'inhibited';
  if (isOfSilence(alert) && isGathered(policy, book, alert)) return 'outage';
  if (alert.pump !== null && alert.priority !== 'high' && isInMaintenance(book, sources, alert.pump))
    return 'maintenance';
  return null;
}

/**
 * The digest of an outage speaks for it. A high one is never in a digest alone: it has its own steps, but for the first,
 * whose place the digest takes.
 */
function isGathered(policy: AlertPolicy, book: AlertBook, { priority, learnedAt, escalationStep }: Alert): boolean {
  const digest = digestOf(book);
  if (digest === null || learnedAt < digest.learnedAt - ms(policy.storm.withinSeconds)) return false;
  if (priority !== 'high') return true;
  return escalationStep === null && book.now - learnedAt < ms(policy.storm.headStartSeconds);
}

/** A pump of the same patient has a high alert that nobody has taken: whoever takes that one goes to this home anyway. */
function isInhibited(book: AlertBook, sources: Sources, { hub, patient }: Alert): boolean {
  const pumps = (hub === null ? undefined : sources.hub(hub))?.pumps;
  if (pumps === undefined || (patient === null && pumps.size !== 1)) return false;
  for (const pump of pumps) {
    if (pump.context.patient !== patient) continue;
    const calling = book
      .openOf(pump.doc.id, pump.doc.hub)
      .some(({ alert }) => alert.priority === 'high' && alert.condition !== 'cleared' && alert.nextStepAt !== null);
    if (calling) return true;
  }
  return false;
}

function isInMaintenance(book: AlertBook, sources: Sources, pump: string): boolean {
  const { maintenance } = sources.context(pump);
  return maintenance !== null && book.now >= maintenance.since && book.now < maintenance.until;
}
