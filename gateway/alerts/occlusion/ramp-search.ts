import { flattening, oddSteps, stillClimbs } from './climb-shape.ts';
import { JumpsSince } from './jumps.ts';
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

/** What a climb is looked for against. */
export interface Surroundings {
  readonly noiseMmHg: number;
  /** Evidence to be told of at all. */
  readonly leastMmHg: number;
  /** The most that a change of posture explains with this patient. */
  readonly postureMmHg: number;
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
export function findRamp(bins: readonly Bin[], around: Surroundings, policy: OcclusionPolicy): Ramp | null {
  const { noiseMmHg, leastMmHg, postureMmHg } = around;
  const newest = bins.at(-1);
  const previous = bins.at(-2);
  if (newest === undefined || previous === undefined || bins.length <= policy.leastRising) return null;
  const flattest = 1 / (policy.maxComplianceUlMmHg * policy.slopeSlack);
  const steepest = policy.slopeSlack / policy.minComplianceUlMmHg;
  const line = new LineFit(bins, newest);
  const jumps = new JumpsSince(bins, policy);
  // The calmest patient may move for the first time.
  const firstMove = Math.max(postureMmHg, policy.firstMoveMmHg);
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
    const suspect = long ? Math.min(briefMmHg, postureMmHg) : Math.min(jumpMmHg, firstMove);
    const posture = Math.max(newest.spikesMmHg - from.spikesMmHg, Math.min(suspect, policy.jumpMostMmHg));
    const level = levelBefore(bins, onset, lowest, policy);
    if (top - level - posture < atLeast) continue;
    if (line.fit < policy.leastFit) continue;
    if (line.residualSd > policy.residualNoise * noiseMmHg + policy.residualRise * (top - level)) continue;
    if (!stillClimbs(bins, onset, slope, policy)) continue;
    const baselineMmHg = Math.max(level, usualLevel(bins, onset, policy));
    const taken = Math.max(posture, oddSteps(bins, onset, slope, noiseMmHg, policy));
    const fresh = onset < policy.leastBefore ? policy.freshDivisor : 1;
    const evidenceMmHg = (top - baselineMmHg - taken - flattening(bins, onset, slope, policy)) / fresh;
    if (evidenceMmHg < atLeast) continue;
    best = { evidenceMmHg, riseMmHg: top - baselineMmHg, baselineMmHg, slopeMmHgPerUl: slope, onset, suspicion };
  }
  return best;
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
