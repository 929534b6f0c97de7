import { type DurationMs, hours, minutes, seconds } from '#kernel/time.ts';

/** How long sign-ins last and how often they may fail. */
export interface AccessLimits {
  /** A session ends when it was not used for this long. */
  readonly sessionIdle: DurationMs;
  /** A session ends this long after the sign-in, however much it is used. */
  readonly sessionAbsolute: DurationMs;
  /** The use of a session is written down at most this often, so that reading costs no disk write. */
  readonly useNotedEvery: DurationMs;
  /** A one-time link that nobody opens dies after this. */
  readonly linkLife: DurationMs;
  /** The link of the first run makes an admin, so it lives shorter. */
  readonly firstLinkLife: DurationMs;
  /** Failed passwords in a row, per address and name, before waiting is asked for. */
  readonly failures: number;
  /** One more try is allowed after each such time. */
  readonly failureRefill: DurationMs;
  /** The same for one name from addresses at which that person is not signed in. */
  readonly nameFailures: number;
  readonly nameRefill: DurationMs;
  /** The same for one address, whatever the names. An agency's people may share one. */
  readonly addressFailures: number;
  readonly addressRefill: DurationMs;
}

/**
 * A nurse's shift is up to 12 hours and a night must not end in a sign-in form, hence 12 h idle; 24 h absolute covers a
 * double shift. A link lives a day because it is printed at the start of a demo and opened when somebody looks.
 */
export const defaultAccessLimits: AccessLimits = {
  sessionIdle: hours(12),
  sessionAbsolute: hours(24),
  useNotedEvery: minutes(1),
  linkLife: hours(24),
  firstLinkLife: hours(1),
  failures: 5,
  failureRefill: seconds(30),
  nameFailures: 30,
  nameRefill: seconds(60),
  addressFailures: 60,
  addressRefill: seconds(5),
};
