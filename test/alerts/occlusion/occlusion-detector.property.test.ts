import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Advisory } from '#alerts/occlusion/advisory.ts';
import { OcclusionDetector } from '#alerts/occlusion/occlusion-detector.ts';
import { defaultOcclusionPolicy } from '#alerts/occlusion/occlusion-policy.ts';
import type { PackedOcclusion } from '#alerts/occlusion/packed-state.ts';
import type { PumpReading } from '#model/reading.ts';
import { tell } from './line-story.ts';

const story = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  rateMlH: fc.double({ min: 0.5, max: 30, noNaN: true }),
  complianceUlMmHg: fc.double({ min: 0.24, max: 3.4, noNaN: true }),
  everyS: fc.constantFrom(2, 10, 30),
  closesS: fc.integer({ min: 0, max: 5_000 }),
});
const options = { numRuns: 40 };

function advisories(readings: readonly PumpReading[], detector = new OcclusionDetector()): Advisory[] {
  return readings.flatMap((reading) => detector.step(reading) ?? []);
}

it('what follows never changes what was said', () => {
  let told = 0;
  fc.assert(
    fc.property(story, fc.double({ min: 0, max: 1, noNaN: true }), (what, part) => {
      const readings = tell(what);
      const whole = advisories(readings);
      told += whole.length;
      const cut = readings.slice(0, Math.floor(part * readings.length));
      const lastMs = cut.at(-1)?.atMs ?? 0;
      expect(advisories(cut)).toEqual(whole.filter(({ atMs }) => atMs <= lastMs));
      const upToAdvisory = readings.filter(({ atMs }) => atMs <= (whole[0]?.atMs ?? 0));
      expect(advisories(upToAdvisory)).toEqual(whole.slice(0, 1));
    }),
    options,
  );
  expect(told).toBeGreaterThan(10);
});

it('goes on from its saved state as if it had never stopped', () => {
  fc.assert(
    fc.property(story, fc.nat(700), (what, cut) => {
      const readings = tell(what);
      const detector = new OcclusionDetector();
      const before = advisories(readings.slice(0, cut), detector);
      const saved: PackedOcclusion = JSON.parse(JSON.stringify(detector.state));
      expect(saved).toEqual(detector.state);
      const after = advisories(readings.slice(cut), new OcclusionDetector(defaultOcclusionPolicy, saved));
      expect([...before, ...after]).toEqual(advisories(readings));
      expect(JSON.stringify(saved).length).toBeLessThan(6_000);
    }),
    options,
  );
});

it('a reading that comes again or late changes nothing', () => {
  fc.assert(
    fc.property(story, fc.infiniteStream(fc.nat(60)), (what, backs) => {
      const readings = tell(what);
      const repeated = readings.flatMap((reading, i) => {
        const old = readings[i - (backs.next().value ?? 0)];
        return old === undefined ? [reading] : [reading, old];
      });
      expect(advisories(repeated)).toEqual(advisories(readings));
    }),
    options,
  );
});
