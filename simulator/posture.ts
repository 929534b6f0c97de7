import type { Random } from '#kernel/random.ts';
import { waitingTime } from './seeds.ts';

/** Pressure in the vein. Chosen for the simulation. */
const VENOUS_MMHG = 8;
/** Time between changes of posture, on average. Chosen for the simulation. */
const CHANGE_EVERY_S = 1_200;
/** Arm 20 cm above or below the pump, at 73.6 mmHg per metre of water. The 20 cm are chosen for the simulation. */
const HEAD_MMHG = 0.2 * 73.6;

/**
 * What the patient's body does to the line: the vein's pressure and the height of the arm, which changes when the
 * patient moves. Moves come at times of their own, whatever the step of the simulation.
 */
export class Posture {
  readonly #random: Random;
  #headMmHg = 0;
  #nextMoveS: number;

  constructor(random: Random) {
    this.#random = random;
    this.#nextMoveS = waitingTime(random, CHANGE_EVERY_S);
  }

  get backPressureMmHg(): number {
    return VENOUS_MMHG + this.#headMmHg;
  }

  get secondsToMove(): number {
    return this.#nextMoveS;
  }

  /** Lets time pass, at most `secondsToMove`. */
  pass(seconds: number): void {
    this.#nextMoveS -= seconds;
    if (this.#nextMoveS > 1e-9) return;
    this.#headMmHg = (2 * this.#random() - 1) * HEAD_MMHG;
    this.#nextMoveS = waitingTime(this.#random, CHANGE_EVERY_S);
  }
}
