/** Saline pushed by hand through a side port. */
export class HandFlush {
  #mlH = 0;
  #leftS = 0;

  /** 0 when nobody pushes. */
  get rateMlH(): number {
    return this.#leftS > 0 ? this.#mlH : 0;
  }

  get running(): boolean {
    return this.#leftS > 0;
  }

  get secondsToEnd(): number {
    return this.#leftS > 0 ? this.#leftS : Number.POSITIVE_INFINITY;
  }

  begin(ml: number, seconds: number): void {
    this.#mlH = (ml * 3_600) / seconds;
    this.#leftS = seconds;
  }

  pass(seconds: number): void {
    if (this.#leftS > 0) this.#leftS = this.#leftS - seconds < 1e-9 ? 0 : this.#leftS - seconds;
  }
}
