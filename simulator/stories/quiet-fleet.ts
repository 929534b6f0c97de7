import { pumpModel } from '../pump-models/index.ts';
import { randomFor } from '../seeds.ts';
import type { Story, StoryEvent } from '../story.ts';
import { therapies } from '../therapies/index.ts';
import { numbered } from './numbered.ts';

export interface QuietFleetOptions {
  readonly hubs: number;
  readonly pumpsPerHub: number;
  readonly intervalS: number;
  readonly seed: number;
  /** Goes in front of every id, so that several simulators can share a gateway. */
  readonly prefix?: string;
}

/** How far into its therapy a pump may already be, as a share: none is about to end. */
const LATEST_START = 0.5;

/** Any number of hubs whose pumps run the known therapies in turn, each somewhere in its first half, and nothing happens. */
export function quietFleet({ hubs, pumpsPerHub, intervalS, seed, prefix = '' }: QuietFleetOptions): Story {
  const hubIds = numbered(`${prefix}hub-`, hubs);
  const pumpIds = numbered(`${prefix}pump-`, hubs * pumpsPerHub);
  const plan = pumpIds.map((pump, i) => {
    const therapy = therapies[i % therapies.length];
    if (!therapy) throw new Error('There are no therapies.');
    const { phases, repeats } = therapy.program;
    // Of doses that repeat it is the first: the end of one is told in advance, and that is not quiet.
    const wholeS = phases.slice(0, repeats ? 1 : undefined).reduce((sum, phase) => sum + phase.durationS, 0);
    const random = randomFor(seed, pump, 'start');
    const skipS = Math.round(random() * LATEST_START * wholeS);
    const start: StoryEvent = { at: 0, pump, event: 'start', therapy: therapy.id, skipS };
    const attached = { id: pump, model: pumpModel(therapy.model).id, serial: String(100_000 + i) };
    return { start, attached };
  });
  return {
    title: 'A quiet fleet',
    intervalS,
    hubs: hubIds.map((id, i) => ({
      id,
      pumps: plan.slice(i * pumpsPerHub, (i + 1) * pumpsPerHub).map(({ attached }) => attached),
    })),
    events: plan.map(({ start }) => start),
  };
}
