import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hour, minute, type ReadingSpec, second, Told, t0 } from './fold.ts';

const codes = ['occlusion-downstream', 'under-infusion', 'reservoir-low', 'x-acme-1'] as const;
const alarmSet = fc.oneof(
  { weight: 5, arbitrary: fc.subarray([...codes]) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

interface Step {
  readonly gapMs: number;
  readonly alarms: readonly string[] | undefined;
  readonly reboot: boolean;
}
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    gapMs: fc.constantFrom(second, 10 * second, minute, 10 * minute, hour),
    alarms: alarmSet,
    reboot: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  { minLength: 1, maxLength: 25 },
);

/** Readings of one pump as they were measured. */
function measured(list: readonly Step[]): ReadingSpec[] {
  let at = t0;
  let boot = 0;
  let seq = -1;
  return list.map(({ gapMs, alarms, reboot }) => {
    at += gapMs;
    boot += reboot ? 1 : 0;
    seq = reboot ? 0 : seq + 1;
    return { boot: `boot-${boot}`, seq, at, alarms };
  });
}

const newestSet = (readings: readonly ReadingSpec[]) =>
  [...(readings.findLast(({ alarms }) => alarms !== undefined)?.alarms ?? [])].sort();

const activeCodes = (told: Told) =>
  told
    .open()
    .filter(({ condition, pump, code }) => condition === 'active' && pump !== null && code !== 'pump-quiet')
    .map(({ code }) => code)
    .sort();

describe('readings in any order of arrival', () => {
  it('end in the alarm set of the newest reading, each with an open alert', () => {
    fc.assert(
      fc.property(
        steps.chain((list) => {
          const readings = measured(list);
          const last = readings.at(-1)?.at ?? t0;
          const arrivals = fc.array(fc.record({ which: fc.nat(readings.length - 1), delayMs: fc.nat(30_000) }), {
            maxLength: 60,
          });
          return fc.record({ readings: fc.constant(readings), last: fc.constant(last), arrivals });
        }),
        ({ readings, last, arrivals }) => {
          const told = new Told();
          const order = [...arrivals.map(({ which }) => which), ...readings.keys()];
          const delays = [...arrivals.map(({ delayMs }) => delayMs), ...readings.map(() => 20)];
          let received = last;
          order.forEach((which, i) => {
            received += delays[i] ?? 0;
            const reading = readings[which];
            if (reading) told.reading({ ...reading, received });
          });
          told.until(received + 6 * second);
          expect(activeCodes(told)).toEqual(newestSet(readings));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shuffled as they come, with doubles, they end the same as in order', () => {
    fc.assert(
      fc.property(
        steps.chain((list) => {
          const readings = measured(list);
          const doubled = [...readings, ...readings];
          return fc.tuple(fc.constant(readings), fc.shuffledSubarray(doubled, { minLength: doubled.length }));
        }),
        ([readings, shuffled]) => {
          const told = new Told();
          const end = readings.at(-1)?.at ?? t0;
          shuffled.forEach((reading, i) => {
            told.reading({ ...reading, received: end + i * 700 });
          });
          told.until(end + shuffled.length * 700 + 6 * second);
          expect(activeCodes(told)).toEqual(newestSet(readings));
        },
      ),
      { numRuns: 500 },
    );
  });
});
