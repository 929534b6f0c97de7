import { expect, test } from 'vitest';
import { alertOf } from '#support/console-story.ts';
import { soundFor } from '../../dashboards/nurse/src/sound/needed.ts';
import { burstOf, tones } from '../../dashboards/nurse/src/sound/tones.ts';

const rate = 8_000;
const taken = { response: 'acknowledged', acknowledgedBy: 'Nurse B' } as const;

/** Pulses that can be heard in a burst: runs of sound with 40 ms of quiet between them. */
function pulsesIn(samples: Float32Array): number {
  let pulses = 0;
  let quiet = rate;
  for (const sample of samples) {
    if (Math.abs(sample) < 0.01) quiet += 1;
    else {
      if (quiet > rate * 0.04) pulses += 1;
      quiet = 0;
    }
  }
  return pulses;
}

test.each([
  ['high', 10],
  ['medium', 3],
  ['low', 2],
] as const)('%s is told by its %d pulses, never clipped, with its silence after it', (kind, pulses) => {
  const burst = burstOf(kind, rate);
  expect(pulsesIn(burst)).toBe(pulses);
  const peak = burst.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(peak).toBeGreaterThan(tones[kind].loudness / 3);
  expect(peak).toBeLessThanOrEqual(1);
  const { pulsesMs, pulseMs, gapMs } = tones[kind];
  expect(burst.length / rate).toBeCloseTo(((pulsesMs.at(-1) ?? 0) + pulseMs + (gapMs ?? 0)) / 1_000, 2);
});

test('the most urgent alert that nobody has sounds; what somebody has is quiet', () => {
  const high = alertOf('high', { since: 1 });
  const medium = alertOf('medium', { since: 1, priority: 'medium' });
  expect(soundFor([medium, high], 'live')).toBe('high');
  expect(soundFor([medium, { ...high, ...taken }], 'live')).toBe('medium');
  expect(soundFor([{ ...high, ...taken }], 'live')).toBeNull();
  expect(soundFor([alertOf('low', { since: 1, priority: 'low' })], 'live')).toBeNull();
});

test('a high alert that cleared by itself stays audible, and a screen that is not live asks for attention', () => {
  expect(soundFor([alertOf('a', { since: 1, condition: 'cleared' })], 'live')).toBe('medium');
  expect(soundFor([], 'late')).toBe('medium');
  expect(soundFor([], 'connecting')).toBeNull();
});
