import type { OcclusionPolicy } from './occlusion-policy.ts';
import type { Bin } from './pressure-track.ts';

/** A climb of pressure with delivered volume, from an onset to the newest bin. */
export interface Ramp {
  /** Rise that neither posture, spikes nor noise explain. */
  readonly evidenceMmHg: number;
  readonly riseMmHg: number;
  readonly baselineMmHg: number;
  readonly slopeMmHgPerUl: number;
  /** Index of the last bin before the climb. */
  readonly onset: number;
  /** 1 while a movement of the body may be behind it, 0 once it has gone on for too long for that. */
  readonly suspicion: number;
}

/** Sums for a straight line through bins, taken about the newest one so that no digits are lost. */
class LineFit {
  #n = 0;
  #v = 0;
  #p = 0;
  #vv = 0;
  #vp = 0;
  #pp = 0;
  readonly #bins: readonly Bin[];
  readonly #originUl: number;
  readonly #originMmHg: number;

  constructor(bins: readonly Bin[], { volumeUl, pressureMmHg }: Bin) {
    this.#bins = bins;
    this.#originUl = volumeUl;
    this.#originMmHg = pressureMmHg;
  }

  /** Takes in all bins down to `onset`. Onsets come from the newest to the oldest. */
  reach(onset: number): void {
    for (let i = this.#bins.length - 1 - this.#n; i >= onset; i -= 1) {
      const bin = this.#bins[i];
      if (bin === undefined) return;
      const v = bin.volumeUl - this.#originUl;
      const p = bin.pressureMmHg - this.#originMmHg;
      this.#n += 1;
      this.#v += v;
      this.#p += p;
      this.#vv += v * v;
      this.#vp += v * p;
      this.#pp += p * p;
    }
  }

  get slope(): number {
    return this.#covariance / this.#varianceV;
  }

  /** Share of the variance of pressure that the line explains. */
  get fit(): number {
    return this.#covariance ** 2 / (this.#varianceV * this.#varianceP);
  }

  get residualSd(): number {
    const left = this.#varianceP - this.#covariance ** 2 / this.#varianceV;
    return Math.sqrt(Math.max(0, left) / Math.max(1, this.#n - 2));
  }

  get #covariance(): number {
    return this.#vp - (this.#v * this.#p) / this.#n;
  }
  get #varianceV(): number {
    return this.#vv - this.#v ** 2 / this.#n;
  }
  get #varianceP(): number {
    return this.#pp - this.#p ** 2 / this.#n;
  }
}

/**
 * The climb with the most evidence that ends at the newest bin, or null when none reaches `leastMmHg`. A blocked line
 * climbs in a straight line of pressure against volume, with a slope that its compliance sets, from a level that lasted.
 */
export function findRamp(
  bins: readonly Bin[],
  noiseMmHg: number,
  leastMmHg: number,
  policy: OcclusionPolicy,
): Ramp | null {
  const newest = bins.at(-1);
  const previous = bins.at(-2);
  if (newest === undefined || previous === undefined || bins.length <= policy.leastRising) return null;
  const flattest = 1 / (policy.maxComplianceUlMmHg * policy.slopeSlack);
  const steepest = policy.slopeSlack / policy.minComplianceUlMmHg;
  const line = new LineFit(bins, newest);
  const jumps = new JumpsSince(bins, policy);
  let best: Ramp | null = null;
  for (let onset = bins.length - 2; onset >= 0; onset -= 1) {
    const from = bins[onset];
    if (from === undefined) break;
    if (bins.length - 1 - onset < policy.leastRising) continue;
    const atLeast = best === null ? leastMmHg : best.evidenceMmHg;
    // The level is never below this, so most onsets are settled here.
    const lowest = lowestLevel(from, noiseMmHg, policy);
    if (newest.pressureMmHg - lowest < atLeast) continue;
    line.reach(onset);
    const slope = line.slope;
    if (!(slope >= flattest && slope <= steepest)) continue;
    // A single high reading is no climb: the newest counts only as far as the one before it bears it out.
    const borneOut = previous.pressureMmHg + slope * (newest.volumeUl - previous.volumeUl) + noiseMmHg;
    const top = Math.min(newest.pressureMmHg, borneOut);
    // A climb that lasts longer than an arm takes to move has outlived part of that suspicion.
    const suspicion = suspicionOf(bins, onset, policy);
    const long = newest.atMs - from.atMs >= policy.longClimbSeconds * 1_000;
    const { jumpMmHg, briefMmHg } = jumps.from(onset);
    const suspect = long ? briefMmHg : jumpMmHg;
    const posture = Math.max(newest.spikesMmHg - from.spikesMmHg, Math.min(suspect, policy.jumpMostMmHg));
    const level = levelBefore(bins, onset, lowest, policy);
    if (top - level - posture < atLeast) continue;
    if (line.fit < policy.leastFit) continue;
    if (line.residualSd > policy.residualNoise * noiseMmHg + policy.residualRise * (top - level)) continue;
    if (!stillClimbs(bins, onset, slope, policy)) continue;
    const baselineMmHg = Math.max(level, usualLevel(bins, onset, policy));
    const taken = Math.max(posture, oddSteps(bins, onset, slope, noiseMmHg, policy));
    const fresh = onset < policy.leastBefore ? policy.freshDivisor : 1;
    const evidenceMmHg = (top - baselineMmHg - taken) / fresh;
    if (evidenceMmHg < atLeast) continue;
    best = { evidenceMmHg, riseMmHg: top - baselineMmHg, baselineMmHg, slopeMmHgPerUl: slope, onset, suspicion };
  }
  return best;
}

