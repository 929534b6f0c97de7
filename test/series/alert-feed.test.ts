import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import type { AlertEvent } from '#model/alert.ts';
import { AlertFeed } from '#series/alert-feed.ts';
import { Influx1Store } from '#series/influx1.ts';
import { cursorAtStart } from '#series/series-feed.ts';
import { Influxd } from '#support/influxd.ts';
import { T0 } from './list-journal.ts';

let server: Influxd;
let store: Influx1Store;

beforeAll(async () => {
  server = await Influxd.start();
  store = new Influx1Store({ url: server.url, database: 'infusion' }, new SystemClock());
});
afterAll(async () => {
  await store.close();
  await server.close();
});

/** A log of alert events as it is read: positions from 1. */
const logOf = (events: readonly AlertEvent[]) => ({
  last: () => events.length,
  read: (position: number, limit: number) =>
    events.slice(position, position + limit).map((value, i) => ({ position: position + i + 1, value })),
});

it('brings every row of the alert log into InfluxDB once, those of one millisecond too', async () => {
  const events = [
    event('opened', 'pump-1', T0),
    event('opened', 'pump-1', T0),
    event('acknowledged', 'pump-1', T0 + 5_000),
    event('opened', null, T0 + 6_000),
  ];
  const feed = new AlertFeed(logOf(events));
  expect(feed.last()).toBe(4);
  for (const start of [0, 2]) {
    const reader = feed.open({ ...cursorAtStart, offset: start });
    for (let batch = reader.next(3); batch; batch = reader.next(3)) {
      await store.write(batch.lines, new AbortController().signal);
    }
  }
  const rows = await server.query('SELECT count(version) FROM alert GROUP BY pump, event, code, priority', 'infusion');
  const found = rows.map(({ pump, event: kind, code, priority, count }) => ({ pump, kind, code, priority, count }));
  expect(found).toEqual([
    { pump: '', kind: 'opened', code: 'hub-dark', priority: 'high', count: 1 },
    { pump: 'pump-1', kind: 'acknowledged', code: 'occlusion-downstream', priority: 'high', count: 1 },
    { pump: 'pump-1', kind: 'opened', code: 'occlusion-downstream', priority: 'high', count: 2 },
  ]);
});

it('names where each line came from and is at its end when all is read', () => {
  const reader = new AlertFeed(logOf([event('opened', 'pump-1', T0)])).open(cursorAtStart);
  expect(reader.next(10)).toMatchObject({
    upTo: 1,
    entries: 1,
    oldestAt: T0,
    origins: [{ offset: 1, hub: 'hub-1', pump: 'pump-1' }],
  });
  expect(reader.next(10)).toBeUndefined();
});

function event(kind: AlertEvent['kind'], pump: string | null, at: number): AlertEvent {
  return {
    alert: 'a1',
    kind,
    at,
    by: null,
    reason: 'told by the pump',
    cause: 1,
    note: null,
    after: {
      id: 'a1',
      version: 1,
      pump,
      hub: 'hub-1',
      patient: null,
      code: pump === null ? 'hub-dark' : 'occlusion-downstream',
      priority: 'high',
      text: '',
      state: 'open',
      condition: 'active',
      stateUnknown: false,
      response: 'unacknowledged',
      acknowledgedBy: null,
      acknowledgedAt: null,
      acknowledgementExpires: null,
      assignedTo: null,
      escalationStep: null,
      nextStepAt: null,
      held: null,
      chatter: false,
      missed: false,
      since: at,
      learnedAt: at,
      clearedAt: null,
      closedAt: null,
      outcome: null,
      count: 1,
      drug: null,
      policy: '1',
    },
  };
}
