import { encodeStatus } from '#codec/hub-json.ts';
import type { AttachedPump, HubStatus } from '#model/hub-status.ts';
import type { DeclaredGap } from './declared-gaps.ts';
import type { LineState } from './pump-poller.ts';

/** What this hub tells of itself besides the contract; fields that the gateway keeps as they are. */
export interface HubExtras {
  /** Lines to the pumps. */
  readonly lines: Readonly<Record<string, LineState>>;
  readonly gaps: readonly DeclaredGap[];
  /** Answers a ping. */
  readonly pong?: string;
}

/** The payload of a status message. */
export function hubStatusText(
  status: HubStatus & { readonly pumps: readonly AttachedPump[] },
  extras: HubExtras,
): string {
  const { lines, gaps, pong } = extras;
  const more = {
    ...(Object.keys(lines).length > 0 && { lines }),
    ...(gaps.length > 0 && { gaps }),
    ...(pong !== undefined && { pong }),
  };
  return Object.keys(more).length === 0
    ? encodeStatus(status)
    : `${encodeStatus(status).slice(0, -1)},${JSON.stringify(more).slice(1)}`;
}
