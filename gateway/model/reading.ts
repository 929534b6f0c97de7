import type { AlarmCode } from './alarms.ts';

/** What the pump is doing. Design contract §5. */
export const pumpStates = [
  'infusing',
  'bolus',
  'kvo',
  'priming',
  'paused',
  'stopped',
  'standby',
  'complete',
  'off',
] as const;

export type PumpState = (typeof pumpStates)[number];

/** States in which fluid moves towards the patient. */
export const isDelivering = (state: PumpState): boolean => state === 'infusing' || state === 'bolus' || state === 'kvo';

/** An alarm active on the pump: a code of our table, and what the pump called it when that was not in the table. */
export interface ActiveAlarm {
  readonly code: AlarmCode;
  /** The code as sent, when it was unknown to us or a vendor's own (`x-…`). */
  readonly vendorCode?: string;
}

/**
 * One report of a pump. A field that is absent was not measured; it is never zero for that.
 * Identity is (pump, boot, seq); the hub is not part of it.
 */
export interface PumpReading {
  /** Counts from 0, one more for each reading of this pump in this boot of the hub. */
  readonly seq: number;
  /** When it was measured: the hub's clock, Unix ms. */
  readonly atMs: number;
  readonly state: PumpState;
  /** Id of the running infusion (program start). */
  readonly infusion?: string;
  /** Drug library id or J-code the pump was programmed with. */
  readonly drug?: string;
  /** Delivered rate. MDC 158014 MDC_FLOW_FLUID_PUMP_CURRENT. */
  readonly rateMlH?: number;
  /** MDC 157784 MDC_FLOW_FLUID_PUMP. */
  readonly programmedRateMlH?: number;
  /** Since the infusion began. MDC 157993 MDC_VOL_FLUID_DELIV_TOTAL. */
  readonly infusedMl?: number;
  /** Volume to be infused that remains. MDC 157872 MDC_VOL_FLUID_TBI_REMAIN. */
  readonly remainingMl?: number;
  /** Left in bag, cassette or syringe. MDC 157995 MDC_VOL_REMAIN_CONTAINER. */
  readonly reservoirMl?: number;
  /** Downstream line pressure. There is no MDC term for it. May be below zero (hydrostatic head). */
  readonly pressureMmHg?: number;
  /** The pressure at which the pump itself alarms. */
  readonly pressureLimitMmHg?: number;
  readonly batteryPct?: number;
  readonly onMains?: boolean;
  /** The whole set active now; `[]` when none, absent when the pump does not tell. */
  readonly alarms?: readonly ActiveAlarm[];
}
