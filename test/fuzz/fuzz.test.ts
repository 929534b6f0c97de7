import { describe, expect, it } from 'vitest';
import { type Finding, fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

/** The same seeds each time; `npm run fuzz -- --minutes 10` takes others. */
const SEED = 20_260_301;
const INPUTS = 60;

describe('whatever comes from outside is stood', () => {
  it.each(targets.map((target) => [target.name, target] as const))(
    '%s',
    { timeout: 120_000 },
    async (_name, target) => {
      const findings: Finding[] = [];
      await fuzz(target, SEED, INPUTS, (finding) => findings.push(finding));
      expect(findings).toEqual([]);
    },
  );
});

it('a parser that does not stand is found, with the seed that shows it again', async () => {
  const weak = {
    name: 'weak',
    seeds: [Buffer.from('abc')],
    open: async () => ({
      feed: (bytes: Uint8Array) => {
        if (bytes.length > 10) throw new RangeError('too long for me');
      },
      close: async () => {},
    }),
  };
  const findings: Finding[] = [];
  await fuzz(weak, 1, 200, (finding) => findings.push(finding));
  expect(findings.length).toBeGreaterThan(5);
  const [first] = findings;
  const again: Finding[] = [];
  await fuzz(weak, first?.seed ?? 0, 1, (finding) => again.push(finding));
  expect(again).toMatchObject([{ seed: first?.seed }]);
});
