import type { Figure } from '../figures.ts';

/** A line set of a pump: how the tubing stores fluid and where fluid goes when the way is blocked or open. */
export interface LineSet {
  readonly complianceUlPerMmHg: Figure;
  readonly growthUlPerMmHg2: Figure;
  /** Past the pump's own seal or back through it, blocked or not. */
  readonly leakUlPerMinPerMmHg: Figure;
  /** Tubing, filter and catheter towards the vein when nothing blocks. */
  readonly openConductanceUlPerMinPerMmHg: Figure;
  /** What of the stored fluid is left to be released after the pump has run back: share + growth x limit. */
  readonly releasedShare: Figure;
  readonly releasedShareGrowthPerMmHg: Figure;
}

/** Everything that tells one pump from another, as data. The state machine in pump.ts is the same for all. */
export interface PumpModel {
  /** Name on the command line and in the hub's list of pumps. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'volumetric' | 'ambulatory' | 'syringe';
  readonly minRateMlH: Figure;
  readonly maxRateMlH: Figure;
  /** Bound of the rate error of one instrument, per cent of the rate. */
  readonly rateErrorPct: Figure;
  readonly reservoirMl: Figure;
  /** Pressures that a nurse can choose as the downstream limit, lowest first. */
  readonly pressureLimitsMmHg: readonly Figure[];
  readonly defaultLimitMmHg: Figure;
  /** From the limit being reached to the alarm. */
  readonly alarmLatencyS: Figure;
  readonly line: LineSet;
  /** Spread (one standard deviation) of what the pressure sensor adds. */
  readonly sensorNoiseMmHg: Figure;
  /** The sensor's smallest step. */
  readonly sensorStepMmHg: Figure;
  /** Keep-vein-open rate by programmed rate: the first row whose floor is reached. Rate 0 stands for the set rate. */
  readonly kvo: readonly { readonly fromMlH: Figure; readonly kvoMlH: Figure }[];
  readonly nearEndMin: Figure;
  /** Paused this long without a key: the pump calls back. */
  readonly callbackMin: Figure;
  readonly batteryHours: Figure;
  readonly batteryLowPct: Figure;
  /** From the battery-empty alarm to silence. */
  readonly batteryLastMin: Figure;
}

/** The rate that keeps the vein open after an infusion at `rateMlH`. */
export function kvoRate(model: PumpModel, rateMlH: number): number {
  const kvoMlH = model.kvo.find((row) => rateMlH >= row.fromMlH.value)?.kvoMlH.value ?? 0;
  return kvoMlH > 0 ? Math.min(kvoMlH, rateMlH) : rateMlH;
}
