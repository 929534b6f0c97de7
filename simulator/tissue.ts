/** How the tissue around a slipped catheter takes fluid. Chosen for the simulation. */
const COMPLIANCE_UL_PER_MMHG = 200;
const DRAINS_WITHIN_S = 1_800;
/** Its pressure is brought up to date this often: the line's own equation is then solved for a constant back pressure. */
const TICK_S = 10;

/** Tissue that takes what no longer reaches the vein. Its pressure rises with what it holds and falls as that drains. */
export class Tissue {
  /** Share of what leaves the line that goes into the tissue: 0 while the catheter lies well. */
  #share = 0;
  #pressureMmHg = 0;
  #takenUl = 0;
  #totalUl = 0;
  #tickLeftS = TICK_S;

  get backPressureMmHg(): number {
    return this.#pressureMmHg;
  }

  /** All that ever went in, uL. */
  get totalUl(): number {
    return this.#totalUl;
  }

  get secondsToChange(): number {
    return this.#share > 0 || this.#pressureMmHg > 0 ? this.#tickLeftS : Number.POSITIVE_INFINITY;
  }

  infiltrate(share: number): void {
    this.#share = Math.min(1, Math.max(0, share));
  }

  /** Lets time pass in which `outflowUl` left the line. Answers what reached the vein. */
  pass(seconds: number, outflowUl: number): number {
    if (this.secondsToChange === Number.POSITIVE_INFINITY) return outflowUl;
    const taken = this.#share * outflowUl;
    this.#takenUl += taken;
    this.#totalUl += taken;
    this.#tickLeftS -= seconds;
    if (this.#tickLeftS < 1e-9) {
      const kept = this.#pressureMmHg * Math.exp(-TICK_S / DRAINS_WITHIN_S);
      this.#pressureMmHg = Math.max(0, kept + this.#takenUl / COMPLIANCE_UL_PER_MMHG);
      if (this.#share === 0 && this.#pressureMmHg < 0.01) this.#pressureMmHg = 0;
      this.#takenUl = 0;
      this.#tickLeftS = TICK_S;
    }
    return outflowUl - taken;
  }
}
