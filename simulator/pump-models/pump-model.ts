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
  /**
   * Friction of plunger and fluid that the drive's sensor sees on top of the line pressure while it moves, mmHg per mL/h.
   * None when absent.
   */
  readonly frictionMmHgPerMlH?: Figure;
  /** Share of the rate that is lost for each mmHg of back pressure: the stroke fills and seals less well. None when absent. */
  readonly slipPerMmHg?: Figure;
  /** Play between drive and plunger that a start has to take up before fluid moves, mL. None when absent. */
  readonly slackMl?: Figure;
  /** What the line holds from pump to vein, mL: how long a bubble travels. */
  readonly holdsMl?: Figure;
}

/** The way from bag to pump. Absent for pumps whose reservoir is the syringe itself. */
export interface UpstreamLine {
  /** The pump alarms when the pressure at its inlet falls to this, mmHg below zero. */
  readonly limitMmHg: Figure;
  readonly complianceUlPerMmHg: Figure;
  readonly conductanceUlPerMinPerMmHg: Figure;
  /** Bag above pump, cm of water. */
  readonly bagAboveCm: Figure;
}

/** What the pressure sensor sees of each stroke, drop or stick and slip: it repeats with the volume pumped. */
export interface Ripple {
  readonly shape: 'sine' | 'sawtooth';
  /** Half the way from lowest to highest. */
  readonly mmHg: Figure;
  /** Volume of one stroke, drop or slip. */
  readonly everyUl: Figure;
}

/** Everything that tells one pump from another, as data. The state machine in pump.ts is the same for all. */
export interface PumpModel {
  /** Name on the command line and in the hub's list of pumps. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'volumetric' | 'ambulatory' | 'syringe' | 'patch';
  readonly minRateMlH: Figure;
  readonly maxRateMlH: Figure;
  /** Bound of the rate error of one instrument, per cent of the rate. */
  readonly rateErrorPct: Figure;
  readonly reservoirMl: Figure;
  /** Pressures that a nurse can choose as the downstream limit, lowest first. */
  readonly pressureLimitsMmHg: readonly Figure[];
  /** The limits are levels that people know by number, from 1. */
  readonly limitsAreLevels?: boolean;
  readonly defaultLimitMmHg: Figure;
  /** From the limit being reached to the alarm. */
  readonly alarmLatencyS: Figure;
  readonly line: LineSet;
  /** Spread (one standard deviation) of what the pressure sensor adds. */
  readonly sensorNoiseMmHg: Figure;
  /** The sensor's smallest step. */
  readonly sensorStepMmHg: Figure;
  readonly ripples?: readonly Ripple[];
  readonly upstream?: UpstreamLine;
  /** Air that stops the pump: one bubble, and all bubbles within an hour. Absent: no air detector. */
  readonly air?: { readonly bubbleMl: Figure; readonly perHourMl: Figure };
  /** The pump knows when its set is loaded without clamp, and alarms for free flow. */
  readonly sensesFreeFlow?: boolean;
  /** After an occlusion alarm the pump looks whether the pressure falls below a share of the limit, and goes on. */
  readonly autoRestart?: { readonly waitS: Figure; readonly belowShare: Figure; readonly perTenMin: Figure };
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

/** The downstream limit of a level, counted from 1. @throws RangeError in plain words when there is no such level. */
export function limitOfLevel(model: PumpModel, level: number): number {
  const limits = model.pressureLimitsMmHg;
  if (!model.limitsAreLevels) throw new RangeError(`${model.id} has no levels: give its limit in mmHg.`);
  const limit = limits[level - 1];
  if (!limit) throw new RangeError(`${model.id} has levels 1 to ${limits.length}.`);
  return limit.value;
}
