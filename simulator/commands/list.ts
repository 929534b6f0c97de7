import { pumpModels } from '../pump-models/index.ts';
import { therapies } from '../therapies/index.ts';
import type { Io } from './io.ts';

/** Prints the pump models, therapies and stories there are; as JSON with every figure and its source. */
export function listCommand(json: boolean, io: Io): void {
  if (json) {
    io.out(`${JSON.stringify({ models: pumpModels, therapies, stories: ['demo', 'none'] })}\n`);
    return;
  }
  const width = Math.max(...[...pumpModels, ...therapies].map(({ id }) => id.length)) + 2;
  const models = pumpModels.map((model) => {
    const limits = model.pressureLimitsMmHg.map((limit) => limit.value).join(', ');
    return `  ${model.id.padEnd(width)}${model.title}; limits ${limits} mmHg, ${model.defaultLimitMmHg.value} unless set`;
  });
  const running = therapies.map((each) => `  ${each.id.padEnd(width)}${each.title}; on ${each.model}`);
  const stories = [
    `  ${'demo'.padEnd(width)}six pumps on four hubs: a block, an empty bag, a dark hub, a nurse's visit`,
    `  ${'none'.padEnd(width)}any number of pumps, nothing happens`,
  ];
  const parts = [
    ['Pump models', models],
    ['Therapies', running],
    ['Stories', stories],
  ] as const;
  io.out(parts.map(([title, lines]) => `${title}\n${lines.join('\n')}\n`).join('\n'));
}
