import { occlusionTrial } from '../occlusion.ts';
import { pumpModels } from '../pump-models/index.ts';
import { type Io, UsageError } from './io.ts';

export interface OcclusionArguments {
  readonly model: string;
  readonly rate: number;
  readonly limit?: number;
  readonly json?: boolean;
}

/** Closes the tap on a model and prints when it alarms. */
export function occlusionCommand({ model: name, rate, limit, json }: OcclusionArguments, io: Io): void {
  const model = pumpModels.find((each) => each.id === name);
  if (!model) {
    throw new UsageError(`There is no pump model '${name}'. Known: ${pumpModels.map(({ id }) => id).join(', ')}.`);
  }
  const trial = occlusionTrial(model, rate, limit ?? model.defaultLimitMmHg.value);
  if (json) {
    io.out(`${JSON.stringify(trial)}\n`);
    return;
  }
  const when =
    trial.time_to_alarm_s === null
      ? 'never alarms within 24 h: what leaks keeps the pressure under the limit'
      : `alarms after ${trial.time_to_alarm_s.toFixed(1)} s`;
  io.out(
    `${model.title} at ${rate} mL/h with a limit of ${trial.limit_mmhg} mmHg ${when}.\n` +
      `Pumped ${trial.pumped_ml.toFixed(3)} mL; opening the tap releases ${trial.released_bolus_ml.toFixed(3)} mL.\n`,
  );
}
