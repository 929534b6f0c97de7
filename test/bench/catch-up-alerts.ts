import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { seriesCaughtUp, systemOf } from '#support/gateway-truth.ts';
import { Influxd } from '#support/influxd.ts';
import { RawMqtt } from '#support/raw-mqtt.ts';
import { SseClient } from '#support/sse-client.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { latencyRow, raiseAlarms } from './alert-latency.ts';
import { type Bench, percentile, type Row, whole } from './bench.ts';
import { fillJournal } from './catch-up.ts';

const PUMPS = 300;
const READINGS_A_PUMP = 2_000;

export const catchUpAlerts: Bench = {
  name: 'catch-up-alerts',
  how:
    `From writing the PUBLISH of a new alarm to its event on /api/v1/events, as alert-latency: while InfluxDB is away, while ` +
    `the gateway writes ${whole(PUMPS * READINGS_A_PUMP)} readings that gathered meanwhile to an influxd that is back on the same ` +
    'machine, and once all is written.',
  run: runCatchUpAlerts,
};

async function runCatchUpAlerts(): Promise<readonly Row[]> {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  fillJournal(dir, PUMPS, READINGS_A_PUMP);
  const influxd = await Influxd.start();
  cleanup.defer(() => influxd.close());
  await influxd.query('CREATE DATABASE bench');
  await influxd.query('CREATE RETENTION POLICY "minutes" ON bench DURATION INF REPLICATION 1');
  await influxd.stop();
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: 'bench',
    INFUSION_LOG_LEVEL: 'error',
  });
  cleanup.defer(() => gateway.kill());
  const journal = new SqliteJournalReader(dir.file('journal.db'));
  cleanup.defer(() => journal.close());
  await until(
    'alerts and roll-ups to have read the journal',
    () => ['alerts', 'rollups'].every((consumer) => (journal.cursors()[consumer] ?? 0) === journal.lastOffset()),
    300_000,
  );
  const token = await gateway.token();
  const url = `${gateway.httpUrl}/api/v1/events?topics=alert`;
  const events = cleanup.use(await SseClient.open(url, { authorization: `Bearer ${token}` }));
  const hub = await RawMqtt.open(gateway.mqttPort);
  cleanup.defer(() => hub.end());
  hub.connect('alarms');
  await hub.next('connack');
  await raiseAlarms(hub, events, 'warm-up');
  const away = await raiseAlarms(hub, events, 'away');
  const behind = async (): Promise<number> => (await systemOf(gateway, token)).series.lagPoints;
  const backlog = await behind();
  await influxd.start();
  await until('the catch-up to begin', async () => (await behind()) < backlog - 5_000, 60_000);
  const began = await behind();
  const catching = await raiseAlarms(hub, events, 'catching-up');
  const left = await behind();
  if (left === 0) throw new Error('The catch-up was over before the alarms were: the figure says nothing.');
  await seriesCaughtUp(gateway, token, 300_000);
  const after = await raiseAlarms(hub, events, 'caught-up');
  const ratio = percentile(catching, 0.99) / percentile(after, 0.99);
  return [
    ['while', 'alarms', 'p50', 'p99', 'max'],
    latencyRow('InfluxDB is away', away),
    latencyRow(`${whole(began - left)} readings are written, ${whole(left)} left`, catching),
    latencyRow('all is written', after),
    ['p99 while catching up / when all is written', '', '', ratio.toFixed(2), ''],
  ];
}
