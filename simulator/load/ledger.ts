import type { LatencySummary } from './options.ts';

/** Runs of whole numbers, kept as ranges. Numbers mostly come in order, so adding is mostly a look at the last range. */
export class RangeSet {
  #ranges: { from: number; to: number }[] = [];

  add(from: number, to: number): void {
    const last = this.#ranges.at(-1);
    if (last && from === last.to + 1) last.to = to;
    else this.#ranges.push({ from, to });
  }

  /** The ranges in order, joined where they touch. */
  ranges(): readonly { readonly from: number; readonly to: number }[] {
    const joined: { from: number; to: number }[] = [];
    for (const { from, to } of this.#ranges.toSorted((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
      else joined.push({ from, to });
    }
    this.#ranges = joined;
    return joined.map((range) => ({ ...range }));
  }
}

const FIRST_ROOM = 65_536;

/** Every latency of a run, ms: percentiles from a sketch would hide the tail that a load test looks for. */
export class Latencies {
  #values = new Float64Array(FIRST_ROOM);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count] = ms;
    this.#count += 1;
  }

  /** Nearest-rank percentiles; NaN when there is none. */
  summary(): LatencySummary {
    const sorted = this.#values.slice(0, this.#count).sort();
    const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return {
      count: this.#count,
      p50Ms: rank(0.5),
      p90Ms: rank(0.9),
      p99Ms: rank(0.99),
      p999Ms: rank(0.999),
      maxMs: rank(1),
    };
  }
}
