import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { START_MS, sampleHub, samplePump, sampleService } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const read = (url: string) => twins.api.app.inject({ url: `/api/v1${url}`, headers: twins.bearer('supervisor') });

const shownPump = {
  ...samplePump,
  latest: { seq: 4, at: START_MS, state: 'infusing', rate_ml_h: 12.5, alarms: ['x-a'] },
  openAlerts: 1,
};

test('hubs are shown whole', async () => {
  expect((await read('/hubs')).json()).toEqual({ hubs: [sampleHub] });
});

test('pumps are shown with the latest reading in wire names and their open alerts', async () => {
  expect((await read('/pumps')).json()).toEqual({ pumps: [shownPump] });
  expect((await read('/pumps/pump-1')).json()).toEqual(shownPump);
});

test('an unknown pump is not found', async () => {
  expect((await read('/pumps/none')).statusCode).toBe(404);
  expect((await read('/pumps/none/trend')).statusCode).toBe(404);
});

describe('trends', () => {
  test('answer the span asked for, nulls included', async () => {
    const response = await read('/pumps/pump-1/trend?from=1000&to=5000&points=4');
    expect(twins.trends.queries).toEqual([{ pump: 'pump-1', from: 1_000, to: 5_000, points: 4 }]);
    expect(response.json()).toEqual(twins.trends.trend({ pump: 'pump-1', from: 1_000, to: 5_000, points: 4 }));
  });

  test('are of the last day unless told', async () => {
    await read('/pumps/pump-1/trend');
    await read('/pumps/pump-1/trend?to=86400001&points=10');
    expect(twins.trends.queries).toEqual([
      { pump: 'pump-1', from: START_MS - 86_400_000, to: START_MS, points: 500 },
      { pump: 'pump-1', from: 1, to: 86_400_001, points: 10 },
    ]);
  });

  test.each([
    ['from=5&to=5', 'query.from must be before query.to.'],
    ['from=6&to=5', 'query.from must be before query.to.'],
    ['points=0', 'query.points must be >= 1.'],
    ['points=5001', 'query.points must be <= 5000.'],
    ['from=yesterday', 'query.from must be integer.'],
  ])('?%s is refused', async (query, detail) => {
    const response = await read(`/pumps/pump-1/trend?${query}`);
    expect([response.statusCode, response.json().detail]).toEqual([400, detail]);
  });
});

test('services are listed, of all or of one patient', async () => {
  expect((await read('/services')).json()).toEqual({ services: twins.services });
  const { alertEvent: _, ...shown } = sampleService;
  const evidence = [{ type: 'alert', ref: sampleService.alert, hash: null }];
  expect((await read('/patients/patient-7/services')).json()).toMatchObject({ services: [{ ...shown, evidence }] });
  expect((await read('/patients/none/services')).json()).toEqual({ services: [] });
});
