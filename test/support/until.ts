import { SystemClock } from '#kernel/system-clock.ts';
import { millis, monoBetween } from '#kernel/time.ts';

const clock = new SystemClock();

type Answer<T> = Exclude<T, undefined | false>;

const isAnswer = <T>(value: T): value is Answer<T> => value !== undefined && value !== false;

/**
 * Asks `probe` again and again until it answers something other than undefined or false, and gives that answer. For real
 * processes that cannot say when they are ready; a `probe` that throws counts as no answer.
 * @throws Error naming `what` after `limitMs`, with the last error of the probe as its cause.
 */
export async function until<T>(what: string, probe: () => T, limitMs = 15_000): Promise<Answer<Awaited<T>>> {
  const began = clock.monotonic();
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (isAnswer(answer)) return answer;
    } catch (error) {
      cause = error;
    }
    if (monoBetween(began, clock.monotonic()) > limitMs) throw new Error(`Waited in vain for ${what}.`, { cause });
    await clock.sleep(millis(20));
  }
}
