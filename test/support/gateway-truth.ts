import type { Alert, AlertEvent } from '#model/alert.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { until } from './until.ts';

/** What a gateway says of itself and of its journal, over its API. */

interface System {
  readonly ready: boolean;
  readonly problems: readonly { readonly code: string; readonly says: string; readonly next: string }[];
  readonly storage: { readonly lastOffset: number | null };
  readonly series: { readonly lagPoints: number; readonly lagSeconds: number };
  readonly serial: readonly { readonly port: string; readonly state: string; readonly problem: string | null }[];
}

export const systemOf = (gateway: GatewayProcess, token: string): Promise<System> => gateway.api(token, '/system');

/** Waits until the series hold all that the journal holds. */
export async function seriesCaughtUp(gateway: GatewayProcess, token: string, limitMs = 30_000): Promise<void> {
  await until(
    'the series to catch up',
    async () => {
      const { storage, series } = await systemOf(gateway, token);
      return storage.lastOffset !== null && series.lagPoints === 0 && series.lagSeconds === 0;
    },
    limitMs,
  );
}

export async function alertsOf(gateway: GatewayProcess, token: string, state: Alert['state']): Promise<Alert[]> {
  const { alerts } = await gateway.api<{ alerts: Alert[] }>(token, `/alerts?state=${state}`);
  return alerts;
}

export async function timelineOf(gateway: GatewayProcess, token: string, id: string): Promise<AlertEvent[]> {
  const { timeline } = await gateway.api<{ timeline: AlertEvent[] }>(token, `/alerts/${id}`);
  return timeline;
}

/** How many readings of each pump `/readings` gives, all pages. */
export async function readingsPerPump(gateway: GatewayProcess, token: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let after: number | null = 0; after !== null; ) {
    const page: { readings: { pump: string }[]; next: number | null } = await gateway.api(
      token,
      `/readings?after=${after}&limit=1000`,
    );
    for (const { pump } of page.readings) counts.set(pump, (counts.get(pump) ?? 0) + 1);
    after = page.next;
  }
  return counts;
}
