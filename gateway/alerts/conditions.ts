import type { AlertBook, Cause, Onset } from './alert-book.ts';
import { takesBack } from './alert-life.ts';
import type { AlertRecord } from './engine-state.ts';
import type { AlertPolicy } from './policy.ts';

/**
 * A condition is there: opens an occurrence, takes it back into one that was clearing or has just cleared, or raises
 * the one that is there to its priority.
 */
export function isThere(policy: AlertPolicy, book: AlertBook, onset: Onset, cause: Cause): AlertRecord {
  const open = book.latest(onset.pump, onset.hub, onset.code);
  if (!open || !takesBack(policy, open.alert, book.now)) return book.open(onset, cause);
  const { condition } = open.alert;
  const record = condition === 'active' ? open : book.recur(open, cause, condition === 'cleared');
  return book.raise(record, onset.priority, cause, onset.text);
}

/** A condition is not there any more: its hold begins. */
export function isGone(
  book: AlertBook,
  of: { pump: string | null; hub: string | null; code: string },
  cause: Cause,
): void {
  const open = book.latest(of.pump, of.hub, of.code);
  if (open?.alert.condition === 'active') book.clearing(open, cause);
}
