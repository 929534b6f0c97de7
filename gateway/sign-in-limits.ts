import { hours, minutes } from '#kernel/time.ts';
import type { AccessLimits } from '#registry/access-limits.ts';
import type { Config } from './config/schema.ts';

/** How long sign-ins last here. */
export const signInLimits = ({ signIn }: Config): Pick<AccessLimits, 'sessionIdle' | 'sessionAbsolute'> => ({
  sessionIdle: minutes(signIn.idleMinutes),
  sessionAbsolute: hours(signIn.absoluteHours),
});
