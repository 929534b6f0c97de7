/** Name under which the series keep their place in the journal. */
export const SERIES_CONSUMER = 'series';
