import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { type DurationMs, millis, minutes, type WallMs, wallPlus } from '#kernel/time.ts';
import { Fleet } from '../fleet.ts';
import { holdOpen } from '../hold-open.ts';
import { FileReadingStore } from '../reading-store.ts';
import { readingText } from '../reading-text.ts';
import { ScaledClock } from '../scaled-clock.ts';
import { seededIds, simulate } from '../simulate.ts';
import { quietFleet } from '../stories/quiet-fleet.ts';
import type { Story } from '../story.ts';
import { truthText } from '../truth.ts';
import { type Io, UsageError } from './io.ts';
import { LineFile } from './line-file.ts';
import { RunReport } from './run-report.ts';
import { storyOf } from './story-of.ts';
import { isSerial, type TransportArguments, transportOf } from './transport-of.ts';

export interface RunArguments extends TransportArguments {
  readonly hubs?: number;
  readonly pumpsPerHub?: number;
  readonly prefix?: string;
  readonly interval?: DurationMs;
  readonly seed?: number;
  readonly story: string;
  readonly duration?: DurationMs;
  readonly speed: number;
  readonly start?: WallMs;
  readonly truth?: string;
  readonly readings?: string;
  readonly store?: string;
  readonly json?: boolean;
}

const DEFAULT_INTERVAL_S = 10;
const SERIAL_ACK_TIMEOUT = minutes(10);

/**
 * Runs a fleet until `signal` is aborted or its time is over. Answers the exit status: 0, or 1 when its time was over
 * and readings were left unacknowledged or no hub had ever come online.
 */
export async function runCommand(args: RunArguments, io: Io, signal: AbortSignal): Promise<number> {
  const seed = args.seed ?? Math.floor(systemRandom() * 2 ** 31);
  const story = playedStory(args, seed);
  const atOnce = args.speed === Number.POSITIVE_INFINITY;
  const truth = args.truth === undefined ? undefined : new LineFile(args.truth, atOnce);
  const readings = args.readings === undefined ? undefined : new LineFile(args.readings, atOnce);
  try {
    if (atOnce) return runAtOnce(args, story, seed, { truth, readings }, io);
    return await runOnClock(args, story, seed, { truth, readings }, io, signal);
  } finally {
    truth?.close();
    readings?.close();
  }
}

interface Files {
  readonly truth: LineFile | undefined;
  readonly readings: LineFile | undefined;
}

async function runOnClock(
  args: RunArguments,
  story: Story,
  seed: number,
  { truth, readings }: Files,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const real = new SystemClock();
  const report = new RunReport(io, args.json ?? false, args.connect, story.hubs.length);
  const { start, store, speed } = args;
  const begins = beginning(real, args);
  const fleet = new Fleet({
    story,
    seed,
    transport: transportOf(args, real),
    clock: speed === 1 && start === undefined ? real : new ScaledClock(real, speed, begins),
    startMs: begins,
    linkClock: real,
    // From the seed only with a fixed start: a boot that comes twice would be taken for readings that were sent again.
    ...(start === undefined ? { newBoot: randomUUID, idRandom: systemRandom } : seededIds(seed, start)),
    onEvent: (event) => report.take(event),
    ...(args.interval !== undefined && { intervalS: args.interval / 1_000 }),
    ...(args.duration !== undefined && { untilS: args.duration / 1_000 }),
    // A slow line takes minutes for a large message, and repeats frames by itself.
    ...(isSerial(args) && { ackTimeout: SERIAL_ACK_TIMEOUT }),
    ...(store !== undefined && {
      store: (hub: string, limit: number) => new FileReadingStore(join(store, hub), limit),
    }),
    ...(readings && { onReading: (...made) => readings.write(readingText(...made)) }),
    truth: (line) => {
      report.happened(line);
      truth?.write(truthText(line));
    },
  });
  announce(story, args, seed, io);
  const release = holdOpen();
  try {
    fleet.start();
    await untilOver(real, args, signal);
    await fleet.stop();
  } finally {
    release();
  }
  const waiting = fleet.hubs.reduce((sum, hub) => sum + hub.waiting, 0);
  const summary = report.summary(waiting);
  report.finish(summary);
  return !signal.aborted && (summary.everOnline === 0 || waiting > 0) ? 1 : 0;
}

/** Without a network: the readings and the truth go into files. */
function runAtOnce(args: RunArguments, story: Story, seed: number, { truth, readings }: Files, io: Io): number {
  const { duration, interval } = args;
  if (duration === undefined) throw new UsageError('--speed max needs a --duration.');
  if (!readings && !truth) throw new UsageError('--speed max sends nothing: name a file with --readings or --truth.');
  const clock = new SystemClock();
  const began = clock.monotonic();
  let made = 0;
  simulate({
    story,
    seed,
    startMs: beginning(clock, args),
    durationS: duration / 1_000,
    ...(interval !== undefined && { intervalS: interval / 1_000 }),
    onReading: (...reading) => {
      made += 1;
      readings?.write(readingText(...reading));
    },
    ...(truth && { truth: (line) => truth.write(truthText(line)) }),
  });
  const took = (clock.monotonic() - began) / 1_000;
  if (args.json) io.err(`${JSON.stringify({ kind: 'summary', seed, readings: made })}\n`);
  else io.err(`${made} readings, seed ${seed}, in ${took.toFixed(1)} s.\n`);
  return 0;
}

function playedStory(args: RunArguments, seed: number): Story {
  const { hubs, pumpsPerHub, prefix, story, interval } = args;
  if (story === 'none') {
    return quietFleet({
      hubs: hubs ?? 1,
      pumpsPerHub: pumpsPerHub ?? 1,
      intervalS: interval === undefined ? DEFAULT_INTERVAL_S : interval / 1_000,
      seed,
      ...(prefix !== undefined && { prefix }),
    });
  }
  if (hubs !== undefined || pumpsPerHub !== undefined || prefix !== undefined) {
    throw new UsageError(
      '--hubs, --pumps-per-hub and --prefix go with --story none: other stories bring their own hubs.',
    );
  }
  return storyOf(story).story;
}

/** Faster than real time it starts so far back that its readings end at the present, not in the future. */
function beginning(real: Clock, { speed, duration, start }: RunArguments): WallMs {
  return start ?? wallPlus(real.wall(), millis(speed === 1 ? 0 : -(duration ?? 0)));
}

async function untilOver(real: Clock, { duration, speed }: RunArguments, signal: AbortSignal): Promise<void> {
  if (duration === undefined) {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return;
  }
  // Being stopped early is one way of being over.
  await real.sleep(millis(duration / speed), signal).catch(() => {});
}

function announce(story: Story, args: RunArguments, seed: number, io: Io): void {
  if (args.json) return;
  const pumps = story.hubs.reduce((sum, hub) => sum + hub.pumps.length, 0);
  const everyS = args.interval === undefined ? story.intervalS : args.interval / 1_000;
  const scale = [
    `${pumps} ${pumps === 1 ? 'pump' : 'pumps'} on ${story.hubs.length} ${story.hubs.length === 1 ? 'hub' : 'hubs'}`,
    `a reading every ${everyS} s`,
    `seed ${seed}`,
  ];
  io.out(`${story.title}: ${scale.join(', ')}. Ctrl-C stops.\n`);
}
