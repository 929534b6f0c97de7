import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PumpReading } from '#model/reading.ts';
import { occlusionLine } from '#series/line-protocol.ts';
import { OCCLUSION_SAMPLES, occlusionEstimate } from '#series/occlusion-series.ts';
import { OcclusionWindows } from '#series/occlusion-windows.ts';
import { ListJournal, type ReadingSketch, T0 } from './list-journal.ts';

const LIMIT = 563;

/** Readings each `stepS` seconds behind a rigid block: C dP = dV, from 20 mmHg on. */
function blocked(complianceUlMmHg: number, rateMlH: number, stepS = 10, count = OCCLUSION_SAMPLES): PumpReading[] {
  return Array.from({ length: count }, (_, i) => {
    const ul = (rateMlH / 3.6) * i * stepS;
    return {
      seq: i,
      atMs: T0 + i * stepS * 1_000,
      state: 'infusing',
      infusion: 'inf-1',
      rateMlH,
      pressureMmHg: 20 + ul / complianceUlMmHg,
      pressureLimitMmHg: LIMIT,
    };
  });
}

describe('the estimate of a blocked line', () => {
  it.each([
    // Infusomat Space at 1 mL/h, 50 mL syringes: pump telemetry survey §3.2, §3.3.
    [0.77, 1],
    [1.2, 0.5],
    [2.8, 3],
    [0.77, 10],
  ])('finds the compliance of %f uL/mmHg at %f mL/h, and the time to the limit', (compliance, rateMlH) => {
    const window = blocked(compliance, rateMlH);
    const estimate = occlusionEstimate(window);
    const pressure = window.at(-1)?.pressureMmHg ?? 0;
    expect(estimate?.pressureShare).toBe(pressure / LIMIT);
    expect(estimate?.complianceUlMmHg).toBeCloseTo(compliance, 6);
    expect(estimate?.slopeMmHgPerMl).toBeCloseTo(1_000 / compliance, 4);
    // t = C (Plimit - P) / Q
    const seconds = Math.max(0, (compliance * (LIMIT - pressure)) / ((rateMlH * 1_000) / 3_600));
    expect(estimate?.secondsToLimit).toBeCloseTo(seconds, 4);
  });

  it('holds over changes of rate and for any hydraulics', () => {
    const rates = fc.array(fc.double({ min: 0.5, max: 50, noNaN: true }), { minLength: 6, maxLength: 12 });
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), rates, (compliance, steps) => {
        let pressureMmHg = 10;
        const window = steps.map((rateMlH, i): PumpReading => {
          // The rate goes evenly from one reading's to the next, so the trapezoid is exact.
          const before = steps[i - 1];
          if (before !== undefined) pressureMmHg += (((before + rateMlH) / 2) * 10) / 3.6 / compliance;
          return { ...base(i), rateMlH, pressureMmHg };
        });
        expect((occlusionEstimate(window)?.complianceUlMmHg ?? 0) / compliance).toBeCloseTo(1, 6);
      }),
    );
  });

  it('uses the volume counter of a pump that tells no rate', () => {
    const window = blocked(2, 6).map(({ rateMlH: _, ...reading }, i) => ({ ...reading, infusedMl: 3 + (6 / 360) * i }));
    expect(occlusionEstimate(window)?.complianceUlMmHg).toBeCloseTo(2, 6);
    expect(occlusionEstimate(window)).not.toHaveProperty('secondsToLimit');
  });

  it('is zero seconds from a limit that is passed', () => {
    const window = blocked(0.5, 30);
    expect(window.at(-1)?.pressureMmHg).toBeGreaterThan(LIMIT);
    expect(occlusionEstimate(window)).toMatchObject({ secondsToLimit: 0 });
  });
});

const base = (i: number): PumpReading => ({
  seq: i,
  atMs: T0 + i * 10_000,
  state: 'infusing',
  rateMlH: 5,
  pressureMmHg: 40,
  pressureLimitMmHg: LIMIT,
});

