import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';
import { SseClient } from '#support/sse-client.ts';

let twins: ApiTwins;
let url: string;

beforeAll(async () => {
  twins = await buildTwinApi();
  url = `${await twins.api.listen('127.0.0.1', 0)}/api/v1/events?topics=alert`;
});
afterAll(() => twins.api.close());

/** What happens while one reader follows the log. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 450 }) }),
  // Rows that are committed between the reading of a page of the log and its use.
  fc.record({ kind: fc.constant('append-during-read' as const), rows: fc.integer({ min: 1, max: 5 }) }),
  // The reader goes away without having taken what is on its way, and comes back with the last id it saw.
  fc.record({ kind: fc.constant('reconnect' as const), awayRows: fc.integer({ min: 0, max: 250 }) }),
  // The reader takes some of what is there before the next step.
  fc.record({ kind: fc.constant('read' as const), rows: fc.integer({ min: 1, max: 100 }) }),
);

test('whatever the disconnects, every event comes exactly once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { log } = twins.alerts;
      const first = log.length + 1;
      const headers = twins.bearer('nurse');
      const seen: number[] = [];
      const appendMany = (rows: number) => {
        for (let i = 0; i < rows; i += 1) twins.alerts.append();
      };
      const positions = (reader: SseClient) => reader.events.filter((one) => one.event === 'alert');
      const keep = (reader: SseClient) => seen.push(...positions(reader).map((one) => Number(one.id)));

      let reader = await SseClient.open(url, headers);
      await reader.until('hello', () => reader.events.length > 0);
      for (const one of steps) {
        switch (one.kind) {
          case 'append':
            appendMany(one.rows);
            break;
          case 'append-during-read': {
            let left = one.rows;
            twins.alerts.onRead = () => {
              if (left-- > 0) twins.alerts.append();
            };
            break;
          }
          case 'read': {
            const unseen = log.length - first + 1 - seen.length;
            const wanted = Math.min(one.rows, unseen);
            await reader.until('some rows', () => positions(reader).length >= wanted);
            break;
          }
          case 'reconnect': {
            reader.close();
            await reader.untilEnded();
            keep(reader);
            const lastId = seen.at(-1) ?? first - 1;
            appendMany(one.awayRows);
            reader = await SseClient.open(url, { ...headers, 'last-event-id': String(lastId) });
          }
        }
      }
      twins.alerts.onRead = () => {};
      appendMany(1);
      await reader.until('the last row', () => Number(reader.lastId) === log.length);
      keep(reader);
      reader.close();
      expect(seen).toEqual(Array.from({ length: log.length - first + 1 }, (_, i) => first + i));
    }),
    { numRuns: 60 },
  );
});
