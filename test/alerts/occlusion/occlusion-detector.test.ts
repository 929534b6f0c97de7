import { describe, expect, it } from 'vitest';
import type { Advisory } from '#alerts/occlusion/advisory.ts';
import { OcclusionDetector } from '#alerts/occlusion/occlusion-detector.ts';
import type { PumpReading } from '#model/reading.ts';
import { T0, tell } from './line-story.ts';

function advisories(readings: readonly PumpReading[], detector = new OcclusionDetector()): Advisory[] {
  return readings.flatMap((reading) => detector.step(reading) ?? []);
}

describe('a line that closes', () => {
  it('is told once, long before the alarm of the pump, with what was seen', () => {
    const readings = tell();
    const alarmMs = readings.find(({ state }) => state === 'stopped')?.atMs ?? Number.NaN;
    const [advisory, ...more] = advisories(readings);
    expect(more).toEqual([]);
    const onsetMs = T0 + 3_600_000;
    expect(advisory?.atMs).toBeGreaterThan(onsetMs);
    expect(((advisory?.atMs ?? 0) - onsetMs) / (alarmMs - onsetMs)).toBeLessThan(0.15);
    expect(advisory?.score).toBeGreaterThanOrEqual(1);
    expect(advisory?.explain.baselineMmHg).toBeCloseTo(30, -1);
    expect(advisory?.explain.complianceUlMmHg).toBeGreaterThan(0.6);
    expect(advisory?.explain.complianceUlMmHg).toBeLessThan(1.7);
    expect(Math.abs((advisory?.explain.onsetMs ?? 0) - onsetMs)).toBeLessThan(120_000);
    const leftS = (alarmMs - (advisory?.atMs ?? 0)) / 1_000;
    expect((advisory?.secondsToLimit ?? 0) / leftS).toBeGreaterThan(0.6);
    expect((advisory?.secondsToLimit ?? 0) / leftS).toBeLessThan(1.7);
  });

  it.each([
    [0.3, 10],
    [1, 10],
    [10, 10],
    [3, 1],
    [3, 30],
  ])('is told at %d mL/h with a reading every %d s', (rateMlH, everyS) => {
    const readings = tell({ rateMlH, everyS, lengthS: 3_600 + 8_000 / rateMlH });
    expect(readings.at(-1)?.state).toBe('stopped');
    expect(advisories(readings)).toHaveLength(1);
  });

  it('is told when the limit is not known, without a time to it', () => {
    const [advisory] = advisories(tell({ limitMmHg: null }));
    expect(advisory).toMatchObject({ secondsToLimit: null });
  });

  it('is told by the volume counter alone when no rate is sent', () => {
    const readings = tell().map(({ rateMlH: _, ...reading }, i) => ({ ...reading, infusedMl: (i * 10 * 3) / 3_600 }));
    expect(advisories(readings)).toHaveLength(1);
  });

  it('is told again after the pressure came back and the line closed once more', () => {
    const later = tell({ seed: 2 }).map((reading) => ({ ...reading, atMs: reading.atMs + 4_000_000 }));
    const first = tell().filter(({ atMs }) => atMs < T0 + 3_800_000);
    expect(advisories([...first, ...later.filter(({ atMs }) => atMs > T0 + 4_000_000)])).toHaveLength(2);
  });

  it('is told after the clock was set back, which the sequence numbers show', () => {
    const readings = tell().map((reading) => ({
      ...reading,
      atMs: reading.atMs - (reading.atMs > T0 + 1_800_000 ? 3_600_000 : 0),
    }));
    expect(advisories(readings)).toHaveLength(1);
  });

  it('is told after the clock was a year ahead for a while', () => {
    const readings = tell().map((reading) => ({
      ...reading,
      atMs: reading.atMs + (reading.atMs < T0 + 1_200_000 ? 365 * 86_400_000 : 0),
    }));
    expect(advisories(readings)).toHaveLength(1);
  });

  it('is told sooner where nobody has moved for hours than on a pump that is new to us', () => {
    const sinceOnset = (closesS: number) => {
      const steep = { rateMlH: 4, complianceUlMmHg: 2, closesS, lengthS: closesS + 600 };
      return (advisories(tell(steep))[0]?.atMs ?? Number.NaN) - T0 - closesS * 1_000;
    };
    expect(sinceOnset(36_000)).toBeLessThan(sinceOnset(1_200));
  });

  it('is told again for a new infusion', () => {
    const first = tell().filter(({ atMs }) => atMs < T0 + 3_800_000);
    const next = tell({ closesS: 60, extra: () => 60 }).map((reading) => ({
      ...reading,
      infusion: 'i-2',
      atMs: reading.atMs + 3_900_000,
    }));
    expect(advisories([...first, ...next])).toHaveLength(2);
  });
});

