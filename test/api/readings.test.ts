import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readingJson } from '#api/reading-json.ts';
import { wallMs } from '#kernel/time.ts';
import { START_MS } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi, sampleGap } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const read = (url: string) => twins.api.app.inject({ url: `/api/v1${url}`, headers: twins.bearer('auditor') });

describe('GET /readings', () => {
  test('gives the envelope and every field as sent, unknown ones included', async () => {
    twins.journal.add('pump-1', '{"seq":2,"at":1780000000000,"state":"infusing","x_maker":{"mode":[1,2]}}');
    const response = await read('/readings');
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toEqual({
      readings: [
        {
          offset: 2,
          hub: 'hub-1',
          pump: 'pump-1',
          boot: 'boot-1',
          received_at: START_MS + 2,
          seq: 2,
          at: 1_780_000_000_000,
          state: 'infusing',
          x_maker: { mode: [1, 2] },
        },
      ],
      next: null,
    });
  });

  test('wire fields never take the place of the gateway’s own', async () => {
    twins.journal.add(
      'pump-1',
      '{"seq":2,"hub":"evil","received_at":0,"offset":9,"pump":"x","boot":"y","state":"off"}',
    );
    const [reading] = (await read('/readings')).json().readings;
    expect(reading).toEqual({
      offset: 2,
      hub: 'hub-1',
      pump: 'pump-1',
      boot: 'boot-1',
      received_at: START_MS + 2,
      seq: 2,
      state: 'off',
    });
  });

  test('numbers keep their digits', async () => {
    twins.journal.add('pump-1', '{"seq":2,"state":"off","rate_ml_h":12.50,"x_serial":90071992547409931}');
    expect((await read('/readings')).body).toContain('"rate_ml_h":12.50,"x_serial":90071992547409931}');
  });

  test('pages end with null', async () => {
    for (let i = 0; i < 5; i += 1) twins.journal.add(i % 2 ? 'pump-2' : 'pump-1', `{"seq":${i}}`);
    const offsets = async (url: string) => {
      const { readings, next } = (await read(url)).json();
      return [readings.map((one: { offset: number }) => one.offset), next];
    };
    expect(await offsets('/readings?limit=2')).toEqual([[2, 4], 4]);
    expect(await offsets('/readings?limit=2&after=4')).toEqual([[6, 8], 8]);
    expect(await offsets('/readings?limit=2&after=8')).toEqual([[10], null]);
    expect(await offsets('/readings?limit=5')).toEqual([[2, 4, 6, 8, 10], null]);
    expect(await offsets('/readings?pump=pump-2')).toEqual([[4, 8], null]);
    expect(await offsets('/readings?pump=none')).toEqual([[], null]);
    expect(await offsets('/readings?after=99')).toEqual([[], null]);
  });

  test.each([
    ['limit=1001', 'query.limit must be <= 1000'],
    ['limit=0', 'query.limit must be >= 1'],
    ['limit=ten', 'query.limit must be integer'],
    ['after=-1', 'query.after must be >= 0'],
    ['after=1.5', 'query.after must be integer'],
    ['offset=3', 'query: offset is not a field of this call'],
  ])('?%s is refused', async (query, detail) => {
    const response = await read(`/readings?${query}`);
    expect([response.statusCode, response.json().detail]).toEqual([400, `${detail}.`]);
  });

  test('whatever a hub adds, the text is one JSON object with the envelope intact', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('hub', 'offset')), fc.jsonValue()), (fields) => {
        const envelope = { offset: 1, hub: 'h', pump: 'p', boot: 'b', receivedAt: wallMs(5) };
        const reading = { seq: 0, atMs: 0, state: 'off' as const };
        const text = readingJson({ kind: 'reading', ...envelope, reading, wire: JSON.stringify(fields) });
        const { receivedAt, ...own } = envelope;
        const wire: unknown = JSON.parse(JSON.stringify(fields));
        expect(JSON.parse(text)).toEqual({ ...(typeof wire === 'object' && wire), ...own, received_at: receivedAt });
      }),
    );
  });
});

test('GET /quarantine pages what was refused', async () => {
  const entry = { at: wallMs(START_MS), hub: null, pump: 'p', topic: 'infusion/v1/…/x', code: 'bad-json', detail: 'd' };
  twins.journal.refused = [3, 7, 8].map((offset) => ({ offset, ...entry }));
  expect((await read('/quarantine?limit=2')).json()).toEqual({
    quarantine: [
      { offset: 3, ...entry },
      { offset: 7, ...entry },
    ],
    next: 7,
  });
  expect((await read('/quarantine?after=7')).json()).toEqual({ quarantine: [{ offset: 8, ...entry }], next: null });
  expect((await read('/quarantine?limit=2000')).statusCode).toBe(400);
});

test('GET /gaps answers what is unseen, for no more than a month at a time', async () => {
  expect((await read('/gaps')).json()).toEqual({ gaps: [sampleGap] });
  expect((await read('/gaps?pump=pump-1&from=1780000000000&to=1780000060000')).statusCode).toBe(200);
  expect((await read('/gaps?from=5&to=5')).statusCode).toBe(400);
  expect((await read(`/gaps?from=0&to=${32 * 86_400_000}`)).json().detail).toMatch(/31 days/);
});
