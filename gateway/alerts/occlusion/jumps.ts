import type { OcclusionPolicy } from './occlusion-policy.ts';
import type { Bin } from './pressure-track.ts';

/** The largest jumps from any bin of a climb on, found when they are asked for: most climbs fail before. */
export class JumpsSince {
  jumpMmHg = 0;
  briefMmHg = 0;
  #next: number;
  readonly #bins: readonly Bin[];
  readonly #policy: OcclusionPolicy;

  constructor(bins: readonly Bin[], policy: OcclusionPolicy) {
    this.#bins = bins;
    this.#policy = policy;
    this.#next = bins.length - 2;
  }

  /** Onsets come from the newest to the oldest. */
  from(onset: number): this {
    const { jumpSeconds, briefJumpSeconds } = this.#policy;
    for (; this.#next >= onset; this.#next -= 1) {
      this.jumpMmHg = Math.max(this.jumpMmHg, largestJump(this.#bins, this.#next, jumpSeconds * 1_000));
      this.briefMmHg = Math.max(this.briefMmHg, largestJump(this.#bins, this.#next, briefJumpSeconds * 1_000));
    }
    return this;
  }
}

/** Largest rise from this bin within the time, one step at least. */
function largestJump(bins: readonly Bin[], from: number, withinMs: number): number {
  const start = bins[from];
  if (start === undefined) return 0;
  let jump = 0;
  for (let i = from + 1; i < bins.length; i += 1) {
    const bin = bins[i];
    if (bin === undefined || (i > from + 1 && bin.atMs - start.atMs > withinMs)) break;
    jump = Math.max(jump, bin.pressureMmHg - start.pressureMmHg);
  }
  return jump;
}

/** Largest change from this bin within the time a change of posture takes, up or down: what goes down comes up again. */
export function largestMove(bins: readonly Bin[], from: number, withinMs: number): number {
  const start = bins[from];
  if (start === undefined) return 0;
  let move = 0;
  for (let i = from + 1; i < bins.length; i += 1) {
    const bin = bins[i];
    if (bin === undefined || (i > from + 1 && bin.atMs - start.atMs > withinMs)) break;
    move = Math.max(move, Math.abs(bin.pressureMmHg - start.pressureMmHg));
  }
  return move;
}
