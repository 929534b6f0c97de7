import type { Clock } from '#kernel/clock.ts';
import { seconds } from '#kernel/time.ts';
import { localDateAt } from '#model/calendar.ts';
import type { Hub, Pump } from '#model/registry.ts';
import type { Registry } from './registry.ts';

/** Asked with every message, so an answer stands this long. */
const ANSWER_STANDS = seconds(5);

/** Whether a hub may carry the readings of a pump: both are in the registry, in use today, and of one agency. */
export function pumpsOfHubs(
  registry: Pick<Registry, 'get'>,
  clock: Pick<Clock, 'wall' | 'monotonic'>,
): (hub: string, pump: string) => boolean {
  let answers = new Map<string, boolean>();
  let madeAt = clock.monotonic();
  const inUse = ({ from, to }: Hub | Pump): boolean => {
    const today = localDateAt(clock.wall(), 'UTC');
    return from <= today && (to === null || today <= to);
  };
  const look = (hub: string, pump: string): boolean => {
    const carrier = registry.get('hubs', hub)?.record;
    const carried = registry.get('pumps', pump)?.record;
    if (!carrier || !carried) return false;
    return carrier.agency === carried.agency && inUse(carrier) && inUse(carried);
  };
  return (hub, pump) => {
    const now = clock.monotonic();
    if (now - madeAt >= ANSWER_STANDS) {
      answers = new Map();
      madeAt = now;
    }
    // An id holds no slash.
    const key = `${hub}/${pump}`;
    const answer = answers.get(key) ?? look(hub, pump);
    answers.set(key, answer);
    return answer;
  };
}
