/** Less than this is nothing, mL. */
const EMPTY_ML = 1e-6;

/** A bag, cassette or syringe: what is truly in it, and what the pump believes. */
export class Bag {
  #trueMl = 0;
  #countedMl = 0;
  /** What had run out by its own weight when it was last looked at. */
  #ranOutMl = 0;

  get trueMl(): number {
    return this.#trueMl;
  }

  get countedMl(): number {
    return this.#countedMl;
  }

  get empty(): boolean {
    return this.#trueMl <= EMPTY_ML;
  }

  replace(ml: number): void {
    this.#trueMl = ml;
    this.#countedMl = ml;
  }

  /** The pump takes so much, and counts so much. */
  take(trueMl: number, countedMl: number): void {
    this.#trueMl = Math.max(0, this.#trueMl - trueMl);
    this.#countedMl = Math.max(0, this.#countedMl - countedMl);
  }

  /** `ranOutMl`: all that ever ran out by its own weight, which the pump knows nothing of. */
  drainTo(ranOutMl: number): void {
    if (ranOutMl === this.#ranOutMl) return;
    this.#trueMl = Math.max(0, this.#trueMl - (ranOutMl - this.#ranOutMl));
    this.#ranOutMl = ranOutMl;
  }
}
