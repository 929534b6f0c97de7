import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_UNSEEN_MS } from '#benefit/evidence/delivery.ts';
import { deliveryIn } from '#benefit/evidence/delivery-days.ts';
import type { PumpReading } from '#model/reading.ts';
import { entry, HOUR, infusing, MINUTE, sourceOf } from './readings.ts';

const t0 = Date.UTC(2026, 2, 4, 14);
const pump = 'pump-1';
const told = (readings: readonly PumpReading[], from = t0 - HOUR, to = t0 + 24 * HOUR) =>
  deliveryIn(sourceOf(readings.map((one) => entry(one))), { pump, from, to });

describe('what a pump gave', () => {
  it('is from the first reading that shows it to the last, with the volume of the counter', async () => {
    const { stretches, readings } = await told([
      ...infusing(t0, t0 + 31 * MINUTE),
      { seq: 31, atMs: t0 + 31 * MINUTE, state: 'stopped', infusion: 'inf-1', drug: 'J2260', infusedMl: 30.5 },
    ]);
    // Half a millilitre at 60 mL/h says that it went on for half a minute past the last reading that shows it.
    expect(stretches).toEqual([
      { drug: 'J2260', infusion: 'inf-1', from: t0, to: t0 + 30.5 * MINUTE, volumeMl: 30.5, gaps: [] },
    ]);
    expect(readings).toBe(32);
  });

  it.each(['kvo', 'priming', 'paused', 'standby', 'complete'] as const)(
    'is nothing while the pump is in %s',
    async (state) => {
      expect((await told(infusing(t0, t0 + HOUR, { state }))).stretches).toEqual([]);
    },
  );

  it('parts at a pause, and at a new program', async () => {
    const { stretches } = await told([
      ...infusing(t0, t0 + 20 * MINUTE),
      { seq: 20, atMs: t0 + 20 * MINUTE, state: 'paused', infusion: 'inf-1', drug: 'J2260', infusedMl: 19 },
      ...infusing(t0 + 30 * MINUTE, t0 + 40 * MINUTE, {}, 30),
      ...infusing(t0 + 40 * MINUTE, t0 + 50 * MINUTE, { infusion: 'inf-2' }, 40),
    ]);
    expect(stretches.map(({ infusion, from, to }) => [infusion, (from - t0) / MINUTE, (to - t0) / MINUTE])).toEqual([
      ['inf-1', 0, 19],
      ['inf-1', 30, 39],
      ['inf-2', 40, 49],
    ]);
  });

  it('goes on through a time without readings when the counter says so, and names the gap', async () => {
    const seen = infusing(t0, t0 + 3 * HOUR).filter(({ seq }) => seq <= 30 || seq >= 120);
    const { stretches } = await told(seen);
    expect(stretches).toMatchObject([
      {
        from: t0,
        to: t0 + 179 * MINUTE,
        volumeMl: 179,
        gaps: [{ from: t0 + 30 * MINUTE, to: t0 + 120 * MINUTE }],
      },
    ]);
  });

  it('is not assumed where nothing was seen and no counter tells', async () => {
    const seen = infusing(t0, t0 + 3 * HOUR).filter(({ seq }) => seq <= 30 || seq >= 120);
    const { stretches } = await told(seen.map(({ infusedMl: _, ...reading }) => reading));
    expect(stretches.map(({ from, to, volumeMl }) => [(from - t0) / MINUTE, (to - t0) / MINUTE, volumeMl])).toEqual([
      [0, 30, 30],
      [120, 179, 59],
    ]);
  });

  it('says how far the clock of the hub was ahead', async () => {
    const ahead = infusing(t0, t0 + HOUR).map((one) => ({ ...entry(one), receivedAt: entry(one).receivedAt }));
    const late = ahead.map((one) => ({ ...one, reading: { ...one.reading, atMs: one.reading.atMs + 5 * MINUTE } }));
    const { clockAheadMs } = await deliveryIn(sourceOf(late), { pump, from: t0, to: t0 + 2 * HOUR });
    expect(clockAheadMs).toBe(5 * MINUTE - 50);
  });

  it('is proved by the readings as they were sent', async () => {
    const readings = infusing(t0, t0 + HOUR);
    const { proof } = await told(readings);
    const changed = readings.map((one) => (one.seq === 7 ? { ...one, infusedMl: 99 } : one));
    expect((await told(changed)).proof).not.toBe(proof);
    expect((await told(readings.slice(1))).proof).not.toBe(proof);
    expect((await told(readings)).proof).toBe(proof);
  });
});

