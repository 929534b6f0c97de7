import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { StateCursor } from '#series/state-cursor.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { SmallDisk } from '#support/small-disk.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { until } from '#support/until.ts';
import { countByPump, DATABASE, each, PUMPS, Run, readings } from './influxd-run.ts';
import { ListJournal, T0 } from './list-journal.ts';

const clock = new SystemClock();
const limits = { writeTimeout: millis(2_000), queryTimeout: millis(2_000) };

describe('the runner and a real influxd', () => {
  let server: Influxd;
  let proxy: TcpProxy;
  let store: SeriesStore;
  let journal: ListJournal;

  beforeEach(async () => {
    server = await Influxd.start();
    await server.query(`CREATE DATABASE ${DATABASE}`);
    proxy = await TcpProxy.start(server.port);
    store = new Influx1Store({ url: proxy.url, database: DATABASE, ...limits }, clock);
    journal = new ListJournal();
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
    await server.close();
  });

  it('has each reading once after influxd was killed and started in the middle of it, again and again', async () => {
    readings(journal, 10_000);
    const run = new Run(journal, store);
    for (const lines of [500, 3_000, 6_000]) {
      await run.written(lines);
      await server.kill();
      await until('a failed write', () => run.runner.counters().problem?.code === 'peer-unavailable');
      await server.start();
    }
    await run.drained();
    await run.stop();
    expect(await countByPump(server)).toEqual(each(500));
    expect(run.quarantined).toEqual([]);
    const alarms = await server.query('SELECT count(active), sum(active) FROM pump_alarm', DATABASE);
    // On at the first of each ten readings of a pump, off at the second.
    expect(alarms).toMatchObject([{ count: PUMPS * 100, sum: PUMPS * 50 }]);
  }, 40_000);

  it('has each reading once after links were cut, frozen and refused, and after the program was stopped', async () => {
    readings(journal, 8_000);
    const cursor = new StateCursor(new MemoryStateStore());
    let run = new Run(journal, store, cursor);
    const failed = (times: number) => until('failures', () => run.runner.counters().failures >= times);
    await run.written(500);
    proxy.cut();
    await run.written(1_000);
    proxy.freeze();
    await failed(1);
    proxy.mend();
    await run.written(1_500);
    const before = run.runner.counters().failures;
    proxy.refuse();
    await failed(before + 3);
    proxy.mend();
    await run.written(2_000);
    await run.stop();
    run = new Run(journal, store, cursor);
    await run.drained();
    await run.stop();
    expect(await countByPump(server)).toEqual(each(400));
    expect(run.quarantined).toEqual([]);
  }, 40_000);

  it('has each reading once after the disk of influxd was full and it was started anew', async () => {
    await using disk = await SmallDisk.inMemory(48);
    const small = await Influxd.start({ folder: disk.path });
    const second = new Influx1Store({ url: small.url, database: DATABASE, ...limits }, clock);
    try {
      await small.query(`CREATE DATABASE ${DATABASE}`);
      readings(journal, 6_000);
      const run = new Run(journal, second);
      await run.written(500);
      disk.fill();
      await until('a failed write', () => run.runner.counters().problem?.code === 'peer-unavailable');
      disk.free();
      // InfluxDB 1.x goes on refusing after its disk has room again, until it is started anew.
      await small.kill();
      await small.start();
      await run.drained();
      await run.stop();
      const [row] = await small.query('SELECT count(seq) FROM pump_reading', DATABASE);
      expect(row).toMatchObject({ count: 6_000 });
      expect(run.quarantined).toEqual([]);
    } finally {
      await second.close();
      await small.close();
    }
  }, 40_000);

  it('has each reading once though every answer is slow', async () => {
    readings(journal, 3_000);
    proxy.delay(150);
    const run = new Run(journal, store, undefined, 500);
    await run.drained();
    await run.stop();
    expect(await countByPump(server)).toEqual(each(150));
    expect(run.runner.counters()).toMatchObject({ failures: 0, quarantined: 0 });
  }, 40_000);

  it('quarantines the one reading influxd refuses, and no other', async () => {
    // Another program wrote pump-7 `drug` as a number on that day: only a reading with a drug conflicts.
    const strange = 'pump_reading,hub=elsewhere,pump=x drug=5';
    expect(await server.write(DATABASE, `${strange} ${T0}000000`)).toBe(204);
    readings(journal, 999);
    const bad = journal.add({ pump: 'pump-7', seq: 5_000, atMs: T0 + 5_000, drug: 'J1559' });
    const run = new Run(journal, store, undefined, 5_000);
    await run.drained();
    await run.stop();
    expect(run.quarantined).toHaveLength(1);
    expect(run.quarantined[0]).toMatchObject({ offset: bad.offset, pump: 'pump-7', measurement: 'pump_reading' });
    expect(run.quarantined[0]?.detail).toContain('field type conflict');
    const [row] = await server.query('SELECT count(seq) FROM pump_reading', DATABASE);
    expect(row).toMatchObject({ count: 999 });
  });

  it('makes its requests as small as influxd demands', async () => {
    const narrow = await Influxd.start({ maxBodyBytes: 10_000 });
    const second = new Influx1Store({ url: narrow.url, database: DATABASE, ...limits }, clock);
    try {
      await narrow.query(`CREATE DATABASE ${DATABASE}`);
      readings(journal, 3_000);
      const run = new Run(journal, second, undefined, 5_000);
      await run.drained();
      await run.stop();
      const [row] = await narrow.query('SELECT count(seq) FROM pump_reading', DATABASE);
      expect(row).toMatchObject({ count: 3_000 });
      expect(run.quarantined).toEqual([]);
    } finally {
      await second.close();
      await narrow.close();
    }
  });

  it('reaches InfluxDB 2.x the same way', async () => {
    const target = { org: 'o', bucket: DATABASE, token: 't' };
    const front = await Influx2Front.start({ ...target, upstream: server.url });
    const second = new Influx2Store({ ...target, url: front.url, gzip: true, ...limits }, clock);
    try {
      readings(journal, 4_000);
      const run = new Run(journal, second);
      await run.written(500);
      await server.kill();
      await until('a failed write', () => run.runner.counters().problem?.code === 'peer-unavailable');
      await server.start();
      await run.drained();
      await run.stop();
      expect(await countByPump(server)).toEqual(each(200));
      expect(front.gzipped).toBeGreaterThan(0);
    } finally {
      await second.close();
      await front.close();
    }
  });
});
