import type { AlarmCode } from '#model/alarms.ts';
import type { PumpState } from '#model/reading.ts';
import type { Battery } from './battery.ts';
import type { Program } from './program.ts';
import type { ProgramRun } from './program-run.ts';

/** Something that happened inside `advance`, `afterS` seconds into it. For the ground truth, not for the wire. */
export interface PumpEvent {
  readonly afterS: number;
  readonly kind: 'alarm' | 'auto-restart' | 'phase' | 'dose-complete' | 'complete' | 'off' | 'kinked' | 'straight';
  readonly code?: AlarmCode;
  /** The line's true figures at that moment. */
  readonly pressureMmHg: number;
  readonly patientMl: number;
}

export interface StartOptions {
  readonly infusion: string;
  readonly program: Program;
  /** In the bag, cassette or syringe at the start. */
  readonly bagMl: number;
  /** Downstream pressure limit; the model's default when absent. */
  readonly limitMmHg?: number;
  /** How far into the program the simulation begins. */
  readonly skipS?: number;
  /** False: the play between drive and plunger is still to be taken up. */
  readonly primed?: boolean;
}

/** What the pump itself knows; the sensor's error is added in readout.ts. */
export interface PumpDisplay {
  readonly state: PumpState;
  /** Undefined while no program is loaded. */
  readonly run: ProgramRun | undefined;
  readonly rateMlH: number;
  readonly bagMl: number;
  readonly limitMmHg: number;
  readonly battery: Battery;
  readonly alarms: readonly AlarmCode[];
}
