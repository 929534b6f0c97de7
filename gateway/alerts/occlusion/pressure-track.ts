import type { OcclusionPolicy } from './occlusion-policy.ts';

/** Readings of about the same delivered volume, put together. JSON. */
export interface Bin {
  /** Means over the bin: volume delivered since the detector began, pressure, time. */
  volumeUl: number;
  pressureMmHg: number;
  atMs: number;
  count: number;
  readonly fromUl: number;
  /** Sum of rises too fast for any line, up to the end of the bin. */
  spikesMmHg: number;
  /** How far the pressure was off the middle of its neighbours, as a standard deviation. */
  deviationMmHg: number;
}

/** Pressure against delivered volume over the recent past of one delivery at one rate, and the pump's noise. JSON. */
export interface PressureTrack {
  bins: Bin[];
  volumeUl: number;
  /** Standard deviation of bins and of single readings about their course. */
  noiseMmHg: number;
  readingNoiseMmHg: number;
  spikesMmHg: number;
  /** The last two pressures, oldest first. */
  lastMmHg: number[];
}

/** Standard deviation over the mean absolute value, for normal noise: sqrt(pi / 2). */
const SD_PER_MEAN = 1.2533;
/** Spread of b - (a + c) / 2 and of a - 2 b + c for independent a, b, c of spread 1. */
const MIDDLE_SPREAD = Math.sqrt(1.5);
const SECOND_SPREAD = Math.sqrt(6);
/** Weights of a new deviation: noise that grows is believed sooner than noise that goes. */
const GROWS = 0.08;
const SHRINKS = 0.03;
/** One odd deviation moves the estimate no more than this many times itself would. */
const OUTLIER = 6;

/** To what a sensor and a pump can tell at best, so that the state is short when stored: a thousandth of a mmHg or uL. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

export const newTrack = (): PressureTrack => ({
  bins: [],
  volumeUl: 0,
  noiseMmHg: 1,
  readingNoiseMmHg: 1,
  spikesMmHg: 0,
  lastMmHg: [],
});

/** Forgets the course but not the noise. */
export function restartTrack(track: PressureTrack): void {
  track.bins = [];
  track.lastMmHg = [];
}

export interface Sample {
  readonly atMs: number;
  readonly pressureMmHg: number;
  /** Delivered since the sample before. */
  readonly deliveredUl: number;
  /** Least volume of a bin. */
  readonly binUl: number;
}

/** Takes a sample in. True when it began a new bin, which is when there is something new to judge. */
export function addSample(track: PressureTrack, sample: Sample, policy: OcclusionPolicy): boolean {
  const { atMs, pressureMmHg } = sample;
  noteSpike(track, sample, policy);
  const last = track.bins.at(-1);
  if (last !== undefined && track.volumeUl - last.fromUl < sample.binUl) {
    last.count += 1;
    last.volumeUl = rounded(last.volumeUl + (track.volumeUl - last.volumeUl) / last.count);
    last.pressureMmHg = rounded(last.pressureMmHg + (pressureMmHg - last.pressureMmHg) / last.count);
    last.atMs = Math.round(last.atMs + (atMs - last.atMs) / last.count);
    last.spikesMmHg = track.spikesMmHg;
    return false;
  }
  track.bins.push({
    volumeUl: track.volumeUl,
    pressureMmHg,
    atMs,
    count: 1,
    fromUl: track.volumeUl,
    spikesMmHg: track.spikesMmHg,
    deviationMmHg: track.noiseMmHg,
  });
  if (track.bins.length > policy.bins) track.bins.shift();
  learnNoise(track);
  return true;
}

/** The last complete bin but one against the line between its neighbours: a steady climb leaves no deviation. */
function learnNoise(track: PressureTrack): void {
  const { bins } = track;
  const before = bins[bins.length - 4];
  const middle = bins[bins.length - 3];
  const after = bins[bins.length - 2];
  if (before === undefined || middle === undefined || after === undefined) return;
  const share = (middle.volumeUl - before.volumeUl) / (after.volumeUl - before.volumeUl || 1);
  const expected = before.pressureMmHg + share * (after.pressureMmHg - before.pressureMmHg);
  const deviation = rounded((Math.abs(middle.pressureMmHg - expected) / MIDDLE_SPREAD) * SD_PER_MEAN);
  middle.deviationMmHg = deviation;
  const { noiseMmHg } = track;
  const weight = deviation > noiseMmHg ? GROWS : SHRINKS;
  track.noiseMmHg = rounded(noiseMmHg + weight * (Math.min(deviation, OUTLIER * noiseMmHg + 1) - noiseMmHg));
}

function noteSpike(track: PressureTrack, sample: Sample, policy: OcclusionPolicy): void {
  const [first, second] = track.lastMmHg;
  const previous = second ?? first;
  if (previous !== undefined) {
    const rise = sample.pressureMmHg - previous;
    const explained = (sample.deliveredUl / policy.minComplianceUlMmHg) * policy.slopeSlack;
    if (rise > explained + policy.spikeNoise * track.readingNoiseMmHg)
      track.spikesMmHg = rounded(track.spikesMmHg + rise - explained);
    if (second !== undefined && first !== undefined) {
      const deviation = (Math.abs(sample.pressureMmHg - 2 * second + first) / SECOND_SPREAD) * SD_PER_MEAN;
      const most = OUTLIER * track.readingNoiseMmHg + 1;
      track.readingNoiseMmHg += SHRINKS * (Math.min(deviation, most) - track.readingNoiseMmHg);
    }
  }
  track.lastMmHg = previous === undefined ? [sample.pressureMmHg] : [previous, sample.pressureMmHg];
}
