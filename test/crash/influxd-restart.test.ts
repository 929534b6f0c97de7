import { expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, seconds } from '#kernel/time.ts';
import { runLoad } from '#simulator/load.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { seriesCaughtUp, systemOf } from '#support/gateway-truth.ts';
import { alarmChangesOf, pointsPerPump } from '#support/influx-counts.ts';
import { Influxd } from '#support/influxd.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { PromisedReadings } from '#support/promised-readings.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const DATABASE = 'infusion';
const AWAY = seconds(4);

it('InfluxDB away, killed and back: hubs notice nothing, people see the lag, and each point is there once', {
  timeout: 180_000,
}, async () => {
  await using cleanup = new AsyncDisposableStack();
  const influxd = await Influxd.start();
  cleanup.defer(() => influxd.close());
  const dir = cleanup.use(new TempDir());
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: DATABASE,
  });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  const promised = new PromisedReadings();
  const over = new AbortController();
  const loading = runLoad(
    {
      host: '127.0.0.1',
      port: gateway.mqttPort,
      clock,
      random: seededRandom(12),
      connections: 10,
      pumpsPerConnection: 2,
      readingsPerMessage: 5,
      window: 16,
      messagesPerSecond: 150,
      alarms: { every: 29, code: 'battery-low' },
      onAcknowledged: promised.note,
    },
    over.signal,
  );
  cleanup.defer(async () => {
    over.abort();
    await loading;
  });
  await until('the first promises', () => promised.messages > 100);

  for (const end of ['stop', 'kill'] as const) {
    await influxd[end]();
    const before = promised.messages;
    await clock.sleep(AWAY);
    expect(promised.messages, 'PUBACKs go on without InfluxDB').toBeGreaterThan(before + 200);
    const { problems, series } = await until('the lag to show', async () => {
      const system = await systemOf(gateway, token);
      return system.series.lagPoints > 100 && system.series.lagSeconds > 1 && system;
    });
    expect(series.lagPoints).toBeGreaterThan(100);
    const behind = problems.find(({ code }) => code === 'series-behind');
    expect(behind?.says).toMatch(/time series store/);
    // Readings are taken all the same.
    expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
    await influxd.start();
    await clock.sleep(millis(200));
  }

  over.abort();
  const report = await loading;
  expect(report.breaks).toBe(0);
  expect(report.unacknowledged).toEqual([]);
  await seriesCaughtUp(gateway, token, 60_000);
  expect((await systemOf(gateway, token)).problems.map(({ code }) => code)).not.toContain('series-behind');
  const journal = dir.file('journal.db');
  const ledger = new JournalLedger(journal);
  expect(promised.allBrokenIn(ledger)).toEqual([]);
  expect(await pointsPerPump(influxd, DATABASE, 'pump_reading', 'seq')).toEqual(ledger.perPump);
  expect(await pointsPerPump(influxd, DATABASE, 'pump_alarm', 'active')).toEqual(alarmChangesOf(journal));
});
