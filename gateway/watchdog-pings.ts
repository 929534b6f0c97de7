import type { Clock, Timer } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Logger } from '#kernel/log.ts';
import { millis, minutes, seconds } from '#kernel/time.ts';
import { type Ping, signatureOf } from '#notify/signed-ping.ts';

export interface PingSources {
  readonly url: string;
  readonly secret: string;
  /** The last audit of the alerts: when, and whether each open one has a next step that is not overdue. */
  readonly audit: () => { readonly at: number; readonly passed: boolean } | null;
  readonly problems: () => readonly { readonly code: string }[];
}

const PING_EVERY = seconds(30);
const AUDIT_LIFE = minutes(2);

/** Tells the watchdog every 30 s that the gateway is well, or what is not. An audit that has grown old is none. */
export function pingWatchdog(sources: PingSources, clock: Clock, log: Logger): Timer {
  const send = async () => {
    const at = clock.wall();
    const audit = sources.audit();
    const fresh = audit !== null && at - audit.at <= AUDIT_LIFE;
    const auditPassed = fresh && audit.passed;
    const body = JSON.stringify({
      at,
      auditPassed,
      problems: sources.problems().map(({ code }) => code),
    } satisfies Ping);
    const response = await fetch(`${sources.url.replace(/\/+$/, '')}/ping`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature': signatureOf(sources.secret, body) },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(seconds(10)),
    });
    if (!response.ok) throw new Error(`the watchdog answered ${response.status}`);
  };
  const safely = () => {
    send().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'the watchdog was not reached'));
  };
  clock.after(millis(0), 'first ping', safely);
  return clock.every(PING_EVERY, 'watchdog ping', safely);
}
