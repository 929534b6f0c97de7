import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seconds } from '#kernel/time.ts';
import { sampleEvent, samplePump } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';
import { SseClient } from '#support/sse-client.ts';
import { until } from '#support/until.ts';

let twins: ApiTwins;
let base: string;
const open: SseClient[] = [];

async function start(options: Parameters<typeof buildTwinApi>[0] = {}): Promise<void> {
  twins = await buildTwinApi(options);
  base = `${await twins.api.listen('127.0.0.1', 0)}/api/v1/events`;
}

async function connect(query = '', headers: Record<string, string> = {}): Promise<SseClient> {
  const client = await SseClient.open(`${base}${query}`, { ...twins.bearer('nurse'), ...headers });
  open.push(client);
  return client;
}

const streams = async () => {
  const line = (await twins.metrics.metrics()).split('\n').find((text) => text.startsWith('infusion_event_streams '));
  return Number(line?.split(' ')[1]);
};
const positions = (client: SseClient) => client.events.filter((one) => one.event === 'alert').map((one) => one.id);

beforeEach(() => start());
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await twins.api.close();
});

describe('connections', () => {
  test('hear a comment every 10 s', async () => {
    const client = await connect();
    await client.until('hello', () => client.events.length === 1);
    await twins.clock.advance(seconds(9));
    expect(client.comments).toEqual([]);
    await twins.clock.advance(seconds(21));
    await client.until('three comments', () => client.comments.length === 3);
    expect(client.comments).toEqual([': keep-alive', ': keep-alive', ': keep-alive']);
  });

  test('leave nothing behind when the client closes', async () => {
    const first = await connect();
    const second = await connect('?topics=fleet');
    expect(await streams()).toBe(2);
    first.close();
    await until('one stream', async () => (await streams()) === 1);
    expect(twins.clock.pending()).not.toEqual([]);
    second.close();
    await until('no stream', async () => (await streams()) === 0);
    expect(twins.clock.pending()).toEqual([]);
  });

  test('end when the right to read does', async () => {
    const stays = await connect();
    const token = twins.access.addToken('leaving', 'nurse');
    const leaves = await connect('', { authorization: `Bearer ${token}` });
    twins.access.removeTokens('leaving');
    await twins.clock.advance(seconds(10));
    await leaves.untilEnded();
    expect(stays.ended).toBe(false);
  });

  test('are ended at shutdown, which waits for none of them', async () => {
    const client = await connect();
    await twins.api.close();
    await client.untilEnded();
    expect(twins.alerts.listeners.size + twins.fleet.listeners.size).toBe(0);
    expect(twins.clock.pending()).toEqual([]);
  });

  test('are refused past the limit, with room again after one leaves', async () => {
    await twins.api.close();
    await start({ events: { maxStreams: 1 } });
    const first = await connect();
    const refused = await connect();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    first.close();
    await until('no stream', async () => (await streams()) === 0);
    expect((await connect()).status).toBe(200);
  });

  test('a reader that falls behind gets every row once it takes them again', async () => {
    const client = await connect();
    await client.until('hello', () => client.events.length === 1);
    const note = 'x'.repeat(2_000);
    // All at once, some 15 MB: many times what may wait for one reader.
    for (let i = 0; i < 5_000; i += 1) twins.alerts.append({ ...sampleEvent, note });
    await client.until('all rows', () => positions(client).length >= 5_000);
    twins.alerts.append();
    await client.until('the live row', () => positions(client).length >= 5_001);
    expect(positions(client)).toEqual(Array.from({ length: 5_001 }, (_, i) => String(i + 1)));
  });

  test('a reader that takes nothing is cut off while others go on, and resumes without a hole', async () => {
    const slow = await connect();
    const quick = await connect();
    await slow.until('hello', () => slow.events.length === 1);
    slow.stall();
    const note = 'x'.repeat(100_000);
    let sent = 0;
    await until('the cut', async () => {
      twins.alerts.append({ ...sampleEvent, note });
      sent += 1;
      // The quick reader is given its turn, or it would be just as slow.
      await quick.until('its rows', () => positions(quick).length === sent);
      await twins.clock.advance(seconds(10));
      return (await streams()) === 1;
    });
    expect(quick.ended).toBe(false);
    const resumed = await connect('', { 'last-event-id': slow.lastId ?? '' });
    await resumed.until('the rest', () => positions(resumed).at(-1) === String(sent));
    expect([...positions(slow), ...positions(resumed)]).toEqual(Array.from({ length: sent }, (_, i) => String(i + 1)));
  });

  test('events that cannot be read again later end the connection of a reader that has no room for them', async () => {
    const pumps = Array.from({ length: 2_000 }, (_, i) => `pump-${i}`);
    for (const id of pumps) twins.fleet.pumpViews.set(id, { ...samplePump, id });
    const slow = await connect();
    await slow.until('hello', () => slow.events.length === 1);
    slow.stall();
    // Within two beats, so that it is not the beat that ends it.
    for (let second = 0; second < 19; second += 1) {
      twins.fleet.changed({ pumps, hubs: [] });
      await twins.clock.advance(seconds(1));
    }
    await until('the cut', async () => (await streams()) === 0);
  });

  test('a reader that stalls while it catches up is cut off after three beats', async () => {
    const note = 'x'.repeat(100_000);
    for (let i = 0; i < 400; i += 1) twins.alerts.append({ ...sampleEvent, note });
    await twins.api.close();
    const { alerts } = twins;
    twins = await buildTwinApi({ events: { maxWaitingBytes: 1_000_000_000 } }, { alerts });
    base = `${await twins.api.listen('127.0.0.1', 0)}/api/v1/events`;
    const client = await connect('', { 'last-event-id': '0' });
    client.stall();
    await twins.clock.advance(seconds(20));
    expect(await streams()).toBe(1);
    await twins.clock.advance(seconds(20));
    await until('the cut', async () => (await streams()) === 0);
  });
});
