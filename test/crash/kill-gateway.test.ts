import { expect, it } from 'vitest';
import type { Random } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis, seconds } from '#kernel/time.ts';
import { runLoad } from '#simulator/load.ts';
import { expectEachOnsetOnce } from '#support/alert-log-check.ts';
import { withSeed } from '#support/crash-seed.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { readingsPerPump } from '#support/gateway-truth.ts';
import { alarmChangesOf, pointsPerPump } from '#support/influx-counts.ts';
import { Influxd } from '#support/influxd.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { PromisedReadings } from '#support/promised-readings.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const kills = Number(process.env['CRASH_KILLS'] ?? 50);
const CODE = 'occlusion-downstream';
const DATABASE = 'infusion';

/** A third of the kills fall into the start: while databases are opened, alerts restored, doors opened. */
const KILLED_AT_START = 0.34;

async function killAtStart(gateway: GatewayProcess, random: Random): Promise<void> {
  const starting = gateway.start().then(
    () => 'ready',
    () => 'ended',
  );
  const first = await Promise.race([starting, clock.sleep(millis(random() * 1_500)).then(() => 'kill')]);
  if (first === 'ended') throw new Error(`The gateway ended by itself at its start.\n${gateway.errors}`);
  await gateway.kill();
  await starting;
}

/** Kills at the very moment of a PUBACK, or some time after traffic has begun to flow again. */
async function killInTraffic(gateway: GatewayProcess, random: Random, promised: PromisedReadings): Promise<void> {
  const atPuback = random() < 0.5;
  const puback = 1 + Math.floor(random() ** 2 * 300);
  await new Promise<void>((resolve, reject) => {
    const late = clock.after(seconds(30), 'no traffic', () => reject(new Error(`No PUBACK.\n${gateway.errors}`)));
    promised.atNext(atPuback ? puback : 1, () => {
      late.cancel();
      if (atPuback) gateway.kill().then(resolve, reject);
      else resolve();
    });
  });
  if (!atPuback) await clock.sleep(millis(random() * 600));
  if (!atPuback && !gateway.running) throw new Error(`The gateway ended by itself.\n${gateway.errors}`);
  await gateway.kill();
}

it(`keeps every promise over ${kills} kills`, { timeout: 120_000 + kills * 6_000 }, () =>
  withSeed(async (random) => {
    await using cleanup = new AsyncDisposableStack();
    const influxd = await Influxd.start();
    cleanup.defer(() => influxd.close());
    const dir = cleanup.use(new TempDir());
    const compiled = cleanup.use(new TempDir());
    const gateway = await GatewayProcess.start(dir.path, {
      INFUSION_INFLUX_URL: influxd.url,
      INFUSION_INFLUX_DATABASE: DATABASE,
      // Spares each start the reading of the sources.
      NODE_COMPILE_CACHE: compiled.path,
    });
    cleanup.defer(() => gateway.kill());
    const token = await gateway.token();

    const promised = new PromisedReadings();
    const journal = dir.file('journal.db');
    const ledger = new JournalLedger(journal);
    const check = () => {
      expect(promised.brokenIn(ledger), 'promised and lost').toEqual([]);
      expect(ledger.faults).toEqual([]);
    };
    const over = new AbortController();
    const loading = runLoad(
      {
        host: '127.0.0.1',
        port: gateway.mqttPort,
        clock,
        random,
        connections: 20,
        pumpsPerConnection: 2,
        readingsPerMessage: 2,
        window: 16,
        messagesPerSecond: 300,
        reconnect: true,
        drain: seconds(60),
        alarms: { every: 31, code: CODE },
        onAcknowledged: promised.note,
      },
      over.signal,
    );
    cleanup.defer(async () => {
      over.abort();
      await loading;
    });

    await clock.sleep(millis(500));
    await gateway.kill();
    for (let kill = 1; kill < kills; kill += 1) {
      if (random() < KILLED_AT_START) await killAtStart(gateway, random);
      else {
        await gateway.start();
        check();
        await killInTraffic(gateway, random, promised);
      }
    }
    await gateway.start();
    over.abort();
    const report = await loading;

    expect(report.unacknowledged, 'never taken').toEqual([]);
    expect(promised.messages).toBeGreaterThan(kills * 10);
    expect(report.resentMessages).toBeGreaterThan(0);
    const whole = new JournalLedger(journal);
    expect(promised.allBrokenIn(whole), 'promised and lost').toEqual([]);
    expect(whole.faults).toEqual([]);
    expect(await readingsPerPump(gateway, token)).toEqual(whole.perPump);
    await seriesHoldEachOnce(influxd, whole, journal);
    await expectEachOnsetOnce(gateway, token, whole, promised, CODE);
    expect(await gateway.stop()).toBe(0);
  }),
);

async function seriesHoldEachOnce(influxd: Influxd, ledger: JournalLedger, journal: string): Promise<void> {
  const readings = () => pointsPerPump(influxd, DATABASE, 'pump_reading', 'seq');
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  await until('the series to catch up', async () => total(await readings()) >= ledger.readings, 60_000);
  expect(await readings()).toEqual(ledger.perPump);
  const changes = await pointsPerPump(influxd, DATABASE, 'pump_alarm', 'active');
  expect(changes).toEqual(alarmChangesOf(journal));
}
