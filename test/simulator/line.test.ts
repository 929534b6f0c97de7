import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Elasticity,
  endPressure,
  type LineLoad,
  minutesBetween,
  pressureOfStored,
  stepLine,
  storedUl,
  ulPerMin,
} from '#simulator/line.ts';

const linear: Elasticity = { complianceUlPerMmHg: 0.76, growthUlPerMmHg2: 0 };
const elasticity = fc.record({
  complianceUlPerMmHg: fc.double({ min: 0.05, max: 5, noNaN: true }),
  growthUlPerMmHg2: fc.double({ min: 0, max: 1e-3, noNaN: true }),
});
const load = fc.record({
  inflowUlPerMin: fc.double({ min: 0.1, max: 20_000, noNaN: true }),
  conductanceUlPerMinPerMmHg: fc.double({ min: 1e-4, max: 50, noNaN: true }),
  backPressureMmHg: fc.double({ min: -20, max: 30, noNaN: true }),
});

describe('pressure in the line', () => {
  it('takes C dP / Q to the limit when nothing leaks', () => {
    const blocked: LineLoad = { inflowUlPerMin: ulPerMin(1), conductanceUlPerMinPerMmHg: 0, backPressureMmHg: 8 };
    expect(minutesBetween(linear, blocked, 10, 510)).toBeCloseTo((0.76 * 500) / (1_000 / 60), 9);
  });

  it('takes -(C/g) ln(1 - g dP / Q) to the limit with a leak', () => {
    const g = 0.0073;
    const leaky: LineLoad = { inflowUlPerMin: ulPerMin(1), conductanceUlPerMinPerMmHg: g, backPressureMmHg: 0 };
    const minutes = -(0.76 / g) * Math.log(1 - (g * 226) / ulPerMin(1));
    expect(minutesBetween(linear, leaky, 0, 226)).toBeCloseTo(minutes, 9);
  });

  it('never reaches a limit above Q / g', () => {
    fc.assert(
      fc.property(elasticity, load, fc.double({ min: 0.1, max: 500, noNaN: true }), (line, flow, above) => {
        const end = endPressure(flow);
        expect(minutesBetween(line, flow, flow.backPressureMmHg, end + above)).toBe(Number.POSITIVE_INFINITY);
        expect(stepLine(line, flow, flow.backPressureMmHg, 1e6).pressureMmHg).toBeLessThanOrEqual(end + 1e-6);
      }),
    );
  });

  it('does not depend on how a span of time is cut', () => {
    fc.assert(
      fc.property(
        elasticity,
        load,
        fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 8 }),
        (line, flow, cuts) => {
          const whole = stepLine(
            line,
            flow,
            5,
            cuts.reduce((sum, cut) => sum + cut, 0),
          );
          let pressureMmHg = 5;
          let outflowUl = 0;
          for (const cut of cuts) {
            const step = stepLine(line, flow, pressureMmHg, cut);
            pressureMmHg = step.pressureMmHg;
            outflowUl += step.outflowUl;
          }
          expect(Math.abs(pressureMmHg - whole.pressureMmHg)).toBeLessThan(
            1e-6 * Math.max(1, Math.abs(whole.pressureMmHg)),
          );
          expect(Math.abs(outflowUl - whole.outflowUl)).toBeLessThan(1e-6 * Math.max(1, Math.abs(whole.outflowUl)));
        },
      ),
    );
  });

  it('keeps every microlitre: what went in is stored or went out', () => {
    fc.assert(
      fc.property(elasticity, load, fc.double({ min: 0, max: 60, noNaN: true }), (line, flow, minutes) => {
        const step = stepLine(line, flow, 0, minutes);
        const stored = storedUl(line, step.pressureMmHg);
        expect(stored + step.outflowUl).toBeCloseTo(flow.inflowUlPerMin * minutes, 3);
      }),
    );
  });

  it('agrees with the time it says it needs', () => {
    fc.assert(
      fc.property(elasticity, load, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (line, flow, share) => {
        const from = -10;
        const to = from + share * (endPressure(flow) - from);
        const minutes = minutesBetween(line, flow, from, to);
        fc.pre(minutes > 0 && Number.isFinite(minutes));
        const reached = stepLine(line, flow, from, minutes).pressureMmHg;
        expect(Math.abs(reached - to)).toBeLessThan(1e-6 * Math.max(1, Math.abs(to)));
      }),
    );
  });

  it('agrees with small steps of the equation itself, a line that gives way more under pressure included', () => {
    const line: Elasticity = { complianceUlPerMmHg: 0.6, growthUlPerMmHg2: 5e-4 };
    const flow: LineLoad = { inflowUlPerMin: 20, conductanceUlPerMinPerMmHg: 0.01, backPressureMmHg: 5 };
    const stepMin = 1e-4;
    let pressureMmHg = 0;
    for (let i = 0; i < 300_000; i += 1) {
      const compliance = line.complianceUlPerMmHg + line.growthUlPerMmHg2 * pressureMmHg;
      const net = flow.inflowUlPerMin - flow.conductanceUlPerMinPerMmHg * (pressureMmHg - flow.backPressureMmHg);
      pressureMmHg += (net / compliance) * stepMin;
    }
    expect(pressureMmHg).toBeGreaterThan(300);
    expect(stepLine(line, flow, 0, 30).pressureMmHg / pressureMmHg).toBeCloseTo(1, 4);
  });

  it('finds the pressure of a stored volume again', () => {
    fc.assert(
      fc.property(elasticity, fc.double({ min: -50, max: 1_600, noNaN: true }), (line, pressureMmHg) => {
        expect(pressureOfStored(line, storedUl(line, pressureMmHg))).toBeCloseTo(pressureMmHg, 6);
      }),
    );
  });
});
