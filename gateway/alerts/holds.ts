import type { Alert, AlertHold } from '#model/alert.ts';
import type { AlertBook } from './alert-book.ts';
import type { Sources } from './sources.ts';

/**
 * Why the pages of an alert wait now. Only messages wait, and only for something at least as grave that already calls for
 * the same patient (alerting survey I7): the alert itself stays open, listed and counted.
 */
export function holdOf(book: AlertBook, sources: Sources, alert: Alert): AlertHold | null {
  if (alert.code === 'hub-dark' && isInhibited(book, sources, alert)) return 'inhibited';
  if (alert.pump !== null && alert.priority !== 'high' && isInMaintenance(book, sources, alert.pump))
    return 'maintenance';
  return null;
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
