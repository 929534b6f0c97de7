import type { SeriesRetention } from './series-store.ts';

/** What setting up found, and did, of one thing the store needs. */
export interface SetupStep {
  /** For people, such as `database "infusion"`. */
  readonly thing: string;
  /** `there`: as wanted. `made`, `changed`: by this call. `differs`: there with another retention, left alone. */
  readonly state: 'there' | 'made' | 'changed' | 'differs';
  /** How long it keeps data, or what differs. */
  readonly detail: string;
}

export interface SetupPlan {
  readonly retention: SeriesRetention;
  /** Change the retention of what is there. A shorter one removes data, so nobody gets it unasked. */
  readonly changeRetention: boolean;
}

const SECONDS_PER_DAY = 86_400;
export const secondsOf = (days: number): number => days * SECONDS_PER_DAY;

/** Zero seconds mean for ever, as in InfluxDB. */
export const lasting = (seconds: number): string =>
  seconds === 0 ? 'keeps for ever' : `keeps ${Math.round((seconds / SECONDS_PER_DAY) * 10) / 10} days`;

/** The step for something that is there; `change` gives it the wanted retention. */
export async function retentionStep(
  thing: string,
  presentSeconds: number,
  wantedSeconds: number,
  plan: SetupPlan,
  change: () => Promise<unknown>,
): Promise<SetupStep> {
  if (presentSeconds === wantedSeconds) return { thing, state: 'there', detail: lasting(presentSeconds) };
  if (!plan.changeRetention) {
    const detail = `${lasting(presentSeconds)}, the configuration says ${lasting(wantedSeconds)}`;
    return { thing, state: 'differs', detail };
  }
  await change();
  return { thing, state: 'changed', detail: `${lasting(wantedSeconds)}, before: ${lasting(presentSeconds)}` };
}
