import { createHmac, timingSafeEqual } from 'node:crypto';
import { minutes } from '#kernel/time.ts';

/** "I am well", signed. What the gateway tells the watchdog every 30 s. */
export interface Ping {
  /** Unix ms of the sender; each is later than the one before. */
  readonly at: number;
  /** The audit of the open alerts passed within the last minute: each has a next step, and none is overdue. */
  readonly auditPassed: boolean;
  /** What is wrong, in codes. */
  readonly problems: readonly string[];
}

const WINDOW = minutes(5);

export const signatureOf = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('base64url');

/** The ping in a body, unless its signature is wrong, it is too old or too new, or it is not later than `after`. */
export function readPing(
  secret: string,
  body: string,
  signature: string,
  after: number,
  now: number,
): Ping | undefined {
  const expected = Buffer.from(signatureOf(secret, body));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null) return undefined;
  const { at, auditPassed, problems }: Partial<Record<keyof Ping, unknown>> = value;
  if (typeof at !== 'number' || typeof auditPassed !== 'boolean' || !Array.isArray(problems)) return undefined;
  if (at <= after || Math.abs(now - at) > WINDOW) return undefined;
  return { at, auditPassed, problems: problems.map(String) };
}
