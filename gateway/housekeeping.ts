import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { days, hours, type WallMs, wallMs } from '#kernel/time.ts';

export interface RetentionPlan {
  readonly days: number;
  /** Those that must have passed an entry before it may go. */
  readonly consumers: readonly string[];
}

type Retain = (before: WallMs, consumers: readonly string[], limit: number) => Promise<number>;

/** Entries removed in one transaction: short enough that no hub notices. */
const STEP = 2_000;

/** Every hour removes what is older than the plan keeps, in small steps. */
export function keepHouse(clock: Clock, log: Logger, plan: RetentionPlan, retain: Retain): Timer {
  let busy = false;
  const clean = async () => {
    const before = wallMs(clock.wall() - days(plan.days));
    let removed = 0;
    for (let step = STEP; step === STEP; removed += step) step = await retain(before, plan.consumers, STEP);
    if (removed > 0) log.info({ removed }, 'old journal entries removed');
  };
  return clock.every(hours(1), 'retention', () => {
    if (busy) return;
    busy = true;
    clean()
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'old journal entries not removed'))
      .finally(() => {
        busy = false;
      });
  });
}
