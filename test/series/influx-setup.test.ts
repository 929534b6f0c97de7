import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { Influx2Front } from '#support/influx2-front.ts';
import { Influxd } from '#support/influxd.ts';
import { influxProblem } from '../../gateway/influx-problem.ts';

const clock = new SystemClock();
const { signal } = new AbortController();
const retention = { rawDays: 30, rollupDays: 730 };
const plan = { retention, changeRetention: false };
const now = () => `${clock.wall()}000000`;

const open: { close(): Promise<unknown> }[] = [];
const closing = <T extends { close(): Promise<unknown> }>(resource: T): T => {
  open.push(resource);
  return resource;
};
let server: Influxd;
beforeEach(async () => {
  server = closing(await Influxd.start({ auth: true }));
  await server.query(`CREATE USER boss WITH PASSWORD 'pass' WITH ALL PRIVILEGES`);
});
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

const states = async (store: SeriesStore, changeRetention = false) =>
  (await store.setUp({ retention, changeRetention }, signal)).map(({ state }) => state);

/** What `check` tells a person. */
async function told(store: SeriesStore, target: Parameters<typeof influxProblem>[1]): Promise<string> {
  const error: unknown = await store.check(signal).catch((thrown: unknown) => thrown);
  if (!(error instanceof GatewayError)) return 'in order';
  const { where, problem, mend } = influxProblem(error, target);
  expect(mend).not.toBe('');
  return `${where}: ${problem.replace(/ \(.*/, '')}`;
}

describe('InfluxDB 1.x', () => {
  const target = (change: Record<string, string> = {}) => ({
    url: server.url,
    database: 'infusion',
    username: 'boss',
    password: 'pass',
    ...change,
  });
  const store = (change: Record<string, string> = {}) =>
    closing(new Influx1Store({ ...target(change), retention }, clock));
  const boss = { user: 'boss', password: 'pass' };

  it('is set up once, and then left alone', async () => {
    expect(await states(store())).toEqual(['made', 'made']);
    expect(await states(store())).toEqual(['there', 'there']);
    const policies = await server.query('SHOW RETENTION POLICIES ON infusion', undefined, boss);
    expect(policies).toMatchObject([
      { name: 'readings', duration: '720h0m0s', default: true },
      { name: 'minutes', duration: '17520h0m0s', default: false },
    ]);
  });

  it('keeps the retention of what was there, unless told to change it', async () => {
    await server.query('CREATE DATABASE infusion', undefined, boss);
    const steps = await store().setUp(plan, signal);
    expect(steps[0]).toMatchObject({
      state: 'differs',
      detail: 'keeps for ever, the configuration says keeps 30 days',
    });
    expect(await states(store(), true)).toEqual(['changed', 'there']);
    expect(await states(store())).toEqual(['there', 'there']);
  });

  it('is written by a user who could not have set it up', async () => {
    await store().setUp(plan, signal);
    await server.query(`CREATE USER gateway WITH PASSWORD 'g'`, undefined, boss);
    await server.query('GRANT ALL ON infusion TO gateway', undefined, boss);
    const writer = store({ username: 'gateway', password: 'g' });
    await writer.write([`pump_reading f=1 ${now()}`], signal);
    await writer.writeMinutes([`pump_minute readings=1i ${now()}`], signal);
    expect(await writer.check(signal)).toMatchObject({ server: expect.stringMatching('InfluxDB') });
    await expect(
      store({ username: 'gateway', password: 'g', database: 'other' }).setUp(plan, signal),
    ).rejects.toThrow();
  });

  it('is told apart by what is wrong with it', async () => {
    const tellOf = (change: Record<string, string>) => told(store(change), target(change));
    expect(await tellOf({})).toBe('INFUSION_INFLUX_DATABASE: the server has no such database');
    await server.query('CREATE DATABASE infusion', undefined, boss);
    expect(await tellOf({})).toBe('INFUSION_INFLUX_DATABASE: the place for minutes is missing');
    await store().setUp(plan, signal);
    expect(await tellOf({})).toBe('in order');
    expect(await tellOf({ password: 'wrong' })).toBe(
      'INFUSION_INFLUX_PASSWORD: the server does not know this user and password',
    );
    expect(await tellOf({ url: 'http://127.0.0.1:1' })).toMatch(/^INFUSION_INFLUX_URL: no InfluxDB answers at /);
  });
});

describe('InfluxDB 2.x', () => {
  const names = { org: 'the org', bucket: 'infusion', token: 'small' };
  let front: Influx2Front;
  beforeEach(async () => {
    const data = closing(await Influxd.start());
    await data.query('CREATE DATABASE infusion');
    await data.query('CREATE RETENTION POLICY "minutes" ON infusion DURATION INF REPLICATION 1');
    front = closing(await Influx2Front.start({ ...names, adminToken: 'big', upstream: data.url }));
  });
  const target = (change: Record<string, string> = {}) => ({ url: front.url, ...names, ...change });
  const store = (change: Record<string, string> = {}) =>
    closing(new Influx2Store({ ...target(change), retention }, clock));

  it('is set up once, and then left alone; the virtual names do', async () => {
    expect(await states(store({ token: 'big' }))).toEqual(['made', 'there', 'made', 'there']);
    const { changes } = front.resources;
    expect(await states(store({ token: 'big' }))).toEqual(['there', 'there', 'there', 'there']);
    expect(front.resources.changes).toBe(changes);
  });

  it('keeps the retention of what was there, unless told to change it', async () => {
    front.resources.add('infusion', [{ type: 'expire', everySeconds: 86_400 }]);
    expect(await states(store({ token: 'big' }))).toEqual(['differs', 'there', 'made', 'there']);
    expect(await states(store({ token: 'big' }), true)).toEqual(['changed', 'there', 'there', 'there']);
  });

  it('gets a mapping of its own where InfluxQL knows the bucket by another name', async () => {
    const named = closing(new Influx2Store({ ...target({ token: 'big' }), database: 'pumps', retention }, clock));
    const steps = await named.setUp(plan, signal);
    expect(steps.map(({ thing, state }) => `${state} ${thing}`)).toEqual([
      'made bucket "infusion"',
      'made InfluxQL name "pumps"."autogen"',
      'made bucket "infusion/minutes"',
      'made InfluxQL name "pumps"."minutes"',
    ]);
  });

  it('is told apart by what is wrong with it, and needs no admin once set up', async () => {
    const tellOf = (change: Record<string, string>) => told(store(change), target(change));
    expect(await tellOf({})).toBe('INFUSION_INFLUX_BUCKET: the server has no such bucket');
    await expect(store().setUp(plan, signal)).rejects.toMatchObject({ code: 'peer-denied' });
    await store({ token: 'big' }).setUp(plan, signal);
    expect(await tellOf({})).toBe('in order');
    await store().writeMinutes([`pump_minute readings=1i ${now()}`], signal);
    expect(await tellOf({ token: 'wrong' })).toBe('INFUSION_INFLUX_TOKEN: the server does not know this token');
    expect(await tellOf({ org: 'nobody' })).toMatch(/^INFUSION_INFLUX_ORG: the server has no organisation/);
    expect(await tellOf({ url: 'http://127.0.0.1:1' })).toMatch(/^INFUSION_INFLUX_URL: no InfluxDB answers at /);
  });
});