describe('no advisory', () => {
  const quiet = { closesS: null, lengthS: 20_000 };
  it.each([
    ['on a quiet line', () => 0],
    ['when the arm is raised at once', (atS: number) => (atS > 9_000 ? 45 : 0)],
    ['when it is raised within 20 s', (atS: number) => Math.min(40, Math.max(0, 2 * (atS - 9_000)))],
    ['when it is raised again and again', (atS: number) => (Math.floor(atS / 900) % 2) * 35],
    ['for a drift over hours', (atS: number) => atS / 200],
    ['when somebody leans on the tube', (atS: number) => (atS > 9_000 && atS < 9_035 ? 110 : 0)],
    [
      'when the level goes up to another one',
      (atS: number) => (atS < 9_000 ? 0 : 30 * (1 - Math.exp((9_000 - atS) / 8))),
    ],
    ['when the pressure returns from a dip', (atS: number) => -Math.max(0, 50 - Math.abs(atS - 9_000) / 2)],
  ])('%s', (_, extra) => {
    expect(advisories(tell({ ...quiet, extra }))).toEqual([]);
  });

  it('without pressure', () => {
    expect(advisories(tell().map(({ pressureMmHg: _, ...reading }) => reading))).toEqual([]);
  });

  it.each(['paused', 'stopped', 'bolus', 'complete', 'off'] as const)('in state %s', (state) => {
    expect(advisories(tell().map((reading) => ({ ...reading, state })))).toEqual([]);
  });

  it.each(['occlusion-downstream', 'air-in-line'] as const)('while the pump alarms: %s', (code) => {
    expect(advisories(tell().map((reading) => ({ ...reading, alarms: [{ code }] })))).toEqual([]);
  });

  it('beside a lesser alarm is not withheld', () => {
    const readings = tell().map((reading) => ({
      ...reading,
      alarms: [...(reading.alarms ?? []), { code: 'battery-low' as const }],
    }));
    expect(advisories(readings)).toHaveLength(1);
  });

  it('for a smaller climb with a patient who moves a lot, while a still one gets it', () => {
    const climb = (atS: number) => 0.6 * Math.max(0, Math.min(40, atS - 18_000));
    const moves = (atS: number) => (atS < 16_000 ? (Math.floor(atS / 500) % 2) * 40 : 0);
    expect(advisories(tell({ ...quiet, extra: climb }))).toHaveLength(1);
    expect(advisories(tell({ ...quiet, extra: (atS) => climb(atS) + moves(atS) }))).toEqual([]);
  });

  it('for a smaller climb where the pressure falls as suddenly, however slowly it comes back', () => {
    const climb = (atS: number) => 0.6 * Math.max(0, Math.min(40, atS - 18_000));
    const falls = (atS: number) => (atS < 16_000 ? 40 * (1 - (atS % 2_000) / 2_000) : 0);
    expect(advisories(tell({ ...quiet, extra: (atS) => climb(atS) - falls(atS) }))).toEqual([]);
  });

  it('for a level that is approached within two minutes', () => {
    const approach = (atS: number) => (atS < 9_000 ? 0 : 18 * (1 - Math.exp((9_000 - atS) / 30)));
    for (let seed = 1; seed <= 20; seed += 1) expect(advisories(tell({ ...quiet, seed, extra: approach }))).toEqual([]);
  });

  it('for climbs that this pump makes all day', () => {
    const sawtooth = (atS: number) => (atS % 240) / 12;
    expect(advisories(tell({ ...quiet, lengthS: 86_400, extra: sawtooth })).length).toBeLessThanOrEqual(1);
  });
});
