import { messageOf } from '#kernel/errors.ts';
import { namedStory, stories } from '../stories/index.ts';
import { parseStory, type Story } from '../story.ts';
import { UsageError } from './io.ts';
import { readText } from './transport-of.ts';

/** The story of a name or in a file, and how long it lasts where that is known. @throws UsageError in plain words. */
export function storyOf(name: string): { readonly story: Story; readonly lastsS: number | undefined } {
  const named = namedStory(name);
  if (named) return named;
  if (!name.includes('.') && !name.includes('/')) {
    throw new UsageError(
      `There is no story '${name}'. Known: ${stories.map(({ id }) => id).join(', ')}, or a JSON file.`,
    );
  }
  try {
    return { story: parseStory(readText(name)), lastsS: undefined };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name}: ${messageOf(error)}`, { cause: error });
  }
}
