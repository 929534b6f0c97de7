import fc from 'fast-check';
import { expect, it } from 'vitest';
import { datesTouched, daysBetween, localDateAt } from '#benefit/local-days.ts';

const zones = [
  'America/New_York',
  'America/Havana',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Beirut',
];
const minute = 60_000;
/** Around the nights on which these zones change their clocks, and the date that Apia left out. */
const nights = ['2024-03-10', '2024-11-03', '2024-03-31', '2024-10-27', '2024-04-07', '2011-12-30'];

const stretch = fc.record({
  zone: fc.constantFrom(...zones),
  night: fc.constantFrom(...nights),
  startMinute: fc.integer({ min: -2_880, max: 2_880 }),
  minutes: fc.integer({ min: 0, max: 4_320 }),
});

it('a stretch of time touches exactly the dates on which one of its minutes falls', () => {
  fc.assert(
    fc.property(stretch, ({ zone, night, startMinute, minutes }) => {
      const start = Temporal.Instant.from(`${night}T00:00:00Z`).epochMilliseconds + startMinute * minute;
      const seen = new Set<string>();
      for (let at = start; at < start + minutes * minute; at += 15 * minute) seen.add(localDateAt(at, zone));
      if (minutes > 0) seen.add(localDateAt(start + minutes * minute - 1, zone));
      const touched = datesTouched(start, start + minutes * minute, zone, '2000-01-01', '2100-01-01');
      expect(touched).toEqual([...seen].sort());
    }),
    { numRuns: 500 },
  );
});

it('days between dates are those of the calendar, whatever the clocks do', () => {
  expect(daysBetween('2024-03-09', '2024-03-11')).toBe(2);
  expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
  expect(daysBetween('2023-12-31', '2024-12-31')).toBe(366);
  expect(daysBetween('2024-03-11', '2024-03-09')).toBe(-2);
});
