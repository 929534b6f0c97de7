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
