/** One stretch of a program at one rate. */
export interface Phase {
  readonly rateMlH: number;
  readonly durationS: number;
  /** `kvo` keeps the vein open between doses and counts towards no volume to be infused. */
  readonly state: 'infusing' | 'kvo';
}

/** What a nurse programmed. Phases run in order; the time of a phase passes only while the pump delivers. */
export interface Program {
  /** Drug library id or J-code. */
  readonly drug: string;
  readonly phases: readonly Phase[];
  /** Starts again at the first phase, as a new infusion, when the last has ended. */
  readonly repeats: boolean;
  /** After the last phase of a program that does not repeat. */
  readonly atEnd: 'kvo' | 'stop';
}

/** A single rate until `volumeMl` is in. */
export const steady = (drug: string, rateMlH: number, volumeMl: number, atEnd: 'kvo' | 'stop' = 'kvo'): Program => ({
  drug,
  phases: [{ rateMlH, durationS: (volumeMl / rateMlH) * 3_600, state: 'infusing' }],
  repeats: false,
  atEnd,
});

/** Volume to be infused by one pass of the program, mL. */
export const volumeToInfuseMl = (program: Program): number =>
  program.phases.reduce((sum, phase) => sum + (phase.state === 'infusing' ? phaseMl(phase) : 0), 0);

export const phaseMl = (phase: Phase): number => (phase.rateMlH * phase.durationS) / 3_600;

/** Seconds of delivery until the last drop of the volume to be infused, from a place in the program. */
export function secondsToEnd(program: Program, phaseIndex: number, phaseElapsedS: number): number {
  const last = program.phases.findLastIndex((phase) => phase.state === 'infusing');
  if (phaseIndex > last) return Number.POSITIVE_INFINITY;
  const rest = program.phases.slice(phaseIndex, last + 1).reduce((sum, phase) => sum + phase.durationS, 0);
  return rest - phaseElapsedS;
}
