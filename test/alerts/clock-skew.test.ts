import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockSkew,
  measuredSkewMs,
  newClockSkew,
  observeReading,
  observeStatus,
  skewMs,
} from '#model/clock-skew.ts';
import { hour, second, t0 } from './fold.ts';

const readAt = (skew: ClockSkew, trueAt: number, clockError: number, delay: number) =>
  observeReading(skew, trueAt + clockError, trueAt + delay);

describe('clock skew of a hub', () => {
  it('is unknown at first and read off a status at once', () => {
    const skew = newClockSkew();
    expect(measuredSkewMs(skew)).toBeNull();
    observeStatus(skew, 'boot-a', t0 - 3 * hour, t0);
    expect(measuredSkewMs(skew)).toBe(-3 * hour);
    observeStatus(skew, 'boot-a', t0 - 3 * hour, t0 + hour);
    expect(measuredSkewMs(skew)).toBe(-3 * hour);
  });

  it('does not take a backlog of three hours for a wrong clock', () => {
    for (const perMessage of [1, 10, 500]) {
      const skew = newClockSkew();
      for (let i = 0; i < 1080; i += 1) {
        observeReading(skew, t0 + i * 10 * second, t0 + 3 * hour + Math.floor(i / perMessage) * 50);
        expect(Math.abs(skewMs(skew))).toBeLessThan(hour);
      }
    }
  });

  it('finds a wrong clock within two readings five seconds apart, in whatever batches they come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20 * hour, max: 20 * hour }).filter((error) => Math.abs(error) > 10 * second),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 36, maxLength: 36 }),
        (error, batch, jitter) => {
          const skew = newClockSkew();
          jitter.forEach((_, i) => {
            const delay = jitter[Math.floor(i / batch)] ?? 0;
            const sent = t0 + (Math.floor(i / batch) * batch + batch - 1) * 10 * second;
            const at = t0 + i * 10 * second;
            readAt(skew, at, error, sent - at + delay);
          });
          expect(Math.abs(skewMs(skew) - error)).toBeLessThan(2 * second);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('believes a clock that was put right at once, and one that was put wrong after five seconds', () => {
    const skew = newClockSkew();
    for (let i = 0; i < 5; i += 1) readAt(skew, t0 + i * 10 * second, -2 * hour, 100);
    expect(measuredSkewMs(skew)).toBe(-2 * hour - 100);
    readAt(skew, t0 + 60 * second, 0, 100);
    expect(measuredSkewMs(skew)).toBe(-100);
    for (let i = 7; i < 9; i += 1) readAt(skew, t0 + i * 10 * second, -5 * hour, 100);
    expect(measuredSkewMs(skew)).toBe(-5 * hour - 100);
  });
});
