/**
 * Pressure in the line between pump and patient. Pure: no clock, no chance. Units: uL, minutes, mmHg.
 *
 * The line is an elastic vessel that holds V(P) = a P + (s / 2) P^2 above its rest volume (s counts only above zero
 * pressure), filled by the pump at Q and emptied through a conductance G towards a back pressure B:
 *   C(P) dP/dt = Q - G (P - B),  C(P) = dV/dP = a + s max(P, 0).
 * G is the open way to the vein plus a leak; a full block leaves the leak alone. Steps are solved exactly, so the result
 * does not depend on how a span of time is cut.
 */

/** How the vessel gives way. */
export interface Elasticity {
  /** a: compliance at rest, uL/mmHg. */
  readonly complianceUlPerMmHg: number;
  /** s: growth of the compliance with pressure, uL/mmHg per mmHg. Zero for a linear line. */
  readonly growthUlPerMmHg2: number;
}

/** What pushes into and out of the line during one span of time. */
export interface LineLoad {
  /** Q into the line. */
  readonly inflowUlPerMin: number;
  /** G out of the line. */
  readonly conductanceUlPerMinPerMmHg: number;
  /** B: venous pressure plus hydrostatic head. */
  readonly backPressureMmHg: number;
}

export interface LineStep {
  readonly pressureMmHg: number;
  /** What went out through the conductance; negative when fluid came back. */
  readonly outflowUl: number;
}

/** 1 mL/h = 1000/60 uL/min. */
export const ulPerMin = (rateMlH: number): number => (rateMlH * 1_000) / 60;

/** Below this a leak cannot be told from none within 24 h, and the closed forms lose digits. uL/min/mmHg. */
const NO_CONDUCTANCE = 1e-9;
/** The distance to the end pressure shrinks to e^-40 of itself: no double shows the rest. */
const SETTLED_TIME_CONSTANTS = 40;
const NEWTON_STEPS = 40;
const NEWTON_CLOSE = 1e-13;

/** Fluid held above the rest volume at a pressure, uL. */
export function storedUl(line: Elasticity, pressureMmHg: number): number {
  const growth = pressureMmHg > 0 ? line.growthUlPerMmHg2 : 0;
  return line.complianceUlPerMmHg * pressureMmHg + (growth / 2) * pressureMmHg ** 2;
}

/** The pressure at which the line holds `volumeUl` above its rest volume, mmHg. */
export function pressureOfStored(line: Elasticity, volumeUl: number): number {
  const { complianceUlPerMmHg: a, growthUlPerMmHg2: s } = line;
  if (volumeUl <= 0 || s === 0) return volumeUl / a;
  return (2 * volumeUl) / (a + Math.sqrt(a * a + 2 * s * volumeUl));
}

/** The pressure the line tends to, mmHg; infinite when what flows in has no way out. */
export function endPressure(load: LineLoad): number {
  const { inflowUlPerMin: q, conductanceUlPerMinPerMmHg: g, backPressureMmHg: back } = load;
  if (g > NO_CONDUCTANCE) return back + q / g;
  if (q === 0) return Number.NaN;
  return q > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** Minutes from one pressure to another under a constant load; infinite when it is never reached. */
export function minutesBetween(line: Elasticity, load: LineLoad, fromMmHg: number, toMmHg: number): number {
  if (fromMmHg === toMmHg) return 0;
  const end = endPressure(load);
  const reachable = toMmHg > fromMmHg ? end > toMmHg : end < toMmHg;
  if (!reachable) return Number.POSITIVE_INFINITY;
  if (fromMmHg < 0 !== toMmHg < 0) return span(line, load, end, fromMmHg, 0) + span(line, load, end, 0, toMmHg);
  return span(line, load, end, fromMmHg, toMmHg);
}

/** The line after `minutes` of a constant load. */
export function stepLine(line: Elasticity, load: LineLoad, fromMmHg: number, minutes: number): LineStep {
  const pressureMmHg = pressureAfter(line, load, fromMmHg, minutes);
  const kept = storedUl(line, pressureMmHg) - storedUl(line, fromMmHg);
  return { pressureMmHg, outflowUl: load.inflowUlPerMin * minutes - kept };
}

/** `span` is the integral of C(P) dP / (Q - G (P - B)) with both ends on one side of zero pressure. */
function span(line: Elasticity, load: LineLoad, end: number, from: number, to: number): number {
  const a = line.complianceUlPerMmHg;
  const s = Math.max(from, to) > 0 ? line.growthUlPerMmHg2 : 0;
  const g = load.conductanceUlPerMinPerMmHg;
  if (g <= NO_CONDUCTANCE) return (a * (to - from) + (s / 2) * (to ** 2 - from ** 2)) / load.inflowUlPerMin;
  return (-(a + s * end) * Math.log1p((from - to) / (end - from)) - s * (to - from)) / g;
}

function pressureAfter(line: Elasticity, load: LineLoad, from: number, minutes: number): number {
  const end = endPressure(load);
  if (Number.isNaN(end) || end === from || minutes <= 0) return from;
  const g = load.conductanceUlPerMinPerMmHg;
  if (g <= NO_CONDUCTANCE) return pressureOfStored(line, storedUl(line, from) + load.inflowUlPerMin * minutes);
  const growth = from > 0 || (from === 0 && end > 0) ? line.growthUlPerMmHg2 : 0;
  if (line.growthUlPerMmHg2 > 0 && from < 0 !== end < 0) {
    // Through zero pressure, where the elasticity changes.
    const toZero = span(line, load, end, from, 0);
    if (toZero < minutes) {
      const beyond = end > 0 ? line.growthUlPerMmHg2 : 0;
      return settle(line.complianceUlPerMmHg, beyond, g, 0, end, minutes - toZero);
    }
  }
  return settle(line.complianceUlPerMmHg, growth, g, from, end, minutes);
}

/**
 * Pressure on the way from `from` to `end`, both on one side of zero. With P = end + (from - end) e^-y the equation becomes
 * (a + s end) y - s (end - from) (1 - e^-y) = G t, whose left side rises with y and bends one way only: Newton's method
 * closes in on y without overshooting twice.
 */
function settle(a: number, s: number, g: number, from: number, end: number, minutes: number): number {
  const gt = g * minutes;
  if (s === 0) {
    const y = gt / a;
    return y > SETTLED_TIME_CONSTANTS ? end : end + (from - end) * Math.exp(-y);
  }
  const atEnd = a + s * end;
  const bend = s * (end - from);
  if (gt / Math.max(atEnd, a + s * from) > SETTLED_TIME_CONSTANTS) return end;
  let y = gt / (a + s * from);
  let decay = Math.exp(-y);
  for (let i = 0; i < NEWTON_STEPS; i += 1) {
    const step = (atEnd * y - bend * (1 - decay) - gt) / (atEnd - bend * decay);
    y = Math.max(0, y - step);
    decay = Math.exp(-y);
    if (Math.abs(step) <= NEWTON_CLOSE * y) break;
  }
  return end + (from - end) * decay;
}
