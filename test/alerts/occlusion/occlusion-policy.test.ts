import { expect, it } from 'vitest';
import { defaultOcclusionPolicy, parseOcclusionPolicy } from '#alerts/occlusion/occlusion-policy.ts';
import figures from '../../../gateway/alerts/occlusion/occlusion-policy.json' with { type: 'json' };

it('takes each figure from the file', () => {
  const values = Object.entries(figures.numbers).map(([name, { value }]) => [name, value]);
  expect(defaultOcclusionPolicy).toEqual({ version: figures.version, ...Object.fromEntries(values) });
});

it('names every problem of a bad file', () => {
  const { bins: _, ...rest } = figures.numbers;
  const bad = { ...figures, numbers: { ...rest, climbs: { value: -1, mark: 'guessed', source: '' } } };
  expect(() => parseOcclusionPolicy(bad)).toThrow(/bins.*climbs.*climbs/s);
});
