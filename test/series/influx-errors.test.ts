import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { days, millis } from '#kernel/time.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import { readingLine } from '#series/line-protocol.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { TcpProxy } from '#support/tcp-proxy.ts';

const clock = new SystemClock();
const { signal } = new AbortController();
/** For a real server, which may have much else to do. */
const unhurried = (url: string): Influx1Store => new Influx1Store({ url, database: 'db' }, clock);

const limits = { writeTimeout: millis(300), queryTimeout: millis(300) };
const query = { pump: 'p', from: 0, to: 10, points: 1 };

const influx1 = (url: string): SeriesStore => new Influx1Store({ url, database: 'db', ...limits }, clock);
const influx2 = (url: string): SeriesStore =>
  new Influx2Store({ url, org: 'o', bucket: 'db', token: 't', ...limits }, clock);

const open: { close(): Promise<unknown> }[] = [];
const closing = <T extends { close(): Promise<unknown> }>(resource: T): T => {
  open.push(resource);
  return resource;
};
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

/** A server that answers every request the same way; its address. */
async function serverThat(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing({
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe.each([
  ['1.x', influx1],
  ['2.x', influx2],
])('what the InfluxDB %s store makes of a failure', (_name, make) => {
  it.each([
    [400, 'peer-refused'],
    [413, 'peer-refused'],
    [422, 'peer-refused'],
    [401, 'peer-denied'],
    [403, 'peer-denied'],
    [404, 'peer-denied'],
    [408, 'peer-unavailable'],
    [429, 'peer-unavailable'],
    [500, 'peer-unavailable'],
    [503, 'peer-unavailable'],
    [302, 'peer-unavailable'],
  ])('status %i', async (status, code) => {
    const url = await serverThat((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end('{"error":"its words","message":"its words"}'));
    });
    const store = closing(make(url));
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code });
    await expect(store.trend(query, signal)).rejects.toMatchObject({ code });
    if (status < 500) {
      await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ detail: `Write: ${status} its words` });
    }
  });

  it.each([
    ['7', 7_000],
    ['99999', 600_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('429 with Retry-After %s', async (header, retryAfterMs) => {
    const url = await serverThat((request, response) => {
      request.resume().on('end', () => response.writeHead(429, { 'retry-after': header }).end('{}'));
    });
    const store = closing(make(url));
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-unavailable', retryAfterMs });
  });

  it('a port where nobody listens', async () => {
    const store = closing(make('http://127.0.0.1:1'));
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
    await expect(store.check(signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
  });

  it('a server that takes the request and never answers', async () => {
    const store = closing(make(await serverThat(() => {})));
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({
      code: 'peer-unavailable',
      detail: 'Write: no answer within 300 ms.',
    });
    await expect(store.trend(query, signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
  });

  it('an answer that breaks off in the middle', async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { 'content-length': 100, 'content-type': 'application/json' });
      response.write('{"results":[', () => response.destroy());
    });
    const store = closing(make(url));
    await expect(store.trend(query, signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
  });

  it('something that is no InfluxDB', async () => {
    const store = closing(make(await serverThat((_request, response) => response.end('<html>Welcome</html>'))));
    await expect(store.trend(query, signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
  });

  it('a caller who stops waiting: the request is let go', async () => {
    let gone = false;
    const url = await serverThat((request) => request.socket.on('close', () => (gone = true)));
    const store = closing(make(url));
    const caller = new AbortController();
    const writing = store.write(['m f=1 1'], caller.signal);
    const reason = new Error('stop');
    await clock.sleep(millis(50));
    caller.abort(reason);
    await expect(writing).rejects.toBe(reason);
    await expect.poll(() => gone).toBe(true);
  });
});

it('an error never holds the credentials', async () => {
  const url = await serverThat((request, response) => {
    request.resume().on('end', () => response.writeHead(401).end('no'));
  });
  const secret = 'not-for-logs';
  const stores = [
    new Influx1Store({ url, database: 'db', username: 'u', password: secret }, clock),
    new Influx2Store({ url, org: 'o', bucket: 'b', token: secret }, clock),
  ].map(closing);
  for (const store of stores) {
    const error: unknown = await store.write(['m f=1 1'], signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'peer-denied' });
    const everything = inspect(error, { depth: 20, showHidden: true });
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(Buffer.from(`u:${secret}`).toString('base64'));
  }
});

describe('InfluxDB 1.x', () => {
  it('is given its database, again after it has lost all', async () => {
    const server = closing(await Influxd.start());
    const store = closing(unhurried(server.url));
    await expect(store.check(signal)).rejects.toMatchObject({ code: 'peer-denied' });
    for (let round = 0; round < 2; round += 1) {
      await store.write(['m f=1 1'], signal);
      await store.writeMinutes(['m f=2 1'], signal);
      expect(await store.check(signal)).toEqual({ server: 'InfluxDB 1.6.7~rc0' });
      expect(await server.query('SELECT * FROM m', 'db')).toEqual([{ time: 1, f: 1 }]);
      expect(await server.query('SELECT * FROM minutes.m', 'db')).toEqual([{ time: 1, f: 2 }]);
      await server.query('DROP DATABASE "db"');
    }
  });

  it('is given the place for minutes where the database was there before', async () => {
    const server = closing(await Influxd.start());
    await server.query('CREATE DATABASE db');
    const store = closing(unhurried(server.url));
    await store.writeMinutes(['m f=2 1'], signal);
    expect(await server.query('SELECT * FROM minutes.m', 'db')).toEqual([{ time: 1, f: 2 }]);
  });

  it('gives up on readings older than it keeps, and on nothing that comes with them', async () => {
    const server = closing(await Influxd.start());
    const retention = { rawDays: 30, rollupDays: 730 };
    const store = closing(new Influx1Store({ url: server.url, database: 'db', retention }, clock));
    const now = clock.wall();
    await store.write([`m f=1 ${now - days(40)}000000`, `m f=2 ${now}000000`], signal);
    expect(await server.query('SELECT f FROM m', 'db')).toMatchObject([{ f: 2 }]);
    const wrongType = [`m f=1 ${now - days(40)}000000`, `m f="text" ${now}000001`];
    await expect(store.write(wrongType, signal)).rejects.toMatchObject({ code: 'peer-refused' });
  });

  it('lets in only who has the password', async () => {
    const server = closing(await Influxd.start({ auth: true }));
    const admin = { user: 'admin', password: 'p:w ü' };
    await server.query(`CREATE USER admin WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`);
    const store = (password: string) =>
      closing(new Influx1Store({ url: server.url, database: 'db', username: 'admin', password }, clock));
    await expect(store('wrong').check(signal)).rejects.toMatchObject({ code: 'peer-denied' });
    await expect(store('wrong').write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-denied' });
    await store(admin.password).write(['m f=1 1'], signal);
    expect(await server.query('SELECT * FROM m', 'db', admin)).toHaveLength(1);
  });

  it('keeps every text as it was sent', async () => {
    const server = closing(await Influxd.start());
    const store = closing(unhurried(server.url));
    const drug = 'J1 "a", b=c \\ \\" d\ne \\\\';
    const reading = { seq: 1, atMs: 1_772_323_200_000, state: 'infusing' as const, drug };
    await store.write([readingLine({ hub: 'h', pump: 'p', boot: 'b', reading }, 'A, b=c \\d\n\\')], signal);
    const [row] = await server.query('SELECT drug, model, seq FROM pump_reading', 'db');
    expect(row).toMatchObject({ drug, model: 'A, b=c \\d', seq: 1 });
  });

  it('is told of a frozen link in time, and serves again when it thaws', async () => {
    const server = closing(await Influxd.start());
    const proxy = closing(await TcpProxy.start(server.port));
    const store = closing(influx1(proxy.url));
    await store.write(['m f=1 0'], signal);
    proxy.freeze();
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
    proxy.mend();
    await store.write(['m f=1 1'], signal);
    proxy.delay(60);
    await store.write(['m f=1 2'], signal);
  });
});

describe('InfluxDB 2.x', () => {
  it('is asked with token, organisation and bucket', async () => {
    const server = closing(await Influxd.start());
    await server.query('CREATE DATABASE db');
    await server.query('CREATE RETENTION POLICY minutes ON db DURATION INF REPLICATION 1');
    const target = { org: 'o', bucket: 'db', token: 't' };
    const front = closing(await Influx2Front.start({ ...target, upstream: server.url }));
    const store = (change: Partial<typeof target>) =>
      closing(new Influx2Store({ ...target, ...change, url: front.url }, clock));
    expect(await store({}).check(signal)).toEqual({ server: 'InfluxDB v2.7.0' });
    await store({}).write(['m f=1 1'], signal);
    for (const change of [{ token: 'x' }, { org: 'x' }, { bucket: 'x' }]) {
      await expect(store(change).write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-denied' });
    }
    await expect(store({ token: 'x' }).check(signal)).rejects.toMatchObject({ code: 'peer-denied' });
    await expect(store({}).write(['m f="text" 2'], signal)).rejects.toMatchObject({ code: 'peer-refused' });
    await expect(store({}).write(['no line'], signal)).rejects.toMatchObject({ code: 'peer-refused' });
    expect(await server.query('SELECT count(f) FROM m', 'db')).toMatchObject([{ count: 1 }]);
  });
});
