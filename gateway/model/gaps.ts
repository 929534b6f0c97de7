import type { PumpReading } from './reading.ts';

/**
 * Why a pump was not seen for a while.
 * - `refused`: what came of that time is in quarantine;
 * - `hub-offline`: the hub was away, or had just begun anew, and measured nothing then;
 * - `not-delivered`: it may still come: the hub is there or was lately, and has not sent it yet;
 * - `lost`: the hub measured (its numbers go on) but what it measured never came;
 * - `not-measured`: the hub was there and its numbers have no hole: the pump gave it nothing.
 */
export const gapCauses = ['refused', 'hub-offline', 'not-delivered', 'lost', 'not-measured'] as const;
export type GapCause = (typeof gapCauses)[number];

/** Minutes in a row in which nothing of a pump was measured, as far as is known. */
export interface UnseenMinutes {
  readonly pump: string;
  readonly hub: string;
  /** The infusion that ran when the pump was last seen. */
  readonly infusion: string | null;
  /** Unix ms at which the first of them begins. */
  readonly from: number;
  /** Unix ms at which the last of them ends. */
  readonly to: number;
  readonly minutes: number;
  readonly cause: GapCause;
  /** Readings that the numbers on both sides say are missing; null where they cannot tell. */
  readonly missingReadings: number | null;
}

/** A reading at an edge of a gap. */
export interface SeenReading {
  readonly boot: string;
  readonly reading: Pick<PumpReading, 'seq' | 'atMs' | 'state' | 'infusion'>;
}

/** All that is known of one pump around a span of time. */
export interface PumpEvidence {
  readonly pump: string;
  readonly hub: string;
  /** In order of measuring time, from the last one before the span on. */
  readonly seen: Iterable<SeenReading>;
  /** Coming and going of its hub, oldest first; the first may lie before the span. Unix ms of the gateway's clock. */
  readonly hubStates: readonly { readonly at: number; readonly online: boolean }[];
  /** When something of this pump was refused, Unix ms of the gateway's clock. */
  readonly refusedAt: readonly number[];
}

/** Minutes [from, to), both whole minutes; `now` ends what can have been seen. Unix ms. */
export interface GapSpan {
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

const MINUTE_MS = 60_000;
/** Refusals are known by arrival, which is a little later than measuring. */
const ARRIVAL_MS = 120_000;
/** What a hub that is back has not sent after so long it does not have. */
const PATIENCE_MS = 900_000;

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/** The unseen minutes of one pump, oldest first. Before its first reading nothing is expected, nor after it was switched off. */
export function unseenMinutes(evidence: PumpEvidence, span: GapSpan): UnseenMinutes[] {
  const found: UnseenMinutes[] = [];
  const end = Math.min(span.to, minuteOf(span.now));
  const look = (before: SeenReading, after: SeenReading | undefined) => {
    const from = Math.max(span.from, minuteOf(before.reading.atMs) + MINUTE_MS);
    const to = Math.min(end, after ? minuteOf(after.reading.atMs) : end);
    if (from >= to || before.reading.state === 'off') return;
    found.push({
      pump: evidence.pump,
      hub: evidence.hub,
      infusion: before.reading.infusion ?? null,
      from,
      to,
      minutes: (to - from) / MINUTE_MS,
      cause: causeOf(evidence, { from, to, now: span.now }, before, after),
      missingReadings: missingBetween(before, after),
    });
  };
  let before: SeenReading | undefined;
  for (const seen of evidence.seen) {
    if (before) look(before, seen);
    before = seen;
  }
  if (before) look(before, undefined);
  return found;
}

function missingBetween(before: SeenReading, after: SeenReading | undefined): number | null {
  if (!after || after.boot !== before.boot) return null;
  return Math.max(0, after.reading.seq - before.reading.seq - 1);
}

function causeOf(
  { hubStates, refusedAt }: PumpEvidence,
  { from, to, now }: GapSpan,
  before: SeenReading,
  after: SeenReading | undefined,
): GapCause {
  if (refusedAt.some((at) => at >= from && at < to + ARRIVAL_MS)) return 'refused';
  const isOnline = hubStates.at(-1)?.online ?? true;
  if (!after) return isOnline ? 'not-delivered' : 'hub-offline';
  const missing = missingBetween(before, after);
  if (missing === null) return 'hub-offline';
  if (missing > 0) return !isOnline || now - to < PATIENCE_MS ? 'not-delivered' : 'lost';
  return wasAway(hubStates, from, to) ? 'hub-offline' : 'not-measured';
}

/** Whether the hub was offline at any time in [from, to). */
function wasAway(states: PumpEvidence['hubStates'], from: number, to: number): boolean {
  return states.some(
    ({ at, online }, i) => !online && at < to && (states[i + 1]?.at ?? Number.POSITIVE_INFINITY) > from,
  );
}
