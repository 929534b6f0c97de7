import { type LineLoad, minutesBetween, stepLine, ulPerMin } from './line.ts';
import { MMHG_PER_METRE } from './posture.ts';
import type { UpstreamLine } from './pump-models/pump-model.ts';

/**
 * The way from bag to pump. Open, its pressure follows the bag's height at once; narrowed, the pump draws the soft tubing
 * empty and the pressure falls until the pump notices.
 */
export class Upstream {
  readonly #line: UpstreamLine | undefined;
  #opening = 1;
  #aboveCm: number;
  #pressureMmHg: number;

  constructor(line: UpstreamLine | undefined) {
    this.#line = line;
    this.#aboveCm = line?.bagAboveCm.value ?? 0;
    this.#pressureMmHg = this.headMmHg;
  }

  /** What the bag's height gives, mmHg. */
  get headMmHg(): number {
    return (this.#aboveCm / 100) * MMHG_PER_METRE;
  }

  get pressureMmHg(): number {
    return this.#pressureMmHg;
  }

  /** True when the pump sees that nothing comes from the bag. */
  get blocked(): boolean {
    return this.#line !== undefined && this.#pressureMmHg <= this.#line.limitMmHg.value + 1e-9;
  }

  setOpening(share: number): void {
    this.#opening = share;
  }

  setBagAbove(cm: number): void {
    this.#aboveCm = cm;
  }

  /** Seconds until the pump's limit is reached. */
  secondsToLimit(rateMlH: number): number {
    if (!this.#line || this.#opening === 1 || rateMlH <= 0) return Number.POSITIVE_INFINITY;
    const limit = this.#line.limitMmHg.value;
    if (this.#pressureMmHg <= limit) return 0;
    return minutesBetween(elasticity(this.#line), this.#load(this.#line, rateMlH), this.#pressureMmHg, limit) * 60;
  }

  pass(rateMlH: number, seconds: number): void {
    if (!this.#line) return;
    const load = this.#load(this.#line, rateMlH);
    if (this.#opening === 1) {
      this.#pressureMmHg = this.headMmHg - ulPerMin(rateMlH) / load.conductanceUlPerMinPerMmHg;
      return;
    }
    const toLimit = this.secondsToLimit(rateMlH);
    this.#pressureMmHg =
      Math.abs(toLimit - seconds) < 1e-9
        ? this.#line.limitMmHg.value
        : stepLine(elasticity(this.#line), load, this.#pressureMmHg, seconds / 60).pressureMmHg;
  }

  #load(line: UpstreamLine, rateMlH: number): LineLoad {
    return {
      inflowUlPerMin: -ulPerMin(rateMlH),
      conductanceUlPerMinPerMmHg: line.conductanceUlPerMinPerMmHg.value * this.#opening,
      backPressureMmHg: this.headMmHg,
    };
  }
}

const elasticity = (line: UpstreamLine) => ({
  complianceUlPerMmHg: line.complianceUlPerMmHg.value,
  growthUlPerMmHg2: 0,
});
