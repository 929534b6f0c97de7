import { messageOf } from '#kernel/errors.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { seconds } from '#kernel/time.ts';
import { mutated } from './mutate.ts';

/** Something that is reached from outside and must stand whatever comes. */
export interface FuzzTarget {
  readonly name: string;
  /** Good input, which the mutations begin with. */
  readonly seeds: readonly Uint8Array[];
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  /** @throws Error when the target did not stand it */
  feed(bytes: Uint8Array): void | Promise<void>;
  close(): Promise<void>;
}

export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly what: string;
}

/** Processor time of one input. What needs more would stop the gateway for that long. */
const MOST_CPU_MS = 1_500;
const clock = new SystemClock();

/** The input of a seed: the same for ever. */
export const inputOf = (target: FuzzTarget, seed: number): Buffer => mutated(target.seeds, seededRandom(seed));

/** Feeds the inputs of `count` seeds from `from` on; what did not stand is told to `found`. */
export async function fuzz(
  target: FuzzTarget,
  from: number,
  count: number,
  found: (finding: Finding) => void,
): Promise<void> {
  const open = await target.open();
  try {
    for (let seed = from; seed < from + count; seed += 1) {
      const what = await problemOf(open, inputOf(target, seed));
      if (what !== null) found({ target: target.name, seed, what });
    }
  } finally {
    await open.close();
  }
}

async function problemOf(open: OpenTarget, bytes: Buffer): Promise<string | null> {
  const escaped: unknown[] = [];
  const note = (error: unknown) => void escaped.push(error);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  const before = process.cpuUsage();
  const patience = new AbortController();
  try {
    const late = clock.sleep(seconds(60), patience.signal).then(
      () => 'it hangs',
      () => null,
    );
    const hung = await Promise.race([Promise.resolve(open.feed(bytes)).then(() => null), late]);
    if (hung !== null) return hung;
    if (escaped.length > 0) return `nobody caught ${messageOf(escaped[0])}`;
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1_000;
    return tookMs > MOST_CPU_MS ? `it takes ${tookMs.toFixed(0)} ms of processor time` : null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    patience.abort();
    process.removeListener('uncaughtException', note);
    process.removeListener('unhandledRejection', note);
  }
}
