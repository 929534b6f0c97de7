/**
 * How far a hub's clock is from the gateway's. Only the sum of delay and skew can be seen: lag = received - at. Delay is
 * never negative, so the smallest lag is nearest to the clock's own error: a smaller lag is believed at once, a larger one
 * only when it stays the same over real time. A hub that empties its buffer shows lags that fall or jump, never a steady one.
 */

/** Lags closer together than this are the same lag. Also how far apart two clocks may be without it mattering. */
const sameLagMs = 2_000;
/** How long a larger lag must hold in real time to be believed. */
const steadyMs = 5_000;
/** A candidate nobody confirmed for so long makes room for another. */
const candidateLifeMs = 300_000;

/** What is known of one hub's clock. Changed in place by the functions below. JSON. */
export type ClockSkew = {
  /** Best lag so far, null until measured. The skew is its negative. */
  lagMs: number | null;
  /** A larger lag waiting to be confirmed, null when there is none. */
  candidate: { lagMs: number; receivedAt: number } | null;
  /** Boot and hub time of the last status used: a broker may repeat a retained one hours later. */
  saidBoot: string | null;
  saidAt: number;
};

export const newClockSkew = (): ClockSkew => ({ lagMs: null, candidate: null, saidBoot: null, saidAt: 0 });

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
}

/** A reading bounds the lag from above; see the head of this file. Amortised cost: a few comparisons. */
export function observeReading(skew: ClockSkew, atMs: number, receivedAt: number): void {
  const lagMs = receivedAt - atMs;
  const known = skew.lagMs ?? 0;
  if (lagMs < known || (skew.lagMs === null && lagMs < sameLagMs)) {
    skew.lagMs = lagMs;
    skew.candidate = null;
    return;
  }
  const candidate = skew.candidate;
  if (lagMs - known < sameLagMs) {
    if (candidate !== null) skew.candidate = null;
    return;
  }
  if (candidate !== null && Math.abs(lagMs - candidate.lagMs) < sameLagMs) {
    if (receivedAt - candidate.receivedAt < steadyMs) return;
    skew.lagMs = Math.min(lagMs, candidate.lagMs);
    skew.candidate = null;
    return;
  }
  // Smaller: the buffer is being emptied. Larger: the older readings of a batch; the smallest of them tells.
  const outdated = candidate !== null && receivedAt - candidate.receivedAt > candidateLifeMs;
  if (candidate === null || outdated || lagMs < candidate.lagMs) skew.candidate = { lagMs, receivedAt };
}
