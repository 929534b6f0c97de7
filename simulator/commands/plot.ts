import type { DurationMs } from '#kernel/time.ts';
import { runData } from '../plot/run-data.ts';
import { plotSvg } from '../plot/svg.ts';
import { type Io, UsageError } from './io.ts';
import { LineFile } from './line-file.ts';
import { storyOf } from './story-of.ts';

export interface PlotArguments {
  readonly story: string;
  readonly pump?: string;
  readonly duration?: DurationMs;
  readonly interval?: DurationMs;
  readonly seed: number;
  readonly out: string;
}

const USUAL_S = 3_600;

/** Plays a story at once and draws what befell one pump, as SVG. */
export function plotCommand(args: PlotArguments, io: Io): void {
  const { story, lastsS } = storyOf(args.story);
  const pumps = story.hubs.flatMap((hub) => hub.pumps.map(({ id }) => id));
  const pump = args.pump ?? pumps[0] ?? '';
  if (!pumps.includes(pump)) throw new UsageError(`The story has no pump '${pump}'. It has: ${pumps.join(', ')}.`);
  const durationS = args.duration === undefined ? (lastsS ?? USUAL_S) : args.duration / 1_000;
  const data = runData({
    story,
    pump,
    durationS,
    seed: args.seed,
    ...(args.interval !== undefined && { intervalS: args.interval / 1_000 }),
  });
  const file = new LineFile(args.out, true);
  file.write(plotSvg(data));
  file.close();
  if (args.out !== '-') io.out(`${args.out}: ${data.samples.length} readings of ${pump} in ${durationS} s.\n`);
}
