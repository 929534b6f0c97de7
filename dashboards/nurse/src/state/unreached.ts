import type { Alert } from '../../../../gateway/model/alert.ts';

/** Those that still wait: whoever has taken one has been reached, and the gateway is asked only now and then. */
export const stillUnreached = <T extends { readonly alert: string }>(
  told: readonly T[],
  alerts: ReadonlyMap<string, Pick<Alert, 'response'>>,
): readonly T[] => told.filter(({ alert }) => alerts.get(alert)?.response === 'unacknowledged');