/** What a pump truly did: spells of infusing or not, each longer than the time between two readings. */
const story = fc
  .record({
    spells: fc.array(
      fc.record({ minutes: fc.integer({ min: 10, max: 400 }), on: fc.boolean(), program: fc.nat({ max: 2 }) }),
      { minLength: 1, maxLength: 12 },
    ),
    everyMinutes: fc.integer({ min: 1, max: 9 }),
    counts: fc.boolean(),
    unseen: fc.array(fc.record({ from: fc.nat({ max: 3_000 }), minutes: fc.integer({ min: 1, max: 120 }) }), {
      maxLength: 3,
    }),
  })
  .map(({ spells, everyMinutes, counts, unseen }) => {
    const truth: { from: number; to: number; infusion: string }[] = [];
    let end = t0;
    for (const [i, { minutes, on, program }] of spells.entries()) {
      if (on) truth.push({ from: end, to: end + minutes * MINUTE, infusion: `inf-${i}-${program}` });
      end += minutes * MINUTE;
    }
    const readings: PumpReading[] = [];
    for (let at = t0; at < end; at += everyMinutes * MINUTE) {
      const lost = unseen.some(({ from, minutes }) => at >= t0 + from * MINUTE && at < t0 + (from + minutes) * MINUTE);
      if (lost) continue;
      const now = truth.find(({ from, to }) => from <= at && at < to);
      const seq = readings.length;
      if (!now) readings.push({ seq, atMs: at, state: 'stopped' });
      else {
        const infusedMl = (at - now.from) / MINUTE;
        readings.push({
          seq,
          atMs: at,
          state: 'infusing',
          infusion: now.infusion,
          drug: 'J2260',
          rateMlH: 60,
          ...(counts && { infusedMl }),
        });
      }
    }
    return { truth, readings, end };
  });

const windowOf = (end: number) => ({ pump, from: t0 - HOUR, to: end + HOUR });

describe('whatever happened and however it was reported', () => {
  it('nothing is claimed that was not given', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ truth, readings, end }) => {
        const { stretches } = await told(readings, t0 - HOUR, end + HOUR);
        for (const { from, to, volumeMl, infusion } of stretches) {
          const real = truth.find((one) => one.from <= from && to <= one.to);
          expect(real?.infusion).toBe(infusion);
          expect(volumeMl).toBeLessThanOrEqual((to - from) / MINUTE + 0.001);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('the order in which readings came changes neither what was given nor its proof', async () => {
    await fc.assert(
      fc.asyncProperty(
        story.chain(({ readings, end }) =>
          fc
            .shuffledSubarray(readings, { minLength: readings.length })
            .map((shuffled) => ({ readings, end, arrived: shuffled.map((one, i) => entry(one, i + 1)) })),
        ),
        async ({ readings, end, arrived }) => {
          const late = await deliveryIn(sourceOf(arrived), windowOf(end));
          expect(late).toEqual(await told(readings, t0 - HOUR, end + HOUR));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('parts of the time together are the whole', async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.integer({ min: 1, max: 2_000 }), async ({ readings, end }, cutMinutes) => {
        const source = sourceOf(readings.map((one) => entry(one)));
        const { from, to } = windowOf(end);
        const cut = Math.min(to, t0 + cutMinutes * MINUTE);
        const whole = await deliveryIn(source, { pump, from, to });
        const parts = [
          ...(await deliveryIn(source, { pump, from, to: cut })).stretches,
          ...(await deliveryIn(source, { pump, from: cut, to })).stretches,
        ];
        const sum = (list: typeof parts, of: (one: (typeof parts)[number]) => number) =>
          list.reduce((s, x) => s + of(x), 0);
        expect(sum(parts, (x) => x.to - x.from)).toBeCloseTo(
          sum([...whole.stretches], (x) => x.to - x.from),
          3,
        );
        expect(Math.abs(sum(parts, (x) => x.volumeMl) - sum([...whole.stretches], (x) => x.volumeMl))).toBeLessThan(
          0.01,
        );
      }),
      { numRuns: 150 },
    );
  });
});

it('a gap shorter than the limit is no gap', async () => {
  const every = LONGEST_UNSEEN_MS;
  const readings = [0, 1, 2].map(
    (i): PumpReading => ({ seq: i, atMs: t0 + i * every, state: 'infusing', rateMlH: 60 }),
  );
  expect((await told(readings)).stretches).toMatchObject([{ from: t0, to: t0 + 2 * every, volumeMl: 30, gaps: [] }]);
});
