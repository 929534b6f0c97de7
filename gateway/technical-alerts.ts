import type { AlertPolicy } from '#alerts/policy.ts';
import type { SystemProblem } from '#api/ports.ts';
import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { type MonoMs, monoBetween, seconds } from '#kernel/time.ts';
import type { WatchClient } from './threads/watch-client.ts';

export interface TechnicalAlertSources {
  /** Every condition that may be among the problems. */
  readonly codes: readonly string[];
  problems(): readonly SystemProblem[];
  readonly watch: Pick<WatchClient, 'technical'>;
  readonly policy: AlertPolicy['technical'];
}

interface Seen {
  problem: SystemProblem | undefined;
  since: MonoMs;
  told: boolean | undefined;
}

const LOOK = seconds(2);
/** For a condition of which the policy says nothing. */
const DEFAULT_HOLD_SECONDS = 60;

/**
 * Makes alerts of what is wrong with the gateway itself, once it has lasted, and lets them clear once it has been gone for
 * as long: a restart of InfluxDB pages nobody. After a start nothing is told for that time, for nothing is known yet.
 */
export function raiseTechnicalAlerts(sources: TechnicalAlertSources, clock: Clock, log: Logger): Timer {
  const { codes, watch, policy } = sources;
  const began = clock.monotonic();
  const seen = new Map(
    codes.map((code): [string, Seen] => [code, { problem: undefined, since: began, told: undefined }]),
  );

  async function tell(code: string, state: Seen, active: boolean): Promise<void> {
    const text = state.problem?.says ?? 'the condition is over';
    try {
      await watch.technical({ code, hub: null, pump: null, active, text });
      state.told = active;
    } catch (error) {
      log.warn({ code, reason: messageOf(error) }, 'a technical condition was not taken by the alerts');
    }
  }

  return clock.every(LOOK, 'technical-alerts', () => {
    const now = clock.monotonic();
    const problems = sources.problems();
    for (const [code, state] of seen) {
      const problem = problems.find((one) => one.code === code);
      if ((problem === undefined) !== (state.problem === undefined)) state.since = now;
      state.problem = problem;
      const hold = seconds(policy[code]?.holdSeconds ?? DEFAULT_HOLD_SECONDS);
      const active = problem !== undefined;
      // A condition that goes on is told at each look: somebody may have closed its alert meanwhile.
      if (monoBetween(state.since, now) >= hold && (active || state.told !== false)) void tell(code, state, active);
    }
  });
}
