import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeAll(async () => {
  twins = await buildTwinApi();
});
afterAll(() => twins.api.close());

const body = { url: 'https://example.org/hook', events: ['opened'] };
const url = (id: string) => `/api/v1/webhooks/${id}`;

test('the secret is shown once, writes stand on a version, and an ended webhook stays in the list', async () => {
  const { app } = twins.api;
  const boss = twins.bearer('supervisor');
  const isNew = { ...boss, 'if-none-match': '*' };
  const made = await app.inject({ method: 'PUT', url: url('one'), headers: isNew, payload: body });
  expect(made.statusCode).toBe(200);
  expect(made.headers['etag']).toBe('"1"');
  expect(made.json()).toMatchObject({ state: 'active', agency: null, secret: expect.stringMatching(/^whsec_/) });
  expect((await app.inject({ url: url('one'), headers: boss })).body).not.toContain('whsec_');
  expect((await app.inject({ method: 'PUT', url: url('one'), headers: boss, payload: body })).statusCode).toBe(428);
  expect((await app.inject({ method: 'PUT', url: url('one'), headers: isNew, payload: body })).statusCode).toBe(412);
  const changed = await app.inject({
    method: 'PUT',
    url: url('one'),
    headers: { ...boss, 'if-match': '"1"' },
    payload: body,
  });
  expect(changed.json()).toMatchObject({ version: 2, secret: null });
  const ended = await app.inject({ method: 'DELETE', url: url('one'), headers: { ...boss, 'if-match': '"2"' } });
  expect(ended.statusCode).toBe(204);
  expect((await app.inject({ url: url('one'), headers: boss })).json()).toMatchObject({ state: 'ended', version: 3 });
});

test('people of an agency make and see only their own', async () => {
  const { app } = twins.api;
  const ours = { ...twins.bearer('supervisor', 'ours'), 'if-none-match': '*' };
  const put = (agency: string | null | undefined) =>
    app.inject({ method: 'PUT', url: url('ours'), headers: ours, payload: { ...body, agency } });
  expect((await put(null)).statusCode).toBe(403);
  expect((await put('theirs')).statusCode).toBe(403);
  expect((await put(undefined)).json()).toMatchObject({ agency: 'ours' });
  const theirs = twins.bearer('supervisor', 'theirs');
  expect((await app.inject({ url: url('ours'), headers: theirs })).statusCode).toBe(404);
  expect((await app.inject({ url: '/api/v1/webhooks', headers: theirs })).json()).toEqual({ webhooks: [] });
});
