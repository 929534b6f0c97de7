import { expect } from 'vitest';
import type { AlarmCode } from '#model/alarms.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { alertsOf, timelineOf } from './gateway-truth.ts';
import type { JournalLedger } from './journal-ledger.ts';
import type { PromisedReadings } from './promised-readings.ts';
import { until } from './until.ts';

/**
 * Where nobody acts on alerts: each pump with an alarm has one open occurrence and no other, and each onset in the journal
 * is behind exactly one event of it.
 */
export async function expectEachOnsetOnce(
  gateway: GatewayProcess,
  token: string,
  ledger: JournalLedger,
  promised: PromisedReadings,
  code: AlarmCode,
): Promise<void> {
  for (const pump of promised.alarmedPumps()) expect(ledger.onsets.has(pump), pump).toBe(true);
  const onsets = [...ledger.onsets.values()].reduce((sum, offsets) => sum + offsets.length, 0);
  const open = async () => (await alertsOf(gateway, token, 'open')).filter((alert) => alert.code === code);
  await until('the alerts to catch up', async () => {
    const counts = (await open()).map(({ count }) => count);
    return counts.reduce((sum, count) => sum + count, 0) >= onsets;
  });
  const closed = (await alertsOf(gateway, token, 'closed')).filter((alert) => alert.code === code);
  expect(closed).toEqual([]);
  const alerts = await open();
  expect(alerts.map(({ pump }) => pump).sort()).toEqual([...ledger.onsets.keys()].sort());
  for (const { id, pump } of alerts) {
    const timeline = await timelineOf(gateway, token, id);
    const began = timeline.filter(({ kind }) => kind === 'opened' || kind === 'recurred').map(({ cause }) => cause);
    expect(began, `${pump}`).toEqual(ledger.onsets.get(pump ?? ''));
  }
}
