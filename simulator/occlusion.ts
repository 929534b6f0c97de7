import { type Elasticity, minutesBetween, stepLine, storedUl, ulPerMin } from './line.ts';
import type { PumpModel } from './pump-models/pump-model.ts';

const TRIAL_HOURS = 24;

export interface TrialOptions {
  /** Pressure in the line when the tap closes, mmHg. 0 when absent. */
  readonly fromMmHg?: number;
  /** How long the trial lasts before it counts as "never", h. 24 when absent. */
  readonly withinHours?: number;
}

/** Result of closing the tap at the patient's end of a line at rest. The command line prints exactly this. */
export interface OcclusionTrial {
  readonly model: string;
  readonly rate_ml_h: number;
  readonly limit_mmhg: number;
  /** Null when the pump does not alarm within the trial, 24 h unless told otherwise. */
  readonly time_to_alarm_s: number | null;
  /** What the pump counted as delivered until the alarm, or in the whole trial. */
  readonly pumped_ml: number;
  /** What would rush into the vein when the tap is opened again. */
  readonly released_bolus_ml: number;
}

export const elasticityOf = (model: PumpModel): Elasticity => ({
  complianceUlPerMmHg: model.line.complianceUlPerMmHg.value,
  growthUlPerMmHg2: model.line.growthUlPerMmHg2.value,
});

/**
 * Fluid left in the blocked line after the pump has run back. It runs back to a pressure that depends on the limit
 * alone, so a fast pump that overshoots during the latency releases no more than a slow one.
 */
export function releasedUl(model: PumpModel, limitMmHg: number): number {
  const share = model.line.releasedShare.value + model.line.releasedShareGrowthPerMmHg.value * limitMmHg;
  return Math.min(1, share) * storedUl(elasticityOf(model), limitMmHg);
}

/** Line pressure at which the drive's sensor shows the limit: friction takes up the rest. */
export const alarmPressure = (model: PumpModel, rateMlH: number, limitMmHg: number): number =>
  limitMmHg - (model.line.frictionMmHgPerMlH?.value ?? 0) * rateMlH;

/** Q x slip: what a pump loses for each mmHg of back pressure, as a conductance out of the line. uL/min/mmHg. */
export const slipConductance = (model: PumpModel, rateMlH: number): number =>
  (model.line.slipPerMmHg?.value ?? 0) * ulPerMin(rateMlH);

/**
 * Closes the tap on a running pump and waits for its alarm.
 * @throws RangeError when rate or limit is not greater than 0.
 */
export function occlusionTrial(
  model: PumpModel,
  rateMlH: number,
  limitMmHg: number,
  { fromMmHg = 0, withinHours = TRIAL_HOURS }: TrialOptions = {},
): OcclusionTrial {
  if (!(rateMlH > 0 && limitMmHg > 0)) throw new RangeError('Rate and limit are greater than 0.');
  const line = elasticityOf(model);
  const load = {
    inflowUlPerMin: ulPerMin(rateMlH),
    conductanceUlPerMinPerMmHg: model.line.leakUlPerMinPerMmHg.value + slipConductance(model, rateMlH),
    backPressureMmHg: 0,
  };
  const reached = Math.max(fromMmHg, alarmPressure(model, rateMlH, limitMmHg));
  const minutes = minutesBetween(line, load, fromMmHg, reached) + model.alarmLatencyS.value / 60;
  const trialMinutes = withinHours * 60;
  const alarms = minutes <= trialMinutes;
  const left = alarms
    ? releasedUl(model, Math.min(limitMmHg, reached))
    : storedUl(line, stepLine(line, load, fromMmHg, trialMinutes).pressureMmHg);
  return {
    model: model.id,
    rate_ml_h: rateMlH,
    limit_mmhg: limitMmHg,
    time_to_alarm_s: alarms ? round(minutes * 60, 3) : null,
    pumped_ml: round((ulPerMin(rateMlH) * Math.min(minutes, trialMinutes)) / 1_000, 6),
    released_bolus_ml: round(left / 1_000, 6),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
