import { type Elasticity, minutesBetween, stepLine, storedUl, ulPerMin } from './line.ts';
import type { PumpModel } from './pump-models/pump-model.ts';

/** How long a trial lasts before it counts as "never". */
const TRIAL_MINUTES = 24 * 60;

/** Result of closing the tap at the patient's end of a line at rest. The command line prints exactly this. */
export interface OcclusionTrial {
  readonly model: string;
  readonly rate_ml_h: number;
  readonly limit_mmhg: number;
  /** Null when the pump does not alarm within 24 h. */
  readonly time_to_alarm_s: number | null;
  /** What the pump counted as delivered until the alarm, or in 24 h. */
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

/** Closes the tap on a running pump, from pressure zero, and waits for its alarm. */
export function occlusionTrial(model: PumpModel, rateMlH: number, limitMmHg: number): OcclusionTrial {
  const line = elasticityOf(model);
  const load = {
    inflowUlPerMin: ulPerMin(rateMlH),
    conductanceUlPerMinPerMmHg: model.line.leakUlPerMinPerMmHg.value,
    backPressureMmHg: 0,
  };
  const minutes = minutesBetween(line, load, 0, limitMmHg) + model.alarmLatencyS.value / 60;
  const alarms = minutes <= TRIAL_MINUTES;
  const left = alarms
    ? releasedUl(model, limitMmHg)
    : storedUl(line, stepLine(line, load, 0, TRIAL_MINUTES).pressureMmHg);
  return {
    model: model.id,
    rate_ml_h: rateMlH,
    limit_mmhg: limitMmHg,
    time_to_alarm_s: alarms ? round(minutes * 60, 3) : null,
    pumped_ml: round((ulPerMin(rateMlH) * Math.min(minutes, TRIAL_MINUTES)) / 1_000, 6),
    released_bolus_ml: round(left / 1_000, 6),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
