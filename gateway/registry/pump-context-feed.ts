import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { minutes, seconds } from '#kernel/time.ts';
import type { PumpContext } from '#model/pump-context.ts';
import { pumpContexts } from './pump-contexts.ts';
import type { Registry } from './registry.ts';

const LOOK_EVERY = seconds(2);
/** Spans begin and end without a change of any record, at a full minute at the earliest. */
const RECOMPUTE_EVERY = minutes(1);

/**
 * Tells the alerts of each pump's patient, order and limits, at once and whenever they change: by a record, also one that
 * another process wrote, or because a span began or ended.
 */
export function feedPumpContexts(
  registry: Pick<Registry, 'get' | 'list' | 'changes'>,
  clock: Clock,
  log: Logger,
  tell: (pump: string, context: PumpContext) => Promise<void>,
): Timer {
  const told = new Map<string, string>();
  let changes = -1;
  let computedAt = -Infinity;
  let busy = false;

  const look = async () => {
    const now = clock.wall();
    const written = registry.changes();
    if (busy || (written === changes && now - computedAt < RECOMPUTE_EVERY && now >= computedAt)) return;
    busy = true;
    try {
      for (const [pump, context] of pumpContexts(registry, now)) {
        const text = JSON.stringify(context);
        if (told.get(pump) === text) continue;
        await tell(pump, context);
        told.set(pump, text);
      }
      changes = written;
      computedAt = now;
    } finally {
      busy = false;
    }
  };
  const safely = () => {
    look().catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'what the registry says of the pumps was not passed on'),
    );
  };
  safely();
  return clock.every(LOOK_EVERY, 'pump contexts', safely);
}
