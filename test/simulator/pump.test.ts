import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occlusionTrial } from '#simulator/occlusion.ts';
import { steady } from '#simulator/program.ts';
import { Pump } from '#simulator/pump.ts';
import { pumpModel, pumpModels } from '#simulator/pump-models/index.ts';
import { observe } from '#simulator/readout.ts';
import { randomFor } from '#simulator/seeds.ts';
import { therapies, therapy } from '#simulator/therapies/index.ts';

const codes = (pump: Pump): readonly string[] => pump.display().alarms;

function running(rateMlH: number, bagMl: number, volumeMl = bagMl, model = 'infusomat-space'): Pump {
  const pump = new Pump(pumpModel(model), 7, 'pump');
  pump.start({ infusion: 'i1', program: steady('TPN', rateMlH, volumeMl), bagMl, limitMmHg: 900 });
  return pump;
}

describe('a pump', () => {
  it('delivers at the programmed rate and counts it', () => {
    const pump = running(125, 1_000);
    pump.advance(3_600);
    const { run, rateMlH, bagMl, state } = pump.display();
    expect([state, rateMlH]).toEqual(['infusing', 125]);
    expect(run?.infusedMl).toBeCloseTo(125, 6);
    expect(bagMl).toBeCloseTo(875, 6);
    expect(Math.abs(pump.line.patientMl - 125)).toBeLessThan(125 * 0.05 + 0.5);
  });

  it('stops with a high-priority alarm when the line is blocked, at the time the trial gives', () => {
    const pump = running(100, 1_000);
    pump.advance(60);
    pump.line.setOpening(0);
    const [event] = pump.advance(120);
    expect(event).toMatchObject({ kind: 'alarm', code: 'occlusion-downstream' });
    const trial = occlusionTrial(pump.model, 100, 900).time_to_alarm_s ?? 0;
    expect(Math.abs((event?.afterS ?? 0) - trial)).toBeLessThan(0.08 * trial);
    expect(pump.display()).toMatchObject({ state: 'stopped', rateMlH: 0 });
  });

  it('alarms at C dP / Q within one per cent when nothing leaks', () => {
    const model = pumpModel('syringe-50ml');
    const pump = new Pump(model, 3, 'p');
    pump.start({ infusion: 'i', program: steady('X', 20, 40), bagMl: 50 });
    pump.line.setOpening(0);
    const from = pump.line.pressureMmHg;
    const [event] = pump.advance(3_600);
    const rate = pump.display().run?.program.phases[0]?.rateMlH ?? 0;
    const truth = (1.955 * (500 - from) * 60) / ((rate * 1_000) / 60);
    // The instrument's own rate error is at most 2 %; the rest must be exact.
    expect(Math.abs((event?.afterS ?? 0) - 1 - truth) / truth).toBeLessThan(0.02 + 0.01);
  });

  it('goes on after the block is released, and alarms again if it was not', () => {
    const pump = running(100, 1_000);
    pump.line.setOpening(0);
    pump.advance(120);
    expect(pump.resume()).toBe(true);
    pump.advance(60);
    expect(codes(pump)).toContain('occlusion-downstream');
    pump.line.setOpening(1);
    expect(pump.resume()).toBe(true);
    pump.advance(60);
    expect(pump.display()).toMatchObject({ state: 'infusing', alarms: [] });
  });

  it('says that the bag is low, then stops when it is empty and refuses to go on without another', () => {
    const pump = running(100, 2.5, 50);
    expect(codes(pump)).toContain('reservoir-low');
    const events = pump.advance(200);
    expect(events).toMatchObject([{ kind: 'alarm', code: 'reservoir-empty' }]);
    expect(Math.abs((events[0]?.afterS ?? 0) - 90)).toBeLessThan(90 * 0.06);
    expect(pump.resume()).toBe(false);
    pump.replaceBag(500);
    expect(pump.resume()).toBe(true);
  });

  it('keeps the vein open after the last drop, at the published rate', () => {
    const pump = running(60, 100, 1);
    const events = pump.advance(90);
    expect(events).toMatchObject([{ kind: 'complete' }]);
    expect(pump.display()).toMatchObject({ state: 'kvo', rateMlH: 3, alarms: ['infusion-complete'] });
  });

  it('calls back when it was left paused', () => {
    const pump = running(60, 100);
    pump.pause();
    pump.advance(119);
    expect(codes(pump)).toEqual([]);
    pump.advance(2);
    expect(codes(pump)).toEqual(['key-not-pressed']);
  });

  it('warns of a low battery, alarms when it is empty, then falls silent', () => {
    const pump = running(60, 1_000);
    pump.setBattery(4, false);
    expect(codes(pump)).toEqual(['battery-low']);
    expect(pump.advance(0.05 * 12 * 3_600)).toMatchObject([
      { kind: 'alarm', code: 'battery-depleted' },
      { kind: 'off' },
    ]);
    expect(observe(pump, () => 0.5)).toEqual({ state: 'off' });
  });

  it('shows a flush as a rise of pressure while paused, without an alarm', () => {
    const pump = running(100, 1_000);
    pump.advance(10);
    const before = pump.line.pressureMmHg;
    pump.pause();
    pump.line.flush(10, 20);
    pump.advance(5);
    expect(pump.display().state).toBe('priming');
    expect(pump.line.pressureMmHg).toBeGreaterThan(before + 50);
    pump.advance(60);
    expect(pump.line.pressureMmHg).toBeLessThan(before + 20);
    expect(codes(pump)).toEqual([]);
  });

  it('runs doses with the vein kept open between, each dose an infusion of its own', () => {
    const pump = new Pump(pumpModel('infusomat-space'), 1, 'p');
    pump.start({ infusion: 'a', program: therapy('antibiotic').program, bagMl: 5_000 });
    expect(pump.advance(3_601)).toMatchObject([{ kind: 'dose-complete' }]);
    expect(pump.display()).toMatchObject({ state: 'kvo', rateMlH: 3 });
    pump.advance(7 * 3_600);
    expect(pump.display().state).toBe('infusing');
    expect(pump.display().run?.infusion).toBe('a.2');
  });

  it('shows the same whatever the steps in which time passes', () => {
    const look = (steps: readonly number[]) => {
      const pump = running(80, 40, 20);
      const kinds = steps.flatMap((seconds) => pump.advance(seconds).map((event) => event.code ?? event.kind));
      return { kinds, pressure: pump.line.pressureMmHg, patientMl: pump.line.patientMl };
    };
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 900, noNaN: true }), { maxLength: 20 }), (steps) => {
        const cut = look(steps);
        const whole = look([steps.reduce((sum, step) => sum + step, 0)]);
        expect(cut.kinds).toEqual(whole.kinds);
        expect(cut.pressure).toBeCloseTo(whole.pressure, 3);
        expect(cut.patientMl).toBeCloseTo(whole.patientMl, 3);
      }),
      { numRuns: 60 },
    );
  });

  it('never gives the patient more than it took from the bag', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.constantFrom('block', 'open', 'pause', 'resume'), { maxLength: 30 }),
        (rate, acts) => {
          const pump = running(rate, 500);
          for (const act of acts) {
            if (act === 'block') pump.line.setOpening(0);
            else if (act === 'open') pump.line.setOpening(1);
            else if (act === 'pause') pump.pause();
            else pump.resume();
            pump.advance(30);
            expect(pump.line.pressureMmHg).toBeLessThan(2_000);
          }
          expect(pump.line.patientMl).toBeLessThanOrEqual((500 - pump.display().bagMl) * 1.05 + 0.1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads the same from the same seed and otherwise from another', () => {
    const read = (seed: number) => {
      const pump = new Pump(pumpModel('ambulatory-cassette'), seed, 'p');
      pump.start({ infusion: 'i', program: therapy('milrinone').program, bagMl: 100 });
      const random = randomFor(seed, 'p', 'sensor');
      return Array.from({ length: 50 }, () => {
        pump.advance(10);
        return observe(pump, random);
      });
    };
    expect(read(1)).toEqual(read(1));
    expect(read(1)).not.toEqual(read(2));
  });
});

describe('the data', () => {
  it('has a source for every figure, and fits together', () => {
    const sourced = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('mark' in value)
        expect(value).toMatchObject({ value: expect.any(Number), source: expect.stringMatching(/\S{3}/) });
      else Object.values(value).forEach(sourced);
    };
    expect(pumpModels.length).toBeGreaterThanOrEqual(4);
    pumpModels.forEach(sourced);
    for (const each of therapies) {
      sourced(each.figures);
      const model = pumpModel(each.model);
      for (const phase of each.program.phases) {
        expect(phase.rateMlH).toBeGreaterThanOrEqual(model.minRateMlH.value);
        expect(phase.rateMlH).toBeLessThanOrEqual(model.maxRateMlH.value);
      }
    }
  });
});
