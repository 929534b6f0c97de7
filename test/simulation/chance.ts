import { type Random, seededRandom } from '#kernel/random.ts';

/** Dice of one part of a night. Each part has its own, so that a change in one does not shift all others. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number, part: string) {
    let mixed = seed >>> 0;
    for (const letter of part) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    this.#random = seededRandom(mixed);
  }

  get random(): Random {
    return this.#random;
  }

  share(part: number): boolean {
    return this.#random() < part;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /** Evenly over orders of magnitude. */
  spread(low: number, high: number): number {
    return Math.exp(this.between(Math.log(low), Math.log(high)));
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.#random() * from.length)] ?? from[0];
  }

  /** Instants of a Poisson process in [from, to). */
  times(perHour: number, from: number, to: number): number[] {
    const answer: number[] = [];
    if (perHour <= 0) return answer;
    for (let at = from; ; ) {
      at += (-Math.log(1 - this.#random()) * 3_600_000) / perHour;
      if (at >= to) return answer;
      answer.push(Math.floor(at));
    }
  }
}
