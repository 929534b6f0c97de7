import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { HttpFront } from '#support/http-front.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';
import { until } from '#support/until.ts';
import { countByPump, DATABASE, each, Run, readings } from './influxd-run.ts';
import { ListJournal } from './list-journal.ts';

const clock = new SystemClock();
const limits = { writeTimeout: millis(2_000), queryTimeout: millis(2_000) };
const target = { org: 'o', bucket: DATABASE, token: 't' };

let server: Influxd;
let journal: ListJournal;
let open: AsyncDisposableStack;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  server = await Influxd.start();
  open.defer(() => server.close());
  await server.query(`CREATE DATABASE ${DATABASE}`);
  journal = new ListJournal();
});
afterEach(() => open.disposeAsync());

function closing<T extends { close(): Promise<unknown> }>(resource: T): T {
  open.defer(async () => void (await resource.close()));
  return resource;
}

async function behind(version: '1.x' | '2.x'): Promise<{ front: HttpFront; store: SeriesStore }> {
  if (version === '1.x') {
    const front = closing(await HttpFront.start(server.url));
    return { front, store: closing(new Influx1Store({ url: front.url, database: DATABASE, ...limits }, clock)) };
  }
  const influx2 = closing(await Influx2Front.start({ ...target, upstream: server.url }));
  const front = closing(await HttpFront.start(influx2.url));
  return { front, store: closing(new Influx2Store({ ...target, url: front.url, ...limits }, clock)) };
}

describe.each(['1.x', '2.x'] as const)('InfluxDB %s behind an HTTP proxy', (version) => {
  it('is asked again no sooner than Retry-After says, and has each reading once', async () => {
    const { front, store } = await behind(version);
    readings(journal, 2_000);
    const run = new Run(journal, store, undefined, 200);
    await run.written(300);
    front.refuse(429, { 'retry-after': '1' });
    await until('two refusals', () => front.refused >= 2);
    expect(run.runner.counters().problem).toMatchObject({ code: 'peer-unavailable' });
    front.mend();
    await run.drained();
    await run.stop();
    // The pause of the runner alone is 100 ms at most.
    expect(front.soonestRetryMs).toBeGreaterThan(950);
    expect(await countByPump(server)).toEqual(each(100));
    expect(run.quarantined).toEqual([]);
  }, 40_000);

  it('takes in small pieces what the proxy finds too long, and has each reading once', async () => {
    const { front, store } = await behind(version);
    front.limit(10_000);
    readings(journal, 2_000);
    const run = new Run(journal, store, undefined, 1_000);
    await run.drained();
    await run.stop();
    expect(front.refused).toBeGreaterThan(10);
    expect(run.runner.counters().failures).toBe(0);
    expect(await countByPump(server)).toEqual(each(100));
    expect(run.quarantined).toEqual([]);
  }, 40_000);
});

describe('a link that is no good', () => {
  it('half-open: what arrived without an answer is sent again, and is there once', async () => {
    const proxy = closing(await TcpProxy.start(server.port));
    const patient = { writeTimeout: millis(400), queryTimeout: millis(400) };
    const store = closing(new Influx1Store({ url: proxy.url, database: DATABASE, ...patient }, clock));
    readings(journal, 4_000);
    const run = new Run(journal, store);
    await run.written(500);
    proxy.mute();
    const { failures } = run.runner.counters();
    await until('failures', () => run.runner.counters().failures >= failures + 2);
    const [counts] = await server.query('SELECT count(seq) FROM pump_reading', DATABASE);
    const [alarms] = await server.query('SELECT count(active) FROM pump_alarm', DATABASE);
    const arrived = Number(counts?.['count']) + Number(alarms?.['count']);
    expect(arrived, 'more arrived than was answered').toBeGreaterThan(run.runner.counters().linesWritten);
    expect(run.runner.lag().entries).toBeGreaterThan(0);
    proxy.mend();
    await run.drained();
    await run.stop();
    expect(await countByPump(server)).toEqual(each(200));
    expect(run.quarantined).toEqual([]);
  }, 40_000);

  it('thin: a batch that does not get through in time is made smaller until it does', async () => {
    const proxy = closing(await TcpProxy.start(server.port));
    const hasty = { writeTimeout: millis(500), queryTimeout: millis(500) };
    const store = closing(new Influx1Store({ url: proxy.url, database: DATABASE, ...hasty }, clock));
    proxy.throttle(80_000);
    readings(journal, 1_000);
    const run = new Run(journal, store, undefined, 1_000);
    await run.drained();
    const { failures } = run.runner.counters();
    await run.stop();
    expect(failures).toBeGreaterThan(3);
    expect(await countByPump(server)).toEqual(each(50));
    expect(run.quarantined).toEqual([]);
  }, 40_000);
});
