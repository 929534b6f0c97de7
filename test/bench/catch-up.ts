import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Inbound } from '#codec/inbound.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { minuteLine } from '#series/line-protocol.ts';
import { MinuteRollups } from '#series/minute-rollups.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { type Bench, median, type Row, whole } from './bench.ts';
import { sampleMessage } from './sample-readings.ts';

const PUMPS = 200;
const READINGS_A_PUMP = 1_000;
const STEP_MS = 10_000;
const PER_MESSAGE = 20;
const LINES_A_WRITE = 10_000;
const ROUNDS = 3;
const LOOK_EVERY_MS = 50;
const LONGEST_WAIT_MS = 300_000;
const DATABASE = 'bench';

export const catchUp: Bench = {
  name: 'catch-up',
  how:
    `${whole(PUMPS * READINGS_A_PUMP)} readings that gathered in the journal while InfluxDB was away, written by the whole gateway ` +
    `(points of readings, occlusions, alarms and minutes), against the same lines, made beforehand, ` +
    `sent ${whole(LINES_A_WRITE)} at a time over one connection by a bare writer. Each into an empty influxd, in turn, ${ROUNDS} times; medians.`,
  run: runCatchUp,
};

async function runCatchUp(): Promise<readonly Row[]> {
  const bare: number[] = [];
  const gateway: number[] = [];
  let lineCount = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    using dir = new TempDir();
    const { lines, minutes } = fill(dir);
    lineCount = lines.length + minutes.length;
    bare.push(await bareRate(lines, minutes));
    gateway.push(await gatewayRate(dir, lineCount));
  }
  const ratio = median(gateway) / median(bare);
  return [
    ['who writes', 'points/s'],
    [`bare writer, ${whole(lineCount)} points`, whole(median(bare))],
    ['gateway', whole(median(gateway))],
    ['gateway / bare', ratio.toFixed(2)],
  ];
}

/** A journal in `dir` up to the present, readings each ten seconds. */
export function fillJournal(dir: TempDir, pumps: number, readingsAPump: number): void {
  const writer = new SqliteJournalWriter(dir.file('journal.db'));
  const from = Date.now() - readingsAPump * STEP_MS;
  for (let seq = 0; seq < readingsAPump; seq += PER_MESSAGE) {
    writer.append(
      Array.from(
        { length: pumps },
        (_, pump): Inbound => sampleMessage(pump, seq, PER_MESSAGE, from + seq * STEP_MS, STEP_MS),
      ),
    );
  }
  writer.close();
}

/** A journal in `dir`, and the lines that follow from it, minutes apart. */
function fill(dir: TempDir): { readonly lines: string[]; readonly minutes: string[] } {
  fillJournal(dir, PUMPS, READINGS_A_PUMP);
  const reader = new SqliteJournalReader(dir.file('journal.db'));
  const feed = new JournalFeed(reader, new JournalAlarmHistory(reader)).open(cursorAtStart);
  const lines: string[] = [];
  for (let batch = feed.next(5_000); batch; batch = feed.next(5_000)) lines.push(...batch.lines);
  const rollups = new MinuteRollups(reader, true);
  for (let after: number | null = 0; after !== null; ) {
    const page: ReturnType<SqliteJournalReader['page']> = reader.page(null, after, 5_000);
    for (const entry of page.readings) rollups.add(entry);
    after = page.next;
  }
  reader.close();
  return { lines, minutes: rollups.take().map(minuteLine) };
}

async function prepare(influxd: Influxd): Promise<void> {
  await influxd.query(`CREATE DATABASE ${DATABASE}`);
  await influxd.query(`CREATE RETENTION POLICY "minutes" ON ${DATABASE} DURATION INF REPLICATION 1`);
}

async function bareRate(lines: readonly string[], minutes: readonly string[]): Promise<number> {
  const influxd = await Influxd.start();
  try {
    await prepare(influxd);
    const writes = [...bodiesOf(lines, ''), ...bodiesOf(minutes, '&rp=minutes')];
    const began = performance.now();
    for (const { body, policy } of writes) await post(influxd.port, body, policy);
    return (lines.length + minutes.length) / ((performance.now() - began) / 1_000);
  } finally {
    await influxd.close();
  }
}

/**
 * The gateway runs on the full journal while nothing listens at InfluxDB's address, until alerts and roll-ups have read it
 * all. Then influxd comes up; the rate is that between a tenth of the points and nine tenths,
 * for readings and minutes each come back after a wait of their own.
 */
async function gatewayRate(dir: TempDir, lines: number): Promise<number> {
  const influxd = await Influxd.start();
  await prepare(influxd);
  await influxd.stop();
  const gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: DATABASE,
    INFUSION_LOG_LEVEL: 'error',
  });
  const journal = new SqliteJournalReader(dir.file('journal.db'));
  try {
    const places = () => journal.cursors();
    await until(
      'alerts and roll-ups to have read the journal',
      () => ['alerts', 'rollups'].every((consumer) => (places()[consumer] ?? 0) === journal.lastOffset()),
      300_000,
    );
    await influxd.start();
    const first = await taken(influxd, 0.1 * lines);
    const enough = await taken(influxd, 0.9 * lines);
    await until('every point to be there', async () => (await countPoints(influxd)) === lines, LONGEST_WAIT_MS);
    return (enough.points - first.points) / ((enough.at - first.at) / 1_000);
  } finally {
    journal.close();
    await gateway.kill();
    await influxd.close();
  }
}

/** Waits until influxd has taken so many points, by its own counter: asking for that costs it next to nothing. */
async function taken(influxd: Influxd, least: number): Promise<{ readonly points: number; readonly at: number }> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < end) {
    const points = await influxd.pointsTaken();
    if (points >= least) return { points, at: performance.now() };
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`The gateway did not write ${least} points in time.`);
}

function bodiesOf(lines: readonly string[], policy: string): { readonly body: string; readonly policy: string }[] {
  return Array.from({ length: Math.ceil(lines.length / LINES_A_WRITE) }, (_, i) => ({
    body: lines.slice(i * LINES_A_WRITE, (i + 1) * LINES_A_WRITE).join('\n'),
    policy,
  }));
}

/** Points of readings, occlusions, alarms and minutes. */
async function countPoints(influxd: Influxd): Promise<number> {
  let sum = 0;
  for (const [field, measurement] of [
    ['seq', 'pump_reading'],
    ['pressure_share', 'pump_occlusion'],
    ['active', 'pump_alarm'],
    ['readings', 'minutes"."pump_minute'],
  ]) {
    const [row] = await influxd.query(`SELECT count("${field}") FROM "${measurement}"`, DATABASE);
    sum += Number(row?.['count'] ?? 0);
  }
  return sum;
}

function post(port: number, body: string, policy: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(
      { port, host: '127.0.0.1', method: 'POST', path: `/write?db=${DATABASE}&precision=ns${policy}` },
      (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 204) resolve();
          else reject(new Error(`influxd answered ${response.statusCode}.`));
        });
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