/** The largest jumps from any bin of a climb on, found when they are asked for: most climbs fail before. */
class JumpsSince {
  jumpMmHg = 0;
  briefMmHg = 0;
  #next: number;
  readonly #bins: readonly Bin[];
  readonly #policy: OcclusionPolicy;

  constructor(bins: readonly Bin[], policy: OcclusionPolicy) {
    this.#bins = bins;
    this.#policy = policy;
    this.#next = bins.length - 2;
  }

  /** Onsets come from the newest to the oldest. */
  from(onset: number): this {
    const { jumpSeconds, briefJumpSeconds } = this.#policy;
    for (; this.#next >= onset; this.#next -= 1) {
      this.jumpMmHg = Math.max(this.jumpMmHg, largestJump(this.#bins, this.#next, jumpSeconds * 1_000));
      this.briefMmHg = Math.max(this.briefMmHg, largestJump(this.#bins, this.#next, briefJumpSeconds * 1_000));
    }
    return this;
  }
}

/** From 1, a body may have moved, to 0: it has climbed evenly for longer than any movement takes. */
function suspicionOf(bins: readonly Bin[], onset: number, policy: OcclusionPolicy): number {
  const from = bins[onset];
  const newest = bins.at(-1);
  if (from === undefined || newest === undefined || bins.length - 1 - onset < policy.evenBins) return 1;
  const forS = (newest.atMs - from.atMs) / 1_000;
  const { moveSeconds, evenSeconds } = policy;
  return Math.min(1, Math.max(0, (evenSeconds - forS) / (evenSeconds - moveSeconds)));
}

/** Largest rise from this bin within the time a change of posture takes, one step at least. */
export function largestJump(bins: readonly Bin[], from: number, withinMs: number): number {
  const start = bins[from];
  if (start === undefined) return 0;
  let jump = 0;
  for (let i = from + 1; i < bins.length; i += 1) {
    const bin = bins[i];
    if (bin === undefined || (i > from + 1 && bin.atMs - start.atMs > withinMs)) break;
    jump = Math.max(jump, bin.pressureMmHg - start.pressureMmHg);
  }
  return jump;
}

const lowestLevel = ({ pressureMmHg }: Bin, noiseMmHg: number, { baseNoise }: OcclusionPolicy): number =>
  pressureMmHg - baseNoise * noiseMmHg;

/** The level just before the onset. It may not be made low by bins from before a jump. */
function levelBefore(bins: readonly Bin[], onset: number, lowestMmHg: number, policy: OcclusionPolicy): number {
  let sum = 0;
  let count = 0;
  for (let i = onset; i >= 0 && count < policy.baseBins; i -= 1, count += 1) sum += bins[i]?.pressureMmHg ?? 0;
  const at = bins[onset]?.pressureMmHg ?? 0;
  const before = bins[onset - 1]?.pressureMmHg ?? at;
  return Math.max(sum / count, (at + before) / 2, lowestMmHg);
}

/** Median of the longer past, where there is one. */
function usualLevel(bins: readonly Bin[], onset: number, policy: OcclusionPolicy): number {
  if (onset < 2 * policy.leastBefore) return Number.NEGATIVE_INFINITY;
  const past = bins.slice(Math.max(0, onset + 1 - policy.usualBins), onset + 1).map((bin) => bin.pressureMmHg);
  past.sort((a, b) => a - b);
  return past[past.length >> 1] ?? Number.NEGATIVE_INFINITY;
}

function stillClimbs(bins: readonly Bin[], onset: number, slope: number, policy: OcclusionPolicy): boolean {
  const rising = bins.length - 1 - onset;
  const tail = Math.max(2, Math.round(rising * policy.tailPart));
  const from = bins[bins.length - 1 - tail];
  const newest = bins.at(-1);
  if (from === undefined || newest === undefined) return false;
  const expected = slope * (newest.volumeUl - from.volumeUl);
  return newest.pressureMmHg - from.pressureMmHg >= policy.tailShare * expected;
}

/** Sum of the steps that are too steep for the climb they stand in. */
function oddSteps(
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
