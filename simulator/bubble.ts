/** Compliance of air at 760 mmHg absolute: V / P, uL/mmHg for each uL of air. */
const PER_UL = 1 / 760;
const HOUR_S = 3_600;

/** Air that went past the pump into the line, and what the pump's detector has counted. */
export class Bubbles {
  readonly #holdsUl: number;
  #airUl = 0;
  /** Volume still to be pumped until the air has left the line. */
  #toGoUl = 0;
  #seen: { readonly ul: number; ageS: number }[] = [];

  constructor(holdsMl: number) {
    this.#holdsUl = holdsMl * 1_000;
  }

  /** What the air adds to the line's compliance, uL/mmHg. */
  get complianceUlPerMmHg(): number {
    return this.#airUl * PER_UL;
  }

  /** Seen by the detector within the last hour, uL. */
  get withinHourUl(): number {
    return this.#seen.reduce((sum, each) => sum + (each.ageS < HOUR_S ? each.ul : 0), 0);
  }

  /** A bubble reaches the pump. */
  enter(ml: number): void {
    this.#airUl += ml * 1_000;
    this.#toGoUl = this.#holdsUl;
    this.#seen.push({ ul: ml * 1_000, ageS: 0 });
  }

  secondsToLeave(rateMlH: number): number {
    return this.#airUl > 0 && rateMlH > 0 ? (this.#toGoUl / 1_000 / rateMlH) * HOUR_S : Number.POSITIVE_INFINITY;
  }

  pass(rateMlH: number, seconds: number): void {
    if (this.#seen.length === 0) return;
    for (const each of this.#seen) each.ageS += seconds;
    this.#seen = this.#seen.filter((each) => each.ageS < HOUR_S);
    if (this.#airUl === 0) return;
    this.#toGoUl -= (rateMlH * 1_000 * seconds) / HOUR_S;
    if (this.#toGoUl < 1e-6) this.#airUl = 0;
  }
}
