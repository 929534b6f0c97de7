import type { PumpReading } from '#model/reading.ts';
import type { Bin } from './pressure-track.ts';
import type { Ramp } from './ramp-search.ts';

/** Word to a nurse that a line seems to be closing, before the pump's own alarm. Low priority; changes no pump alarm. */
export interface Advisory {
  /** The reading that completed the evidence: never earlier than what was known. Unix ms. */
  readonly atMs: number;
  /** Evidence as a multiple of what was asked for: 1 just enough. */
  readonly score: number;
  /** Until the pressure reaches the pump's limit at this slope and rate; null when the limit is not known. */
  readonly secondsToLimit: number | null;
  readonly explain: AdvisoryReasons;
}

/** What a person needs to follow the advisory on the curve. */
export interface AdvisoryReasons {
  readonly policy: string;
  /** Level from which the pressure climbed. */
  readonly baselineMmHg: number;
  readonly pressureMmHg: number;
  /** Where the climb seems to have begun. */
  readonly onsetMs: number;
  /** Delivered since then. */
  readonly volumeMl: number;
  readonly slopeMmHgPerMl: number;
  /** What the line gives way, if nothing gets through: the inverse of the slope. */
  readonly complianceUlMmHg: number;
  /** Rise without what a change of posture would explain, and how much of it was asked for. */
  readonly evidenceMmHg: number;
  readonly thresholdMmHg: number;
  /** Standard deviation of this pump's readings about their course. */
  readonly noiseMmHg: number;
}

export interface Found {
  readonly reading: PumpReading;
  readonly ramp: Ramp;
  /** The last bin before the climb, and the newest. */
  readonly onset: Bin;
  readonly newest: Bin;
  readonly thresholdMmHg: number;
  readonly noiseMmHg: number;
  /** Of the policy. */
  readonly version: string;
}

/** Puts a climb into words and figures of an advisory, rounded to what they are worth. */
export function adviseOf({ reading, ramp, onset, newest, thresholdMmHg, noiseMmHg, version }: Found): Advisory {
  const volumeUl = newest.volumeUl - onset.volumeUl;
  const mmHgPerS = (ramp.slopeMmHgPerUl * volumeUl) / ((newest.atMs - onset.atMs) / 1_000);
  const limit = reading.pressureLimitMmHg;
  const secondsToLimit = limit === undefined ? null : Math.round((limit - newest.pressureMmHg) / mmHgPerS);
  return {
    atMs: reading.atMs,
    score: rounded(ramp.evidenceMmHg / thresholdMmHg, 3),
    secondsToLimit: secondsToLimit === null ? null : Math.max(0, secondsToLimit),
    explain: {
      policy: version,
      baselineMmHg: rounded(ramp.baselineMmHg, 1),
      pressureMmHg: rounded(newest.pressureMmHg, 1),
      onsetMs: Math.round(onset.atMs),
      volumeMl: rounded(volumeUl / 1_000, 4),
      slopeMmHgPerMl: rounded(ramp.slopeMmHgPerUl * 1_000, 1),
      complianceUlMmHg: rounded(1 / ramp.slopeMmHgPerUl, 3),
      evidenceMmHg: rounded(ramp.evidenceMmHg, 1),
      thresholdMmHg: rounded(thresholdMmHg, 1),
      noiseMmHg: rounded(noiseMmHg, 2),
    },
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
