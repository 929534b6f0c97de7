/** Name under which the alerts keep their place in the journal. */
export const ALERTS_CONSUMER = 'alerts';
