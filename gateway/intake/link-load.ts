/**
 * What one sender has waiting for the disk. Above its share nothing more is read from it, and TCP makes it wait: what it
 * floods us with then never stands before another hub's alarm. One message of the largest size always fits.
 */
export class LinkLoad {
  readonly #maxBytes: number;
  #bytes = 0;
  #listeners: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  hasRoom(): boolean {
    return this.#bytes < this.#maxBytes;
  }

  /** Calls `resume` once when there is room again. */
  onceRoom(resume: () => void): void {
    this.#listeners.push(resume);
  }

  /** Something of that size waits, until the answer is called. */
  add(bytes: number): () => void {
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
      if (this.hasRoom()) for (const resume of this.#listeners.splice(0)) resume();
    };
  }
}
