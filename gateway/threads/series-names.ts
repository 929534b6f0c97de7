/** Name under which the series keep their place in the journal. */
export const SERIES_CONSUMER = 'series';
/** Name under which the roll-ups keep theirs. */
export const ROLLUP_CONSUMER = 'rollups';
