import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { type DurationMs, millis, wallPlus } from '#kernel/time.ts';
import { Fleet } from '../fleet.ts';
import { holdOpen } from '../hold-open.ts';
import { MqttTransport } from '../mqtt-transport.ts';
import { ScaledClock } from '../scaled-clock.ts';
import { demoStory } from '../stories/demo.ts';
import { quietFleet } from '../stories/quiet-fleet.ts';
import { parseStory, type Story } from '../story.ts';
import { truthText } from '../truth.ts';
import { type Io, UsageError } from './io.ts';
import { RunReport } from './run-report.ts';

export interface RunArguments {
  readonly connect: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly hubs?: number;
  readonly pumpsPerHub?: number;
  readonly prefix?: string;
  readonly interval?: DurationMs;
  readonly seed?: number;
  readonly story: string;
  readonly duration?: DurationMs;
  readonly speed: number;
  readonly truth?: string;
  readonly json?: boolean;
}

const DEFAULT_INTERVAL_S = 10;

/**
 * Runs a fleet until `signal` is aborted or its time is over. Answers the exit status: 0, or 1 when its time was over
 * and readings were left unacknowledged or no hub had ever come online.
 */
export async function runCommand(args: RunArguments, io: Io, signal: AbortSignal): Promise<number> {
  const real = new SystemClock();
  const seed = args.seed ?? Math.floor(systemRandom() * 2 ** 31);
  const story = storyOf(args, seed);
  const report = new RunReport(io, args.json ?? false, args.connect, story.hubs.length);
  const truth = args.truth === undefined ? undefined : openTruth(args.truth);
  const fleet = new Fleet({
    story,
    seed,
    transport: new MqttTransport({
      url: args.connect,
      ...(args.username !== undefined && { username: args.username }),
      ...(args.password !== undefined && { password: args.password }),
      ...(args.ca !== undefined && { ca: readText(args.ca) }),
    }),
    clock: simulatedClock(real, args),
    linkClock: real,
    // Never from the seed: a boot that comes twice would be taken for readings that were sent again.
    newBoot: randomUUID,
    idRandom: systemRandom,
    onEvent: (event) => report.take(event),
    ...(args.interval !== undefined && { intervalS: args.interval / 1_000 }),
    ...(args.duration !== undefined && { untilS: args.duration / 1_000 }),
    truth: (line) => {
      report.happened(line);
      if (truth !== undefined) writeSync(truth, truthText(line));
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
    if (truth !== undefined) closeSync(truth);
  }
  const waiting = fleet.hubs.reduce((sum, hub) => sum + hub.waiting, 0);
  const summary = report.summary(waiting);
  report.finish(summary);
  return !signal.aborted && (summary.everOnline === 0 || waiting > 0) ? 1 : 0;
}

function storyOf(args: RunArguments, seed: number): Story {
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
  if (story === 'demo') return demoStory;
  try {
    return parseStory(readText(story));
  } catch (error) {
    throw new UsageError(`${story}: ${messageOf(error)}`, { cause: error });
  }
}

/** Faster than real time it starts so far back that its readings end at the present, not in the future. */
function simulatedClock(real: Clock, { speed, duration }: RunArguments): Clock {
  if (speed === 1) return real;
  return new ScaledClock(real, speed, wallPlus(real.wall(), millis(-(duration ?? 0))));
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

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function openTruth(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
