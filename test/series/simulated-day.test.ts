import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeReadings, readingToWire } from '#codec/hub-json.ts';
import type { Inbound } from '#codec/inbound.ts';
import { readingsTopic } from '#codec/topics.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { silentLogger } from '#kernel/log.ts';
import { seededRandom, systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import type { PumpReading } from '#model/reading.ts';
import { Influx1Store } from '#series/influx1.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import { message } from '#support/hub-messages.ts';
import { Influxd, type InfluxRow } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { T0 } from './list-journal.ts';

const PUMPS = 50;
const DAY_MS = 86_400_000;
/** 432,000 readings with SIMULATED_DAY_STEP_SECONDS=10. */
const STEP_MS = Number(process.env['SIMULATED_DAY_STEP_SECONDS'] ?? 60) * 1_000;
const KILLS = 5;
const DATABASE = 'day';
const clock = new SystemClock();

const numbers = [
  'seq',
  'rate_ml_h',
  'programmed_rate_ml_h',
  'infused_ml',
  'remaining_ml',
  'reservoir_ml',
  'pressure_mmhg',
  'pressure_limit_mmhg',
  'battery_pct',
] as const;
const others = ['boot', 'state', 'infusion', 'drug', 'on_mains'] as const;

/** A pump's day: pressure that wanders, climbs to an alarm now and then, a pause each hour, fields that come and go. */
function dayOf(pump: number): PumpReading[] {
  const random = seededRandom(pump + 1);
  let infusedMl = 0;
  return Array.from({ length: DAY_MS / STEP_MS }, (_, seq) => {
    const atMs = T0 + seq * STEP_MS;
    const paused = (atMs / 60_000 + pump) % 60 < 3;
    const blocked = !paused && (atMs / 60_000 + 7 * pump) % 240 < 12;
    const rateMlH = paused ? 0 : 2 + (pump % 9) + Math.round(random() * 10) / 10;
    infusedMl += (rateMlH * STEP_MS) / 3_600_000;
    const climb = blocked ? ((atMs / 60_000 + 7 * pump) % 240) * 45 : 0;
    return {
      seq,
      atMs,
      state: paused ? 'paused' : 'infusing',
      infusion: `inf-${pump}-${Math.floor(seq / 1_000)}`,
      ...(random() < 0.95 && { drug: 'J2260' }),
      rateMlH,
      programmedRateMlH: 2 + (pump % 9),
      infusedMl,
      remainingMl: 500 - infusedMl,
      ...(random() < 0.9 && { reservoirMl: 500 - infusedMl }),
      pressureMmHg: 30 + random() * 10 + climb,
      pressureLimitMmHg: 563,
      ...(random() < 0.5 && { batteryPct: 100 - (seq % 100), onMains: seq % 2 === 0 }),
      alarms: climb > 400 ? [{ code: 'occlusion-downstream' as const }] : [],
    };
  });
}

let dir: TempDir;
let influxd: Influxd;
let writer: SqliteJournalWriter;
let reader: SqliteJournalReader;
beforeEach(async () => {
  dir = new TempDir();
  influxd = await Influxd.start();
  writer = new SqliteJournalWriter(dir.file('journal.db'));
  reader = new SqliteJournalReader(dir.file('journal.db'));
});
afterEach(async () => {
  reader.close();
  writer.close();
  await influxd.close();
  dir[Symbol.dispose]();
});

function fillJournal(): void {
  const days = Array.from({ length: PUMPS }, (_, pump) => dayOf(pump));
  const perMessage = 40;
  for (let seq = 0; seq < DAY_MS / STEP_MS; seq += perMessage) {
    const batch = days.map((day, pump): Inbound => {
      const payload = encodeReadings(`boot-${pump}`, day.slice(seq, seq + perMessage));
      return message(readingsTopic(`hub-${pump}`, `pump-${pump}`), payload, T0 + seq * STEP_MS);
    });
    expect(writer.append(batch).refused).toEqual({});
  }
}

interface Figures {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Count, sum and extremes of every field, and the counts of what is no number, from the journal. */
function journalFigures(): Map<string, Figures> {
  const figures = new Map<string, Figures>();
  for (let after: number | null = 0; after !== null; ) {
    const page: ReturnType<SqliteJournalReader['page']> = reader.page(null, after, 5_000);
    for (const { reading, boot } of page.readings) {
      const wire = { ...readingToWire(reading), boot };
      for (const name of [...numbers, ...others]) {
        const value = wire[name];
        if (value === undefined) continue;
        const known = figures.get(name) ?? {
          count: 0,
          sum: 0,
          min: Number.POSITIVE_INFINITY,
          max: Number.NEGATIVE_INFINITY,
        };
        known.count += 1;
        if (typeof value === 'number') {
          known.sum += value;
          known.min = Math.min(known.min, value);
          known.max = Math.max(known.max, value);
        }
        figures.set(name, known);
      }
    }
    after = page.next;
  }
  return figures;
}

it(`a day of ${PUMPS} pumps is whole in InfluxDB though it was killed ${KILLS} times on the way`, async () => {
  fillJournal();
  await influxd.query(`CREATE DATABASE ${DATABASE}`);
  const store = new Influx1Store({ url: influxd.url, database: DATABASE, writeTimeout: millis(20_000) }, clock);
  const state = new SqliteStateStore(dir.file('series.db'));
  const stop = new AbortController();
  const runner = new SeriesRunner({
    feed: new JournalFeed(reader, new JournalAlarmHistory(reader)),
    store,
    cursor: new StateCursor(state),
    quarantine: () => expect.unreachable(),
    clock,
    random: systemRandom,
    log: silentLogger,
    batchEntries: 1_000,
    backoff: { first: millis(20), factor: 2, max: millis(200), jitter: 0.2 },
  });
  const running = runner.run(stop.signal);
  const total = (PUMPS * DAY_MS) / STEP_MS;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await until('a part of the day', () => total - runner.lag().entries >= (kill * total) / (KILLS + 2), 600_000);
    await influxd.kill();
    const { failures } = runner.counters();
    await until('a failed write', () => runner.counters().failures > failures);
    await influxd.start();
  }
  await until('the end of the day', () => runner.lag().entries === 0, 600_000);
  stop.abort(new Error('done'));
  await running;
  await store.close();
  state.close();

  const wanted = journalFigures();
  expect(wanted.get('seq')?.count).toBe(total);
  const found = new Map<string, InfluxRow | undefined>();
  for (const name of numbers) {
    const text = `SELECT count("${name}"), sum("${name}"), min("${name}"), max("${name}") FROM pump_reading`;
    found.set(name, (await influxd.query(text, DATABASE))[0]);
  }
  for (const name of others) {
    found.set(name, (await influxd.query(`SELECT count("${name}") FROM pump_reading`, DATABASE))[0]);
  }
  for (const [name, figures] of wanted) {
    const row = found.get(name);
    expect([name, row?.['count']]).toEqual([name, figures.count]);
    if (figures.max < figures.min) continue;
    expect([name, row?.['min'], row?.['max']]).toEqual([name, figures.min, figures.max]);
    // The order of adding differs, and with it the last digits.
    expect(Number(row?.['sum']) / figures.sum).toBeCloseTo(1, 11);
  }

  // Alarms and occlusions: as many distinct points as the journal, read in one go, gives.
  const points = { pump_alarm: new Set<string>(), pump_occlusion: new Set<string>() };
  const feed = new JournalFeed(reader, new JournalAlarmHistory(reader)).open(cursorAtStart);
  for (let batch = feed.next(5_000); batch; batch = feed.next(5_000)) {
    for (const line of batch.lines) {
      const [tags = '', , time = ''] = line.split(' ');
      if (line.startsWith('pump_alarm,')) points.pump_alarm.add(`${tags} ${time}`);
      if (line.startsWith('pump_occlusion,')) points.pump_occlusion.add(`${tags} ${time}`);
    }
  }
  const [alarms] = await influxd.query('SELECT count(active) FROM pump_alarm', DATABASE);
  const [occlusions] = await influxd.query('SELECT count(pressure_share) FROM pump_occlusion', DATABASE);
  expect(points.pump_alarm.size).toBeGreaterThan(PUMPS);
  expect([alarms?.['count'], occlusions?.['count']]).toEqual([points.pump_alarm.size, points.pump_occlusion.size]);
}, 1_200_000);
