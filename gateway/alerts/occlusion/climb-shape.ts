import type { OcclusionPolicy } from './occlusion-policy.ts';
import type { Bin } from './pressure-track.ts';

/** Whether the last part of the climb climbs as the whole does. */
export function stillClimbs(bins: readonly Bin[], onset: number, slope: number, policy: OcclusionPolicy): boolean {
  const rising = bins.length - 1 - onset;
  const tail = Math.max(2, Math.round(rising * policy.tailPart));
  const from = bins[bins.length - 1 - tail];
  const newest = bins.at(-1);
  if (from === undefined || newest === undefined) return false;
  const expected = slope * (newest.volumeUl - from.volumeUl);
  return newest.pressureMmHg - from.pressureMmHg >= policy.tailShare * expected;
}

/** Sum of the steps that are too steep for the climb they stand in. */
export function oddSteps(
  bins: readonly Bin[],
  onset: number,
  slope: number,
  noiseMmHg: number,
  policy: OcclusionPolicy,
): number {
  let odd = 0;
  for (let i = onset + 1; i < bins.length; i += 1) {
    const from = bins[i - 1];
    const to = bins[i];
    if (from === undefined || to === undefined) break;
    const fair = policy.oddSlope * slope * (to.volumeUl - from.volumeUl) + policy.oddNoise * noiseMmHg;
    odd += Math.max(0, to.pressureMmHg - from.pressureMmHg - fair);
  }
  return odd;
}

/**
 * What speaks for a level that is being approached, mmHg: the newest step falls short of the climb's slope, or the middle of
 * the climb stands above the straight line between its ends.
 */
export function flattening(bins: readonly Bin[], onset: number, slope: number, policy: OcclusionPolicy): number {
  const from = bins[onset];
  const middle = bins[onset + ((bins.length - 1 - onset) >> 1)];
  const previous = bins.at(-2);
  const newest = bins.at(-1);
  if (from === undefined || middle === undefined || previous === undefined || newest === undefined) return 0;
  const expected = slope * (newest.volumeUl - previous.volumeUl);
  const missing = expected - (newest.pressureMmHg - previous.pressureMmHg);
  const part = (middle.volumeUl - from.volumeUl) / (newest.volumeUl - from.volumeUl);
  const bulge = middle.pressureMmHg - from.pressureMmHg - part * (newest.pressureMmHg - from.pressureMmHg);
  return policy.missingFactor * Math.max(0, missing) + policy.bulgeFactor * Math.max(0, bulge);
}
