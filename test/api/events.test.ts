import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { millis, seconds } from '#kernel/time.ts';
import { sampleEvent, sampleHub, samplePump } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';
import { SseClient } from '#support/sse-client.ts';

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

const positions = (client: SseClient) => client.events.filter((one) => one.event === 'alert').map((one) => one.id);
const ofKind = (client: SseClient, kind: string) => client.events.filter((one) => one.event === kind);

beforeEach(() => start());
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await twins.api.close();
});

describe('the stream of alerts', () => {
  test('starts live, with the position it starts at as an id to resume from', async () => {
    twins.alerts.append();
    twins.alerts.append();
    const client = await connect();
    expect(client.status).toBe(200);
    expect(client.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(client.headers['cache-control']).toBe('no-store, no-transform');
    expect(client.headers['content-security-policy']).toContain("default-src 'self'");
    await client.until('hello', () => client.events.length === 1);
    expect(client.events).toEqual([{ id: '2', event: 'hello', data: '{"position":2}' }]);
    expect(client.retry).toBe('2000');
    twins.alerts.append();
    await client.until('the row', () => client.events.length === 2);
    expect(client.events[1]).toMatchObject({ id: '3', event: 'alert' });
    expect(JSON.parse(client.events[1]?.data ?? '')).toEqual({ position: 3, event: sampleEvent });
  });

  test('carries nothing but what an alert event has', async () => {
    const client = await connect();
    const event = { ...sampleEvent, inner: 'x', after: { ...sampleEvent.after, patientName: 'not to be told' } };
    twins.alerts.append(event);
    await client.until('the row', () => positions(client).length === 1);
    expect(JSON.parse(client.events.at(-1)?.data ?? '')).toEqual({ position: 1, event: sampleEvent });
  });

  test('one line of data even where a note has several', async () => {
    const client = await connect();
    twins.alerts.append({ ...sampleEvent, note: 'one\n\nevent: alert\ndata: forged\n\ntwo' });
    await client.until('the row', () => positions(client).length === 1);
    expect(JSON.parse(client.events.at(-1)?.data ?? '').event.note).toBe('one\n\nevent: alert\ndata: forged\n\ntwo');
  });

  test.each(['header', 'query'])('resumes after the last id, sent as %s', async (where) => {
    for (let i = 0; i < 450; i += 1) twins.alerts.append();
    const client = await (where === 'header' ? connect('', { 'last-event-id': '3' }) : connect('?lastEventId=3'));
    await client.until('all rows', () => positions(client).length === 447);
    twins.alerts.append();
    await client.until('the live row', () => positions(client).length === 448);
    expect(positions(client)).toEqual(Array.from({ length: 448 }, (_, i) => String(i + 4)));
    expect(ofKind(client, 'hello')).toEqual([]);
  });

  test('the header wins over the address, which is that of the first connection', async () => {
    for (let i = 0; i < 9; i += 1) twins.alerts.append();
    const client = await connect('?lastEventId=2', { 'last-event-id': '7' });
    await client.until('the rows', () => positions(client).length === 2);
    expect(positions(client)).toEqual(['8', '9']);
  });

  test('rows that come in while the log is read are neither lost nor doubled', async () => {
    for (let i = 0; i < 5; i += 1) twins.alerts.append();
    let more = 3;
    // Between the reading of the page and its use: exactly the switch from replay to live.
    twins.alerts.onRead = () => {
      if (more-- > 0) twins.alerts.append();
    };
    const client = await connect('', { 'last-event-id': '0' });
    await client.until('all rows', () => positions(client).length >= 8);
    twins.alerts.append();
    await client.until('the live row', () => positions(client).at(-1) === '9');
    expect(positions(client)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('a row that comes in while the end of the log is being read is not left for later', async () => {
    twins.alerts.append();
    let reads = 0;
    twins.alerts.onRead = () => {
      reads += 1;
      // The first read finds the one row, the second nothing.
      if (reads === 2) twins.alerts.append();
    };
    const client = await connect('', { 'last-event-id': '0' });
    await client.until('both rows', () => positions(client).length === 2);
    expect(positions(client)).toEqual(['1', '2']);
  });

  test('a row that was not announced is fetched when the next one is', async () => {
    const client = await connect();
    await client.until('hello', () => client.events.length === 1);
    twins.alerts.log.push({ position: 1, event: sampleEvent });
    twins.alerts.append();
    await client.until('both rows', () => positions(client).length === 2);
    expect(positions(client)).toEqual(['1', '2']);
  });

  test('an id from another log starts anew and says so', async () => {
    twins.alerts.append();
    const client = await connect('', { 'last-event-id': '900' });
    await client.until('hello', () => client.events.length === 1);
    expect(client.events[0]).toEqual({ id: '1', event: 'hello', data: '{"position":1}' });
    twins.alerts.append();
    await client.until('the row', () => positions(client).length === 1);
    expect(positions(client)).toEqual(['2']);
  });

  test.each(['?lastEventId=x', '?lastEventId=-1', '?topics=pumps', '?topic=alert'])('%s is refused', async (query) => {
    expect((await connect(query)).status).toBe(400);
  });

  test('an unreadable Last-Event-ID is refused', async () => {
    expect((await connect('', { 'last-event-id': 'abc' })).status).toBe(400);
  });

  test('a log that cannot be read ends the stream rather than leaving a hole', async () => {
    twins.alerts.append();
    twins.alerts.onRead = () => {
      throw new Error('disk');
    };
    const client = await connect('', { 'last-event-id': '0' });
    await client.untilEnded();
    expect(positions(client)).toEqual([]);
  });
});

describe('fleet and system', () => {
  test('changes of a second go out together, without an id', async () => {
    const client = await connect();
    await client.until('hello', () => client.events.length === 1);
    twins.fleet.changed({ pumps: ['pump-1'], hubs: [] });
    twins.fleet.changed({ pumps: ['pump-1', 'gone'], hubs: ['hub-1'] });
    await twins.clock.advance(millis(999));
    expect(ofKind(client, 'fleet')).toEqual([]);
    await twins.clock.advance(millis(1));
    await client.until('the change', () => ofKind(client, 'fleet').length === 1);
    const [event] = ofKind(client, 'fleet');
    expect(event?.id).toBeUndefined();
    expect(JSON.parse(event?.data ?? '')).toEqual({
      pumps: [
        {
          ...samplePump,
          latest: { seq: 4, at: samplePump.latest.atMs, state: 'infusing', rate_ml_h: 12.5, alarms: ['x-a'] },
          openAlerts: 1,
        },
      ],
      hubs: [sampleHub],
    });
    await twins.clock.advance(seconds(5));
    expect(ofKind(client, 'fleet')).toHaveLength(1);
  });

  test('an alert also shows on its pump', async () => {
    const client = await connect();
    await client.until('hello', () => client.events.length === 1);
    twins.alerts.append();
    await twins.clock.advance(seconds(1));
    await client.until('the pump', () => ofKind(client, 'fleet').length === 1);
    expect(JSON.parse(ofKind(client, 'fleet')[0]?.data ?? '').pumps[0].openAlerts).toBe(1);
  });

  test('the state of the system comes at the start and when it changes', async () => {
    const client = await connect();
    await twins.clock.advance(seconds(3));
    await client.until('the state', () => ofKind(client, 'system').length === 1);
    // How far the series lag changes all the time and is no news.
    twins.system.current = { ...twins.system.current, series: { lagPoints: 5, lagSeconds: 1 } };
    await twins.clock.advance(seconds(3));
    const problem = { code: 'peer-unavailable', says: 'InfluxDB is away.', next: 'Wait.' };
    twins.system.current = { ...twins.system.current, problems: [problem] };
    await twins.clock.advance(seconds(3));
    await client.until('the change', () => ofKind(client, 'system').length === 2);
    expect(JSON.parse(ofKind(client, 'system')[1]?.data ?? '')).toEqual(twins.system.current);
  });

  test('topics leave out the rest', async () => {
    const client = await connect('?topics=alert');
    twins.fleet.changed({ pumps: ['pump-1'], hubs: [] });
    await twins.clock.advance(seconds(1));
    twins.alerts.append();
    await client.until('the row', () => positions(client).length === 1);
    expect(client.events.map((one) => one.event)).toEqual(['hello', 'alert']);
  });
});
