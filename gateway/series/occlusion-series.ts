import { isDelivering, type PumpReading } from '#model/reading.ts';

/** What a line's pressure says about a block, at one reading. A field that cannot be told is absent. */
export interface OcclusionEstimate {
  /** Line pressure as a share of the pump's alarm limit; 1 at the limit, below zero under a hydrostatic head. */
  readonly pressureShare: number;
  /** Rise of pressure with the volume pumped, mmHg per mL. */
  readonly slopeMmHgPerMl?: number;
  /** Compliance of the line as if nothing left it, uL per mmHg. Only of a rise that stands out from the noise. */
  readonly complianceUlMmHg?: number;
  /** Until the pump's limit is reached at this slope and the present rate. Only of a rise that stands out from the noise. */
  readonly secondsToLimit?: number;
}

/** Readings that one estimate looks back on: two minutes at a reading each 10 s. */
export const OCCLUSION_SAMPLES = 12;
/** No estimate looks further back than this. */
export const OCCLUSION_WINDOW_MS = 600_000;

/** A slope from fewer readings is chance. */
const FEWEST_SAMPLES = 4;
/** A rise counts when its slope is so many standard errors above zero. */
const STANDARD_ERRORS = 3;
/** What lies further ahead says nothing that a nurse could use: at such slopes a change of posture decides. */
const FURTHEST_SECONDS = 86_400;
const SECONDS_PER_HOUR = 3_600;
const UL_PER_ML = 1_000;

/**
 * The state of a line at the newest of `window` (oldest first); undefined when that reading does not tell: the pump does
 * not deliver, or pressure or limit is missing. Looks back over one run of delivery: a pause, another infusion or a reading
 * older than the window ends it.
 *
 * Model (pump telemetry survey §3.1): behind a rigid block P(t) = P0 + V/C, V being the volume pumped since and C the
 * compliance of set and reservoir. So with s the least-squares slope of P over V
 *   slope = s                         mmHg/mL
 *   C = 1000 / s                      uL/mmHg; an unblocked line shows s near 0 and has no estimate
 *   time to limit = (Plimit - P) / (s * Q)
 * Published compliances (§3.2, §3.3): 0.67 to 0.87 uL/mmHg for Infusomat Space with its set, 1.2 to 2.8 for 50 mL syringes.
 * With a leak P levels off below V/C, so C is then an upper bound and the time a lower bound. V is the time integral of the
 * delivered rate, for the pump counts volume that is still in the tubing and its counter is too coarse at low rates; where
 * a rate is missing, the counter. Regression on pressure found blocks at 1 to 32 mL/h within 1.8 +/- 0.8 min (§4, van der
 * Eijk 2021), which is the length of this window at a reading each 10 s.
 */
export function occlusionEstimate(window: readonly PumpReading[]): OcclusionEstimate | undefined {
  const now = window.at(-1);
  if (!now || !isDelivering(now.state)) return undefined;
  const { pressureMmHg, pressureLimitMmHg } = now;
  if (pressureMmHg === undefined || pressureLimitMmHg === undefined || pressureLimitMmHg <= 0) return undefined;
  const pressureShare = pressureMmHg / pressureLimitMmHg;

  const line = leastSquares(pumpedAndPressure(window, now));
  if (!line) return { pressureShare };
  const { slope, standardError } = line;
  const rises = slope > 0 && slope >= STANDARD_ERRORS * standardError;
  const perSecond = slope * ((now.rateMlH ?? now.programmedRateMlH ?? 0) / SECONDS_PER_HOUR);
  const secondsToLimit = Math.max(0, pressureLimitMmHg - pressureMmHg) / perSecond;
  return {
    pressureShare,
    slopeMmHgPerMl: slope,
    ...(rises && { complianceUlMmHg: UL_PER_ML / slope }),
    ...(rises && secondsToLimit <= FURTHEST_SECONDS && { secondsToLimit }),
  };
}

interface PressureAt {
  /** Pumped before `now`, hence zero or negative, mL. */
  readonly ml: number;
  readonly mmHg: number;
}

/** The run of delivery that ends at `now`, newest first. */
function pumpedAndPressure(window: readonly PumpReading[], now: PumpReading): readonly PressureAt[] {
  const points: PressureAt[] = [];
  let ml = 0;
  let later = now;
  for (let i = window.length - 1; i >= 0; i -= 1) {
    const one = window[i];
    if (!one || !isDelivering(one.state) || one.infusion !== now.infusion) break;
    if (now.atMs - one.atMs > OCCLUSION_WINDOW_MS || points.length === OCCLUSION_SAMPLES) break;
    const between = pumpedBetween(one, later);
    if (between === undefined) break;
    ml -= between;
    later = one;
    if (one.pressureMmHg !== undefined) points.push({ ml, mmHg: one.pressureMmHg });
  }
  return points;
}

/** Trapezoid of the two rates; undefined when neither rates nor counters tell. */
function pumpedBetween(one: PumpReading, later: PumpReading): number | undefined {
  if (one.rateMlH !== undefined && later.rateMlH !== undefined) {
    const hours = (later.atMs - one.atMs) / 1_000 / SECONDS_PER_HOUR;
    return ((one.rateMlH + later.rateMlH) / 2) * hours;
  }
  if (one.infusedMl === undefined || later.infusedMl === undefined || later.infusedMl < one.infusedMl) return undefined;
  return later.infusedMl - one.infusedMl;
}

/** Least squares of pressure over volume; undefined when there are too few points or nothing was pumped. */
function leastSquares(
  points: readonly PressureAt[],
): { readonly slope: number; readonly standardError: number } | undefined {
  const n = points.length;
  if (n < FEWEST_SAMPLES) return undefined;
  let sumMl = 0;
  let sumMmHg = 0;
  for (const { ml, mmHg } of points) {
    sumMl += ml;
    sumMmHg += mmHg;
  }
  const meanMl = sumMl / n;
  const meanMmHg = sumMmHg / n;
  let spread = 0;
  let together = 0;
  let pressureSpread = 0;
  for (const { ml, mmHg } of points) {
    spread += (ml - meanMl) ** 2;
    together += (ml - meanMl) * (mmHg - meanMmHg);
    pressureSpread += (mmHg - meanMmHg) ** 2;
  }
  if (spread === 0) return undefined;
  const slope = together / spread;
  if (!Number.isFinite(slope)) return undefined;
  const residual = Math.max(0, pressureSpread - slope * together);
  return { slope, standardError: Math.sqrt(residual / (n - 2) / spread) };
}
