/** Texts by key, listed in order of key, or those whose keys begin alike without a look at the others. */
export class SortedTexts {
  readonly #texts = new Map<string, string>();
  readonly #keys: string[] = [];

  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  set(key: string, text: string): void {
    if (!this.#texts.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#texts.set(key, text);
  }

  delete(key: string): void {
    if (this.#texts.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  beginningWith(prefix: string): [key: string, text: string][] {
    const found: [string, string][] = [];
    for (let i = this.#placeOf(prefix); i < this.#keys.length; i += 1) {
      const key = this.#keys[i] ?? '';
      if (!key.startsWith(prefix)) break;
      found.push([key, this.#texts.get(key) ?? '']);
    }
    return found;
  }

  /** Of the first key that is not before this one. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
