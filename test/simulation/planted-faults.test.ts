import { describe, expect, it } from 'vitest';
import { problemsOf } from './checker.ts';
import { runNight } from './night.ts';
import { plantedFaults } from './planted-faults.ts';

/** Nights with trouble of every kind come soon enough; how many each fault took is in docs/nights.md. */
const MOST_NIGHTS = 12;

describe('a fault that is planted is caught', () => {
  it.each(plantedFaults.map((fault) => [fault.name, fault] as const))(
    '%s',
    async (_name, { options, caught }) => {
      const seen: string[] = [];
      for (let seed = 1; seed <= MOST_NIGHTS; seed += 1) {
        const { record } = await runNight({ ...options, seed });
        const problems = problemsOf(record);
        seen.push(...problems.slice(0, 2));
        if (problems.some((problem) => caught.test(problem))) return;
      }
      expect.fail(`${MOST_NIGHTS} nights passed it by: ${seen.slice(0, 5).join('; ')}`);
    },
    300_000,
  );
});
