import { type ErrorCode, GatewayError, messageOf } from '#kernel/errors.ts';
import { minutes, seconds } from '#kernel/time.ts';
import type { Trend, TrendQuery } from '#model/trend.ts';
import type { SetupPlan, SetupStep } from './store-setup.ts';

/** What `check` found: the server's product and version, for people. */
export interface StoreCheck {
  readonly server: string;
}

/**
 * Where the time series go and where trends come from. All calls reject with the signal's reason when it is aborted, and
 * otherwise with a GatewayError of code
 * - `peer-unavailable`: no answer, 5xx, 408 or 429: the same call may succeed later;
 * - `peer-denied`: the server is there but does not let us in, or the database is missing (401, 403, 404 and other 4xx
 *   that say nothing about the data): the same call succeeds once a person has mended it;
 * - `peer-refused`: 400, 413, 422: the server refuses this data or this query.
 */
export interface SeriesStore {
  /**
   * Writes lines of line protocol. Writing the same line again changes nothing. After `peer-refused` any of the lines may
   * have been written or not: write them again in smaller parts until the refused line stands alone.
   */
  write(lines: readonly string[], signal: AbortSignal): Promise<void>;
  /** Writes lines of minutes to where they are kept for years; otherwise as `write`. */
  writeMinutes(lines: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Whether the point of a line that was written is there: measurement, tags and time alike. False also when the whole
   * database or bucket is missing.
   */
  holds(line: string, signal: AbortSignal): Promise<boolean>;
  /** As `holds`, where `writeMinutes` writes. */
  holdsMinute(line: string, signal: AbortSignal): Promise<boolean>;
  /** @throws GatewayError also `bad-request`, when the query is not of the form TrendQuery states. */
  trend(query: TrendQuery, signal: AbortSignal): Promise<Trend>;
  /**
   * Proves that the store answers, knows our credentials and has what it needs. @throws GatewayError `peer-denied` when a
   * database, bucket or retention policy is missing; `setUp` makes it.
   */
  check(signal: AbortSignal): Promise<StoreCheck>;
  /** Makes what is missing and tells what was there. Idempotent. Takes rights that writing does not take. */
  setUp(plan: SetupPlan, signal: AbortSignal): Promise<readonly SetupStep[]>;
  close(): Promise<void>;
}

/** How long a store keeps what is written to it. */
export interface SeriesRetention {
  /** Readings, occlusions, alarms and alerts. */
  readonly rawDays: number;
  /** Minutes. */
  readonly rollupDays: number;
}

/** Name of the second retention policy, and of the second bucket behind a slash: readings are in the first. */
export const MINUTES_POLICY = 'minutes';

const DETAIL_LIMIT = 300;
/** A server that asks for more is asked again all the same. */
const LONGEST_RETRY_AFTER = minutes(10);
const refusedStatuses: ReadonlySet<number> = new Set([400, 413, 422]);
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * The error for an HTTP answer that is not 2xx. `said` is the body or the server's own words, `retryAfter` the header of
 * that name: seconds, or a date, of which nothing is made for the clocks may differ.
 */
export function httpFailure(what: string, status: number, said: string, retryAfter?: string): GatewayError {
  const detail = `${what}: ${status} ${serverWords(said)}`.trim();
  const inSeconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return new GatewayError(codeOfStatus(status), detail, {
    ...(inSeconds !== undefined && { retryAfterMs: Math.min(seconds(inSeconds), LONGEST_RETRY_AFTER) }),
  });
}

/**
 * True for the answer that some points are older than the store keeps them, and that it took the others. A field of another
 * type in the same request has another answer, which comes first.
 */
export const isOnlyTooOld = (error: unknown): boolean =>
  error instanceof GatewayError &&
  error.code === 'peer-refused' &&
  /partial write: points beyond retention policy dropped=\d+/.test(error.detail);

/** The error for a call that got no HTTP answer at all. The cause is left out: it holds headers with credentials. */
export function linkFailure(what: string, thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('peer-unavailable', `${what}: ${oneLine(messageOf(thrown))}`);
}

function codeOfStatus(status: number): ErrorCode {
  if (refusedStatuses.has(status)) return 'peer-refused';
  return status >= 400 && status < 500 && !transientStatuses.has(status) ? 'peer-denied' : 'peer-unavailable';
}

/** The message within InfluxDB's JSON error (`error` in 1.x, `message` in 2.x), or the text itself. */
function serverWords(said: string): string {
  const start = said.indexOf('{');
  try {
    const body: unknown = JSON.parse(said.slice(Math.max(0, start)));
    if (typeof body === 'object' && body !== null) {
      if ('error' in body && typeof body.error === 'string') return oneLine(body.error);
      if ('message' in body && typeof body.message === 'string') return oneLine(body.message);
    }
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return oneLine(said);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, DETAIL_LIMIT);
