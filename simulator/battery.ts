import type { PumpModel } from './pump-models/pump-model.ts';

/** Charge of a pump's battery. Pure: `drain` answers the battery after some time. */
export interface Battery {
  readonly pct: number;
  readonly onMains: boolean;
  /** How long it has been empty, s; 0 while it holds charge. */
  readonly emptyForS: number;
  /** How many times as fast as a good one it drains. */
  readonly fade: number;
}

/** Full charge from empty on mains. Chosen for the simulation. */
const CHARGE_HOURS = 6;

export function drain(battery: Battery, model: PumpModel, seconds: number): Battery {
  if (battery.onMains && battery.pct === 100) return battery;
  const perSecond = 100 / 3_600 / (battery.onMains ? CHARGE_HOURS : -model.batteryHours.value / battery.fade);
  const pct = Math.min(100, Math.max(0, battery.pct + perSecond * seconds));
  return { ...battery, pct, emptyForS: pct > 0 ? 0 : battery.emptyForS + seconds };
}

/** Seconds until the battery is empty, or until the pump falls silent once it is. Infinite on mains. */
export function secondsToNextEvent(battery: Battery, model: PumpModel): number {
  if (battery.onMains) return Number.POSITIVE_INFINITY;
  if (battery.pct > 0) return ((battery.pct / 100) * model.batteryHours.value * 3_600) / battery.fade;
  return Math.max(0, model.batteryLastMin.value * 60 - battery.emptyForS);
}

export const isLow = (battery: Battery, model: PumpModel): boolean =>
  !battery.onMains && battery.pct > 0 && battery.pct <= model.batteryLowPct.value;
