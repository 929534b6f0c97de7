import { type Phase, type Program, secondsToEnd } from './program.ts';

/** What the end of a phase led to. */
export type PhaseEnd = 'next-phase' | 'dose-complete' | 'complete';

const STANDSTILL: Phase = { rateMlH: 0, durationS: Number.POSITIVE_INFINITY, state: 'kvo' };

/** One run of a program on a pump: where it stands, and what the pump has counted as delivered. */
export class ProgramRun {
  #program: Program;
  /** The program's phases, and the endless one that keeps the vein open afterwards if it is to. */
  #phases: readonly Phase[];
  readonly #infusion: string;
  #pass = 1;
  #index = 0;
  #elapsedS = 0;
  #infusedMl = 0;
  /** From the beginning of this phase to the last drop. */
  #restS = 0;

  /** `kvoMlH`: rate after the end of a program that keeps the vein open. `skipS`: begin that far into it. */
  constructor(infusion: string, program: Program, kvoMlH: number, skipS: number) {
    this.#infusion = infusion;
    this.#program = program;
    const endless: Phase = { rateMlH: kvoMlH, durationS: Number.POSITIVE_INFINITY, state: 'kvo' };
    const staysOpen = program.atEnd === 'kvo' && !program.repeats;
    this.#phases = staysOpen ? [...program.phases, endless] : program.phases;
    this.#enter(0);
    this.#skip(skipS);
  }

  get program(): Program {
    return this.#program;
  }

  get phase(): Phase {
    return this.#phases[this.#index] ?? STANDSTILL;
  }

  /** Each pass of a repeating program is an infusion of its own. */
  get infusion(): string {
    return this.#pass === 1 ? this.#infusion : `${this.#infusion}.${this.#pass}`;
  }

  get infusedMl(): number {
    return this.#infusedMl;
  }

  get phaseLeftS(): number {
    return this.phase.durationS - this.#elapsedS;
  }

  /** Seconds of delivery until the volume to be infused is in; infinite once it is. */
  get secondsToEnd(): number {
    return this.#restS - this.#elapsedS;
  }

  /** Another rate for the volume that is left of this phase. False in a phase without end, or when it is over. */
  setRate(rateMlH: number): boolean {
    const { phase } = this;
    const leftS = this.phaseLeftS;
    if (!Number.isFinite(leftS) || leftS <= 0 || phase.rateMlH <= 0) return false;
    const done = { ...phase, durationS: this.#elapsedS };
    const rest = { ...phase, rateMlH, durationS: (leftS * phase.rateMlH) / rateMlH };
    this.#phases = this.#phases.toSpliced(this.#index, 1, done, rest);
    this.#program = { ...this.#program, phases: this.#program.phases.toSpliced(this.#index, 1, done, rest) };
    this.#enter(this.#index + 1);
    return true;
  }

  /** Delivers for `seconds`, at most `phaseLeftS`. Answers the volume the pump counts, mL. */
  pass(seconds: number): number {
    const ml = (this.phase.rateMlH * seconds) / 3_600;
    if (this.phase.state === 'infusing') this.#infusedMl += ml;
    this.#elapsedS += seconds;
    return ml;
  }

  /** Goes on to the next phase. `complete` when there is none, or only the endless one. */
  next(): PhaseEnd {
    const before = this.phase;
    const next = this.#index + 1;
    if (next >= this.#phases.length && !this.#program.repeats) return 'complete';
    if (next >= this.#phases.length) {
      this.#pass += 1;
      this.#infusedMl = 0;
    }
    this.#enter(next % this.#phases.length);
    if (this.phase.durationS === Number.POSITIVE_INFINITY) return 'complete';
    const after = this.phase;
    return before.state === 'infusing' && after.state === 'kvo' ? 'dose-complete' : 'next-phase';
  }

  #enter(index: number): void {
    this.#index = index;
    this.#elapsedS = 0;
    this.#restS = secondsToEnd(this.#program, index, 0);
  }

  #skip(seconds: number): void {
    const wholeS = this.#program.phases.reduce((sum, phase) => sum + phase.durationS, 0);
    let leftS = this.#program.repeats ? seconds % wholeS : Math.min(seconds, wholeS);
    while (leftS > 0 && leftS >= this.phaseLeftS) {
      leftS -= this.phaseLeftS;
      this.pass(this.phaseLeftS);
      if (this.next() === 'complete') return;
    }
    this.pass(leftS);
  }
}
