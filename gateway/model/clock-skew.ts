/**
 * How far a hub's clock is from the gateway's. Only the sum of delay and skew can be seen: lag = received - at. Delay is
 * never negative, so the smallest lag is nearest to the clock's own error: a smaller lag is believed at once, a larger one
 * only when it stays the same over real time. A hub that empties its buffer shows lags that fall or jump, never a steady one.
 */

/** Lags closer together than this are the same lag. Also how far apart two clocks may be without it mattering. */
const sameLagMs = 2_000;
/** How long a larger lag must hold in real time to be believed. */
const steadyMs = 5_000;
/** How long a lag must hold to be trusted. */
const trustedMs = 30_000;
/**
 * The older readings of a batch lag more than its newest one. A whole message that lags this much more than the candidate
 * shows that the lag is not steady.
 */
const unsteadyMs = 30_000;
/** A candidate nobody confirmed for so long makes room for another. */
const candidateLifeMs = 300_000;

/** What is known of one hub's clock. Changed in place by the functions below. JSON. */
export type ClockSkew = {
  /** Best lag so far, null until measured. The skew is its negative. */
  lagMs: number | null;
  /** A larger lag waiting to be confirmed, null when there is none. */
  candidate: { lagMs: number; receivedAt: number } | null;
  /** When a reading came that lagged far more than the candidate, null when none did. */
  doubtAt: number | null;
  /** Since when readings have shown the present lag. */
  steadySince: number;
  /** The lag was told by a status, or shown by readings for long: good enough to compare the clocks of two boots. */
  trusted: boolean;
  /** Boot and hub time of the last status used: a broker may repeat a retained one hours later. */
  saidBoot: string | null;
  saidAt: number;
};

export const newClockSkew = (): ClockSkew => ({
  lagMs: null,
  candidate: null,
  doubtAt: null,
  steadySince: 0,
  trusted: false,
  saidBoot: null,
  saidAt: 0,
});

/** Hub clock minus gateway clock in ms; null until measured. */
export const measuredSkewMs = (skew: ClockSkew): number | null => (skew.lagMs === null ? null : 0 - skew.lagMs);

/** The skew to reckon with: none until measured. */
export const skewMs = (skew: ClockSkew): number => (skew.lagMs === null ? 0 : 0 - skew.lagMs);

/** The instant of the gateway's clock at which the hub's clock showed `atMs`. */
export const gatewayInstant = (skew: ClockSkew, atMs: number): number => atMs - skewMs(skew);

/** A status that the hub wrote just now (never a last will) shows the lag directly. A repeated one shows nothing. */
export function observeStatus(skew: ClockSkew, boot: string, atMs: number, receivedAt: number): void {
  if (skew.saidBoot === boot && atMs <= skew.saidAt) return;
  skew.saidBoot = boot;
  skew.saidAt = atMs;
  skew.lagMs = receivedAt - atMs;
  skew.candidate = null;
  skew.trusted = true;
}

/** A reading bounds the lag from above; see the head of this file. Amortised cost: a few comparisons. */
export function observeReading(skew: ClockSkew, atMs: number, receivedAt: number): void {
  const lagMs = receivedAt - atMs;
  const known = skew.lagMs ?? 0;
  const { candidate } = skew;
  if (Math.abs(lagMs - known) < sameLagMs) {
    if (skew.lagMs === null) settle(skew, lagMs, receivedAt);
    if (receivedAt - skew.steadySince >= trustedMs) skew.trusted = true;
    skew.lagMs = Math.min(skew.lagMs ?? lagMs, lagMs);
    skew.candidate = null;
  } else if (lagMs < known) {
    settle(skew, lagMs, receivedAt);
  } else if (candidate === null) propose(skew, lagMs, receivedAt);
  else if (Math.abs(lagMs - candidate.lagMs) < sameLagMs) {
    // Doubt that arose in this same message was only the older part of a batch.
    if (skew.doubtAt !== null && skew.doubtAt !== receivedAt) propose(skew, lagMs, receivedAt);
    else if (receivedAt - candidate.receivedAt >= steadyMs) {
      settle(skew, Math.min(lagMs, candidate.lagMs), receivedAt);
    } else skew.doubtAt = null;
  } else if (lagMs < candidate.lagMs || receivedAt - candidate.receivedAt > candidateLifeMs) {
    propose(skew, lagMs, receivedAt);
  } else if (lagMs - candidate.lagMs > unsteadyMs) skew.doubtAt ??= receivedAt;
}

/** Another lag than before. */
function settle(skew: ClockSkew, lagMs: number, receivedAt: number): void {
  skew.lagMs = lagMs;
  skew.candidate = null;
  skew.trusted = false;
  skew.steadySince = receivedAt;
}

function propose(skew: ClockSkew, lagMs: number, receivedAt: number): void {
  skew.candidate = { lagMs, receivedAt };
  skew.doubtAt = null;
}
