import type { AlarmCode } from '#model/alarms.ts';
import type { PumpState } from '#model/reading.ts';
import { type Battery, isLow } from './battery.ts';
import type { ProgramRun } from './program-run.ts';
import type { PumpModel } from './pump-models/pump-model.ts';

/** What the alarms of a pump depend on. */
export interface AlarmGrounds {
  readonly model: PumpModel;
  /** Alarms that stay until somebody deals with them. */
  readonly latched: ReadonlySet<AlarmCode>;
  readonly state: PumpState;
  readonly run: ProgramRun | undefined;
  /** What the pump believes is in the bag. */
  readonly bagMl: number;
  readonly battery: Battery;
  readonly pausedS: number;
}

const NO_ALARMS: readonly AlarmCode[] = [];

/** The alarms active now: those latched, and those that come and go with what is low or near. In alphabetical order. */
export function activeAlarms(grounds: AlarmGrounds): readonly AlarmCode[] {
  const { model, latched, state, run, bagMl, battery, pausedS } = grounds;
  const soonS = model.nearEndMin.value * 60;
  const infusing = state === 'infusing' ? run : undefined;
  const nearEnd = infusing !== undefined && infusing.secondsToEnd <= soonS;
  const bagLow = infusing !== undefined && bagMl * 3_600 <= soonS * infusing.phase.rateMlH;
  const batteryLow = state !== 'off' && isLow(battery, model);
  const forgotten = state === 'paused' && pausedS >= model.callbackMin.value * 60;
  // Most pumps are quiet most of the time: then there is nothing to gather and sort.
  if (latched.size === 0 && !nearEnd && !bagLow && !batteryLow && !forgotten) return NO_ALARMS;
  const alarms = new Set(latched);
  if (nearEnd) alarms.add('near-end');
  if (bagLow) alarms.add('reservoir-low');
  if (batteryLow) alarms.add('battery-low');
  if (forgotten) alarms.add('key-not-pressed');
  return [...alarms].sort();
}
