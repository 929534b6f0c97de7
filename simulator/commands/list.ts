import { pumpModels } from '../pump-models/index.ts';
import type { PumpModel } from '../pump-models/pump-model.ts';
import { stories } from '../stories/index.ts';
import { therapies } from '../therapies/index.ts';
import type { Io } from './io.ts';

/** Prints the pump models, therapies and stories there are; as JSON with every figure and its source. */
export function listCommand(json: boolean, io: Io): void {
  if (json) {
    const named = stories.map(({ id, story: { title }, lastsS }) => ({ id, title, lastsS }));
    io.out(`${JSON.stringify({ models: pumpModels, therapies, stories: [...named, { id: 'none' }] })}\n`);
    return;
  }
  const width = Math.max(...[...pumpModels, ...therapies, ...stories].map(({ id }) => id.length)) + 2;
  const models = pumpModels.map((model) => `  ${model.id.padEnd(width)}${model.title}; ${limits(model)}`);
  const running = therapies.map((each) => `  ${each.id.padEnd(width)}${each.title}; on ${each.model}`);
  const told = stories.map(({ id, story }) => {
    const pumps = story.hubs.reduce((sum, hub) => sum + hub.pumps.length, 0);
    return `  ${id.padEnd(width)}${story.title} (${pumps} ${pumps === 1 ? 'pump' : 'pumps'})`;
  });
  const parts = [
    ['Pump models', models],
    ['Therapies', running],
    ['Stories', [...told, `  ${'none'.padEnd(width)}any number of pumps, nothing happens`]],
  ] as const;
  io.out(parts.map(([title, lines]) => `${title}\n${lines.join('\n')}\n`).join('\n'));
}

function limits({ pressureLimitsMmHg: all, limitsAreLevels, defaultLimitMmHg }: PumpModel): string {
  const [first, last] = [all[0]?.value, all.at(-1)?.value];
  if (all.length === 1) return `limit ${first} mmHg`;
  const usual = `${defaultLimitMmHg.value} unless set`;
  if (limitsAreLevels) return `levels 1 to ${all.length}, ${first} to ${last} mmHg, ${usual}`;
  if (all.length > 3) return `limits ${first} to ${last} mmHg, ${usual}`;
  return `limits ${all.map((limit) => limit.value).join(', ')} mmHg, ${usual}`;
}
