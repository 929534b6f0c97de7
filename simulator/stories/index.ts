import type { Story } from '../story.ts';
import { demoStory } from './demo.ts';
import { kinkedMilrinone } from './kinked-milrinone.ts';
import { oneOfEach } from './one-of-each.ts';
import { oneSyringeStory } from './one-syringe.ts';

/** A story that goes by a name. */
export interface NamedStory {
  readonly id: string;
  readonly story: Story;
  /** How long it is worth watching, s. */
  readonly lastsS: number;
}

/** Every story of the simulator. A new one is one file and one row here. */
export const stories: readonly NamedStory[] = [
  { id: 'demo', story: demoStory, lastsS: 300 },
  { id: 'kinked-milrinone', story: kinkedMilrinone, lastsS: 5_700 },
  { id: 'one-of-each', story: oneOfEach, lastsS: 3_600 },
  { id: 'one-syringe', story: oneSyringeStory, lastsS: 600 },
];

export const namedStory = (id: string): NamedStory | undefined => stories.find((each) => each.id === id);
