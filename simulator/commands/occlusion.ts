import { messageOf } from '#kernel/errors.ts';
import type { DurationMs } from '#kernel/time.ts';
import { occlusionTrial } from '../occlusion.ts';
import { pumpModels } from '../pump-models/index.ts';
import { limitOfLevel, type PumpModel } from '../pump-models/pump-model.ts';
import { type Io, UsageError } from './io.ts';

export interface OcclusionArguments {
  readonly model: string;
  readonly rate: number;
  readonly limit?: number;
  readonly level?: number;
  readonly from?: number;
  readonly within?: DurationMs;
  readonly json?: boolean;
}

/** Closes the tap on a model and prints when it alarms. */
export function occlusionCommand(args: OcclusionArguments, io: Io): void {
  const { model: name, rate, from = 0, within, json } = args;
  const model = pumpModels.find((each) => each.id === name);
  if (!model) {
    throw new UsageError(`There is no pump model '${name}'. Known: ${pumpModels.map(({ id }) => id).join(', ')}.`);
  }
  const limit = limitOf(model, args);
  if (from >= limit) throw new UsageError(`--from must be below the limit of ${limit} mmHg.`);
  const trial = occlusionTrial(model, rate, limit, {
    fromMmHg: from,
    ...(within !== undefined && { withinHours: within / 3_600_000 }),
  });
  if (json) {
    io.out(`${JSON.stringify(trial)}\n`);
    return;
  }
  const when =
    trial.time_to_alarm_s === null
      ? `does not alarm within ${(within ?? 86_400_000) / 3_600_000} h`
      : `alarms after ${trial.time_to_alarm_s.toFixed(1)} s`;
  io.out(
    `${model.title} at ${rate} mL/h with a limit of ${trial.limit_mmhg} mmHg ${when}.\n` +
      `Pumped ${trial.pumped_ml.toFixed(3)} mL; opening the tap releases ${trial.released_bolus_ml.toFixed(3)} mL.\n`,
  );
}

function limitOf(model: PumpModel, { limit, level }: OcclusionArguments): number {
  if (level === undefined) return limit ?? model.defaultLimitMmHg.value;
  if (limit !== undefined) throw new UsageError('Give --limit or --level, not both.');
  try {
    return limitOfLevel(model, level);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