describe('the estimate of a line that is open', () => {
  it('has a share and a slope, but no compliance and no time', () => {
    const noise = [0, 2, -1, 1, -2, 0, 2, 1, -1, 0, -2, 1];
    const estimate = occlusionEstimate(noise.map((mmHg, i) => ({ ...base(i), pressureMmHg: 40 + mmHg })));
    expect(Object.keys(estimate ?? {})).toEqual(['pressureShare', 'slopeMmHgPerMl']);
  });

  it('has a negative share under a hydrostatic head, and a negative slope when pressure falls', () => {
    const estimate = occlusionEstimate(noiseless((i) => -10 - i));
    expect(estimate?.pressureShare).toBeLessThan(0);
    expect(estimate?.slopeMmHgPerMl).toBeLessThan(0);
    expect(estimate).not.toHaveProperty('complianceUlMmHg');
  });

  const noiseless = (mmHg: (i: number) => number) =>
    Array.from({ length: 8 }, (_, i) => ({ ...base(i), pressureMmHg: mmHg(i) }));

  it.each<[string, Partial<PumpReading>]>([
    ['paused', { state: 'paused' }],
    ['complete', { state: 'complete' }],
  ])('does not exist while the pump is %s', (_name, change) => {
    expect(occlusionEstimate([...blocked(1, 5), { ...base(20), ...change }])).toBeUndefined();
  });

  it.each(['pressureMmHg', 'pressureLimitMmHg'] as const)('does not exist without %s', (name) => {
    const { [name]: _, ...rest } = base(20);
    expect(occlusionEstimate([...blocked(1, 5), rest])).toBeUndefined();
  });

  it('begins anew after a pause, with another infusion, and after ten minutes of silence', () => {
    const rising = blocked(1, 5);
    const later = (more: Partial<PumpReading>): PumpReading[] => [0, 1].map((i) => ({ ...base(30 + i), ...more }));
    for (const window of [
      [...rising, { ...base(20), state: 'paused' as const }, ...later({ infusion: 'inf-1' })],
      [...rising, ...later({ infusion: 'inf-2' })],
      [...rising, ...later({ infusion: 'inf-1', atMs: T0 + 900_000 })],
    ]) {
      expect(Object.keys(occlusionEstimate(window) ?? {})).toEqual(['pressureShare']);
    }
  });

  it('does not exist for nothing at all', () => {
    expect(occlusionEstimate([])).toBeUndefined();
    expect(occlusionEstimate([{ ...base(0), pressureLimitMmHg: 0 }])).toBeUndefined();
  });
});

/** The occlusion lines of the entries after `from`, as a program started there would write them. */
function linesFrom(journal: ListJournal, from = 0): string[] {
  const windows = new OcclusionWindows(journal, from === 0);
  return journal.readAfter(from, 10_000).flatMap((entry) => {
    const estimate = entry.kind === 'reading' ? windows.step(entry) : undefined;
    return entry.kind === 'reading' && estimate ? [occlusionLine(entry, estimate)] : [];
  });
}

describe('windows over the journal', () => {
  const sketch = (at: number, more: ReadingSketch = {}): ReadingSketch => ({
    atMs: T0 + at * 1_000,
    rateMlH: 5,
    pressureMmHg: at,
    pressureLimitMmHg: LIMIT,
    ...more,
  });

  it('put a late run in its place: the same estimates as if it had come in time', () => {
    const inTime = new ListJournal();
    const late = new ListJournal();
    const at = Array.from({ length: 40 }, (_, i) => i * 10);
    for (const second of at) inTime.add(sketch(second, { seq: second }));
    const isLate = (second: number) => second >= 100 && second < 200;
    for (const second of at.filter((one) => !isLate(one))) late.add(sketch(second, { seq: second }));
    for (const second of at.filter(isLate)) late.add(sketch(second, { seq: second }));
    const wanted = linesFrom(inTime).slice(0, 20);
    const got = new Set(linesFrom(late));
    expect(wanted.filter((line) => !got.has(line))).toEqual([]);
  });

  it('give the same lines wherever the program was stopped and started', () => {
    const one = fc.record({
      at: fc.integer({ min: 0, max: 2_000 }),
      pump: fc.constantFrom('pump-1', 'pump-2'),
      pressureMmHg: fc.option(fc.integer({ min: -20, max: 600 }), { nil: undefined }),
      state: fc.constantFrom('infusing', 'infusing', 'infusing', 'bolus', 'paused'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 80 }), fc.nat(80), (sketches, stop) => {
        const journal = new ListJournal();
        for (const { at, pump, pressureMmHg, state } of sketches) {
          const { pressureMmHg: _, ...rest } = sketch(at);
          journal.add({ ...rest, pump, state, ...(pressureMmHg !== undefined && { pressureMmHg }) });
        }
        const whole = linesFrom(journal);
        const from = Math.min(stop, journal.lastOffset());
        const tail = linesFrom(journal, from);
        expect(tail).toEqual(whole.slice(whole.length - tail.length));
        const kept = new ListJournal();
        kept.entries.push(...journal.entries.slice(0, from));
        expect(linesFrom(kept).length + tail.length).toBe(whole.length);
      }),
      { numRuns: 300 },
    );
  });

  it('cost no lookups while readings come in order', () => {
    const journal = new ListJournal();
    for (let i = 0; i < 1_000; i += 1) journal.add(sketch(i * 10));
    let lookups = 0;
    const counting = {
      readingsBetween: (pump: string, from: number, to: number) => {
        lookups += 1;
        return journal.readingsBetween(pump, from, to);
      },
      newestAt: (pump: string, below: number) => journal.newestAt(pump, below),
    };
    const windows = new OcclusionWindows(counting, false);
    for (const entry of journal.entries) if (entry.kind === 'reading') windows.step(entry);
    expect(lookups).toBeLessThanOrEqual(1);
  });
});
