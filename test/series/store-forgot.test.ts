import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import { minuteLine } from '#series/line-protocol.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { DATABASE, Run, readings } from './influxd-run.ts';
import { ListJournal, T0 } from './list-journal.ts';

const COUNT = 6_000;
const clock = new SystemClock();
const limits = { writeTimeout: millis(5_000), queryTimeout: millis(5_000) };
const { signal } = new AbortController();

let dir: TempDir;
let server: Influxd;
let journal: ListJournal;
const closing: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  dir = new TempDir();
  server = await Influxd.start({ folder: dir.path });
  await server.query(`CREATE DATABASE ${DATABASE}`);
  journal = new ListJournal();
  readings(journal, COUNT);
});
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
  await server.close();
  dir[Symbol.dispose]();
});

/** Count, sum and extremes of the rates, as 0 to COUNT - 1 give them; and as many alarms as were raised and cleared. */
async function expectWhole(): Promise<void> {
  const rates = 'count(rate_ml_h), sum(rate_ml_h), min(rate_ml_h), max(rate_ml_h)';
  expect(await server.query(`SELECT ${rates} FROM pump_reading`, DATABASE)).toMatchObject([
    { count: COUNT, sum: (COUNT * (COUNT - 1)) / 2, min: 0, max: COUNT - 1 },
  ]);
  const alarms = await server.query('SELECT count(active), sum(active) FROM pump_alarm', DATABASE);
  expect(alarms).toMatchObject([{ count: COUNT / 5, sum: COUNT / 10 }]);
}

const influx1 = (onMade: () => void): Influx1Store => {
  const store = new Influx1Store({ url: server.url, database: DATABASE, onMade, ...limits }, clock);
  closing.push(store);
  return store;
};

it('writes all again after the database of 1.x was dropped in the middle', async () => {
  const run: Run = new Run(
    journal,
    influx1(() => run.runner.remade()),
  );
  await run.written(COUNT / 3);
  await server.query(`DROP DATABASE ${DATABASE}`);
  await run.drained();
  await run.stop();
  expect(run.runner.counters()).toMatchObject({ quarantined: 0, problem: null });
  await expectWhole();
}, 40_000);

it('writes all again after the bucket of 2.x was missing', async () => {
  const target = { org: 'o', bucket: DATABASE, token: 't' };
  const front = await Influx2Front.start({ ...target, upstream: server.url });
  const store = new Influx2Store({ ...target, url: front.url, ...limits }, clock);
  closing.push(store, front);
  const run = new Run(journal, store);
  await run.written(COUNT / 3);
  await server.query(`DROP DATABASE ${DATABASE}`);
  await run.stuck('peer-denied');
  await server.query(`CREATE DATABASE ${DATABASE}`);
  await run.drained();
  await run.stop();
  expect(run.quarantined).toEqual([]);
  await expectWhole();
}, 40_000);

it('writes again what influxd 1.6 loses behind an entry of its log that a kill tore', async () => {
  const later = journal.entries.splice(COUNT / 3);
  const run = new Run(
    journal,
    influx1(() => {}),
  );
  const more = async () => {
    journal.entries.push(...later.splice(0, COUNT / 3));
    run.runner.notify();
    await run.stuck('peer-unavailable');
  };
  await run.drained();
  await server.kill();
  await more();
  for (const name of readdirSync(dir.path, { recursive: true }).map(String)) {
    // Kind and length of an entry, and less than that length.
    const torn = Buffer.concat([Buffer.from([1, 0, 0, 4, 0]), Buffer.alloc(100, 7)]);
    if (name.endsWith('.wal') && name.includes(DATABASE)) appendFileSync(join(dir.path, name), torn);
  }
  await server.start();
  await run.drained();
  await server.kill();
  await more();
  await server.start();
  await run.drained();
  await run.stop();
  // Two thirds were written twice, and with each five readings an alarm.
  expect(run.runner.counters().linesWritten).toBe((6 / 5) * COUNT * (5 / 3));
  await expectWhole();
}, 40_000);

it('is asked for one point by measurement, tags and time', async () => {
  const store = influx1(() => {});
  const line = 'pump_reading,hub=h\\ 1,pump=p\\,\\=\'"é seq=1i 1772323200000000007';
  expect(await store.holds(line, signal)).toBe(false);
  await store.write([line], signal);
  expect(await store.holds(line, signal)).toBe(true);
  expect(await store.holds(line.replace(/7$/, '8'), signal)).toBe(false);
  expect(await store.holds(line.replace('hub=h', 'hub=g'), signal)).toBe(false);
  const minute = minuteLine({ pump: 'p', minuteMs: T0, count: 1, columns: {} });
  expect(await store.holdsMinute(minute, signal)).toBe(false);
  await store.writeMinutes([minute], signal);
  expect(await store.holdsMinute(minute, signal)).toBe(true);
  await server.query(`DROP DATABASE ${DATABASE}`);
  expect(await store.holds(line, signal)).toBe(false);
});
