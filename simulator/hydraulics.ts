import type { Random } from '#kernel/random.ts';
import { type LineLoad, minutesBetween, pressureOfStored, stepLine, ulPerMin } from './line.ts';
import { elasticityOf, releasedUl } from './occlusion.ts';
import { Posture } from './posture.ts';
import type { PumpModel } from './pump-models/pump-model.ts';

/**
 * The line of one pump as it lives: open or blocked, the patient moving, a syringe flushing through a side port. Keeps
 * the true figures that no device reports.
 */
export class Hydraulics {
  readonly #model: PumpModel;
  readonly #posture: Posture;
  /** Share of the open way that is left: 1 open, 0 blocked. */
  #opening = 1;
  #pressureMmHg: number;
  #patientUl = 0;
  #overLimitS = 0;
  #flushMlH = 0;
  #flushLeftS = 0;

  constructor(model: PumpModel, random: Random) {
    this.#model = model;
    this.#posture = new Posture(random);
    this.#pressureMmHg = this.#posture.backPressureMmHg;
  }

  get pressureMmHg(): number {
    return this.#pressureMmHg;
  }

  /** Fluid that truly reached the patient, mL. */
  get patientMl(): number {
    return this.#patientUl / 1_000;
  }

  get opening(): number {
    return this.#opening;
  }

  get flushing(): boolean {
    return this.#flushLeftS > 0;
  }

  setOpening(share: number): void {
    this.#opening = Math.min(1, Math.max(0, share));
  }

  /** Pushes `ml` of saline by hand through a side port within `seconds`. */
  flush(ml: number, seconds: number): void {
    this.#flushMlH = (ml * 3_600) / seconds;
    this.#flushLeftS = seconds;
  }

  /** Seconds until something in the line changes by itself while the pump delivers at `rateMlH`. */
  secondsToEvent(rateMlH: number, limitMmHg: number): number {
    const body =
      this.#flushLeftS > 0 ? Math.min(this.#flushLeftS, this.#posture.secondsToMove) : this.#posture.secondsToMove;
    return Math.min(body, rateMlH > 0 ? this.#secondsToAlarmStep(rateMlH, limitMmHg) : Number.POSITIVE_INFINITY);
  }

  /** Lets `seconds` pass, at most `secondsToEvent`. True when the pump sees an occlusion at their end. */
  pass(rateMlH: number, limitMmHg: number, seconds: number): boolean {
    const reachesLimit =
      rateMlH > 0 &&
      this.#pressureMmHg < limitMmHg &&
      Math.abs(this.#secondsToAlarmStep(rateMlH, limitMmHg) - seconds) < 1e-9;
    const wasOver = this.#pressureMmHg >= limitMmHg;
    const { conductanceUlPerMinPerMmHg: conductance, ...load } = this.#load(rateMlH);
    const step = stepLine(
      elasticityOf(this.#model),
      { ...load, conductanceUlPerMinPerMmHg: conductance },
      this.#pressureMmHg,
      seconds / 60,
    );
    this.#pressureMmHg = reachesLimit ? limitMmHg : step.pressureMmHg;
    const way = this.#openWay();
    this.#patientUl += conductance > 0 ? (step.outflowUl * way) / conductance : 0;
    this.#posture.pass(seconds);
    this.#flushLeftS = Math.max(0, this.#flushLeftS - seconds);
    if (this.#flushLeftS < 1e-9) this.#flushLeftS = 0;
    if (rateMlH === 0 || this.#pressureMmHg < limitMmHg) this.#overLimitS = 0;
    else if (wasOver) this.#overLimitS += seconds;
    return rateMlH > 0 && this.#pressureMmHg >= limitMmHg && this.#overLimitS >= this.#model.alarmLatencyS.value - 1e-9;
  }

  /** The pump runs backwards after its alarm, and leaves part of the stored fluid in the line. */
  backOff(limitMmHg: number): void {
    const left = pressureOfStored(elasticityOf(this.#model), releasedUl(this.#model, limitMmHg));
    this.#pressureMmHg = Math.min(this.#pressureMmHg, left);
    this.#overLimitS = 0;
  }

  #secondsToAlarmStep(rateMlH: number, limitMmHg: number): number {
    if (this.#pressureMmHg >= limitMmHg) return Math.max(0, this.#model.alarmLatencyS.value - this.#overLimitS);
    return minutesBetween(elasticityOf(this.#model), this.#load(rateMlH), this.#pressureMmHg, limitMmHg) * 60;
  }

  #openWay(): number {
    return this.#model.line.openConductanceUlPerMinPerMmHg.value * this.#opening;
  }

  #load(rateMlH: number): LineLoad {
    return {
      inflowUlPerMin: ulPerMin(rateMlH + (this.#flushLeftS > 0 ? this.#flushMlH : 0)),
      conductanceUlPerMinPerMmHg: this.#openWay() + this.#model.line.leakUlPerMinPerMmHg.value,
      backPressureMmHg: this.#posture.backPressureMmHg,
    };
  }
}
