import type { Alert, AlertAction } from '../../../../gateway/model/alert.ts';

/**
 * What a person tapped while no answer came. It is sent again with the version that they saw: the gateway does it once, or
 * says that the alert has changed since.
 */
export interface WaitingAct {
  readonly alert: Alert['id'];
  readonly action: AlertAction;
  readonly person: string;
  /** Unix ms of the gateway's clock. */
  readonly tappedAt: number;
}

export type WaitingActs = ReadonlyMap<Alert['id'], WaitingAct>;

/** A tap older than this was meant for another situation; the nurse is told instead. */
export const givenUpAfterMs = 10 * 60_000;

/** One for each alert: the first tap stands until it is sent or called off. */
export function withWaiting(acts: WaitingActs, act: WaitingAct): WaitingActs {
  return acts.has(act.alert) ? acts : new Map(acts).set(act.alert, act);
}

export function withoutWaiting(acts: WaitingActs, alert: Alert['id']): WaitingActs {
  const left = new Map(acts);
  left.delete(alert);
  return left;
}

/** What may still be sent for this person, and what is too old for it. Another person's taps are neither. */
export function sortWaiting(
  acts: WaitingActs,
  person: string,
  now: number,
): { readonly due: readonly WaitingAct[]; readonly old: readonly WaitingAct[] } {
  const own = [...acts.values()].filter((act) => act.person === person).sort((a, b) => a.tappedAt - b.tappedAt);
  const isOld = (act: WaitingAct) => now - act.tappedAt > givenUpAfterMs;
  return { due: own.filter((act) => !isOld(act)), old: own.filter(isOld) };
}
