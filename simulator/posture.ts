import type { Random } from '#kernel/random.ts';
import { waitingTime } from './seeds.ts';

/** Pressure in the vein. Chosen for the simulation. */
const VENOUS_MMHG = 8;
/** Time between changes of posture, on average. Chosen for the simulation. */
const CHANGE_EVERY_S = 1_200;
/** A metre of water. */
export const MMHG_PER_METRE = 73.6;
/** Arm up to 20 cm above or below the pump. The 20 cm are chosen for the simulation. */
const HEAD_MMHG = 0.2 * MMHG_PER_METRE;
/** A fit of coughing: pushes this long and this far apart, and what each adds in the chest. Chosen for the simulation. */
const COUGH = { pushS: 0.4, pauseS: 0.6, mmHg: 70 };

/**
 * What the patient's body does to the line: the vein's pressure, coughing, and the height of the arm, which changes when
 * the patient moves or lifts it. All come at times of their own, whatever the step of the simulation.
 */
export class Posture {
  readonly #random: Random;
  #headMmHg = 0;
  #nextMoveS: number;
  #raisedMmHg = 0;
  #raisedForS = 0;
  /** Seconds of coughing that are left, in whole pushes and pauses. */
  #coughLeftS = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#nextMoveS = waitingTime(random, CHANGE_EVERY_S);
  }

  get backPressureMmHg(): number {
    return VENOUS_MMHG + this.#headMmHg + this.#raisedMmHg + (this.#pushing ? COUGH.mmHg : 0);
  }

  /** Seconds until the back pressure changes by itself. */
  get secondsToMove(): number {
    let next = this.#nextMoveS;
    if (this.#raisedForS > 0) next = Math.min(next, this.#raisedForS);
    if (this.#coughLeftS > 0) next = Math.min(next, this.#coughPhaseLeftS);
    return next;
  }

  /** Lifts the arm (or lowers it, below zero) for some time. */
  raise(cm: number, seconds: number): void {
    this.#raisedMmHg = (cm / 100) * MMHG_PER_METRE;
    this.#raisedForS = seconds;
  }

  cough(times: number): void {
    this.#coughLeftS = times * (COUGH.pushS + COUGH.pauseS);
  }

  /** Lets time pass, at most `secondsToMove`. */
  pass(seconds: number): void {
    this.#nextMoveS -= seconds;
    if (this.#raisedForS > 0) {
      this.#raisedForS = spent(this.#raisedForS, seconds);
      if (this.#raisedForS === 0) this.#raisedMmHg = 0;
    }
    if (this.#coughLeftS > 0) this.#coughLeftS = spent(this.#coughLeftS, seconds);
    if (this.#nextMoveS > 1e-9) return;
    this.#headMmHg = (2 * this.#random() - 1) * HEAD_MMHG;
    this.#nextMoveS = waitingTime(this.#random, CHANGE_EVERY_S);
  }

  /** Each round begins with the push. */
  get #roundLeftS(): number {
    const whole = COUGH.pushS + COUGH.pauseS;
    const rest = this.#coughLeftS % whole;
    return rest < 1e-9 ? whole : rest;
  }

  get #pushing(): boolean {
    return this.#coughLeftS > 0 && this.#roundLeftS > COUGH.pauseS + 1e-9;
  }

  get #coughPhaseLeftS(): number {
    return this.#pushing ? this.#roundLeftS - COUGH.pauseS : this.#roundLeftS;
  }
}

const spent = (leftS: number, seconds: number): number => (leftS - seconds < 1e-9 ? 0 : leftS - seconds);
