import type { Random } from '#kernel/random.ts';
import { type DurationMs, millis } from '#kernel/time.ts';

/** How often an answer is not as it should be, per cent of answers. */
export interface TroubleShares {
  /** No answer at all. */
  readonly silentPct: number;
  /** Only the beginning of it. */
  readonly tornPct: number;
  /** Bytes of noise before it. */
  readonly noisePct: number;
  /** A bit of it flipped. */
  readonly flippedPct: number;
  /** Later than usual by this. */
  readonly slowPct: number;
  readonly slow: DurationMs;
}

export const noTroubles: TroubleShares = {
  silentPct: 0,
  tornPct: 0,
  noisePct: 0,
  flippedPct: 0,
  slowPct: 0,
  slow: millis(0),
};

const NOISE_BYTES = 12;

/** What becomes of an answer on its way: other bytes, fewer, or none, and how long it takes. */
export class DeviceTroubles {
  readonly #shares: TroubleShares;
  readonly #random: Random;

  constructor(shares: TroubleShares, random: Random) {
    this.#shares = shares;
    this.#random = random;
  }

  befall(answer: Uint8Array): { readonly bytes: Uint8Array; readonly after: DurationMs } {
    const { silentPct, tornPct, noisePct, flippedPct, slowPct, slow } = this.#shares;
    const after = this.#happens(slowPct) ? slow : millis(0);
    if (this.#happens(silentPct)) return { bytes: new Uint8Array(), after };
    let bytes = answer;
    if (this.#happens(flippedPct)) {
      const bit = this.#below(8 * bytes.length);
      bytes = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
    }
    if (this.#happens(tornPct)) bytes = bytes.subarray(0, this.#below(bytes.length));
    if (this.#happens(noisePct)) {
      const noise = Uint8Array.from({ length: 1 + this.#below(NOISE_BYTES) }, () => this.#below(256));
      bytes = Uint8Array.of(...noise, ...bytes);
    }
    return { bytes, after };
  }

  #happens(pct: number): boolean {
    return pct > 0 && this.#random() * 100 < pct;
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
