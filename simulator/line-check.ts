import type { PumpModel } from './pump-models/pump-model.ts';

const TEN_MINUTES_S = 600;

/** Some pumps look at the line again by themselves after an occlusion, so many times within ten minutes, and go on. */
export class LineCheck {
  readonly #plan: PumpModel['autoRestart'];
  /** Ages of the restarts, s. */
  #restarts: number[] = [];
  #leftS = Number.POSITIVE_INFINITY;

  constructor(plan: PumpModel['autoRestart']) {
    this.#plan = plan;
  }

  /** Seconds until the pump looks; infinite when it is not going to. */
  get secondsToLook(): number {
    return this.#leftS;
  }

  begin(): void {
    if (this.#plan && this.#restarts.length < this.#plan.perTenMin.value) this.#leftS = this.#plan.waitS.value;
  }

  callOff(): void {
    this.#leftS = Number.POSITIVE_INFINITY;
  }

  pass(seconds: number): void {
    this.#leftS -= seconds;
    if (this.#restarts.length === 0) return;
    this.#restarts = this.#restarts.map((age) => age + seconds).filter((age) => age < TEN_MINUTES_S);
  }

  /** The look itself: true, and counted, when the pressure has fallen far enough below the limit to go on. */
  mayGoOn(pressureMmHg: number, limitMmHg: number): boolean {
    this.callOff();
    if (!this.#plan || pressureMmHg >= this.#plan.belowShare.value * limitMmHg) return false;
    this.#restarts.push(0);
    return true;
  }
}
