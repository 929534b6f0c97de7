import { describe, expect, it } from 'vitest';
import { occlusionTrial } from '#simulator/occlusion.ts';
import { pumpModel } from '#simulator/pump-models/index.ts';

const infusomat = pumpModel('infusomat-space');
const hms = (h: number, m: number, s: number): number => h * 3_600 + m * 60 + s;

describe('closing the tap on a pump', () => {
  // B. Braun Infusomat Space IFU 586U p. 72, set 870 0036 SP.
  it.each([
    [0.1, 226, hms(8, 40, 0)],
    [1, 226, hms(0, 9, 7)],
    [1, 563, hms(0, 25, 53)],
    [1, 900, hms(0, 46, 50)],
    [100, 226, 7],
    [100, 563, 15],
    [100, 900, 24],
  ])('infusomat-space at %d mL/h and %d mmHg alarms as published', (rate, limit, published) => {
    const { time_to_alarm_s } = occlusionTrial(infusomat, rate, limit);
    expect((time_to_alarm_s ?? Number.POSITIVE_INFINITY) / published).toBeCloseTo(1, 1);
    expect(Math.abs((time_to_alarm_s ?? 0) / published - 1)).toBeLessThan(0.02);
  });

  it.each([563, 900])('infusomat-space at 0.1 mL/h and %d mmHg takes over ten hours, as published', (limit) => {
    const { time_to_alarm_s } = occlusionTrial(infusomat, 0.1, limit);
    expect(time_to_alarm_s ?? Number.POSITIVE_INFINITY).toBeGreaterThan(10 * 3_600);
  });

  it.each([
    [226, 0.0347],
    [563, 0.0987],
    [900, 0.1787],
  ])('infusomat-space at %d mmHg releases the published bolus', (limit, bolusMl) => {
    expect(occlusionTrial(infusomat, 1, limit).released_bolus_ml / bolusMl).toBeCloseTo(1, 1);
  });

  it('crono-five at 0.1 mL/h alarms after about five hours and releases about 0.4 mL', () => {
    const trial = occlusionTrial(pumpModel('crono-five'), 0.1, 1_650);
    expect((trial.time_to_alarm_s ?? 0) / 3_600).toBeCloseTo(5, 1);
    expect(trial.released_bolus_ml).toBeCloseTo(0.4, 2);
  });

  it('syringe-50ml agrees with the syringe literature at 0.5 and 3 mL/h', () => {
    const slow = occlusionTrial(pumpModel('syringe-50ml'), 0.5, 500);
    expect((slow.time_to_alarm_s ?? 0) / 60).toBeGreaterThan(117.3 - 9.4);
    expect((slow.time_to_alarm_s ?? 0) / 60).toBeLessThan(117.3 + 9.4);
    const fast = occlusionTrial(pumpModel('syringe-50ml'), 3, 500);
    expect((fast.time_to_alarm_s ?? 0) / 60).toBeGreaterThan(18);
    expect((fast.time_to_alarm_s ?? 0) / 60).toBeLessThan(22);
    expect(fast.released_bolus_ml).toBeGreaterThan(0.6);
    expect(fast.released_bolus_ml).toBeLessThan(0.9);
  });

  it('tells a leak that keeps the pump from ever alarming', () => {
    expect(occlusionTrial(infusomat, 0.1, 900)).toEqual({
      model: 'infusomat-space',
      rate_ml_h: 0.1,
      limit_mmhg: 900,
      time_to_alarm_s: null,
      pumped_ml: 2.4,
      released_bolus_ml: expect.any(Number),
    });
  });
});
