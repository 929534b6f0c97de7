import { messageOf } from '#kernel/errors.ts';
import { type Random, seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';

/**
 * Gives `work` a source of chance; another one at each run, unless CRASH_SEED says which. When `work` fails, the error
 * names the seed that tries the same choices again.
 */
export async function withSeed<T>(work: (random: Random) => T): Promise<Awaited<T>> {
  const seed = Number(process.env['CRASH_SEED'] ?? new SystemClock().wall() % 1_000_000);
  try {
    return await work(seededRandom(seed));
  } catch (error) {
    throw new Error(`${messageOf(error)}\nTry the same again with CRASH_SEED=${seed}`, { cause: error });
  }
}
