import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { START_MS } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const get = (url: string) => twins.api.app.inject({ url, headers: twins.bearer('nurse', 'agency-1') });

it('tells which policy is in force, since when and by whom, and every number of it', async () => {
  const about = { version: 1, name: defaultAlertPolicy.version, from: START_MS, by: 'root', source: 'built-in' };
  expect((await get('/api/v1/policies')).json()).toEqual({ policies: [about] });
  const one = await get('/api/v1/policies/1');
  expect(one.json()).toEqual({ ...about, policy: defaultAlertPolicy });
  expect(one.headers['etag']).toBe('"1"');
});

it('a version that never was is not found', async () => {
  const answer = await get('/api/v1/policies/2');
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found']);
});
