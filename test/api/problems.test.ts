import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpStatus } from '#api/problem.ts';
import { type ErrorCode, errorKinds, GatewayError } from '#kernel/errors.ts';
import { createLogger } from '#kernel/log.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
let logged: string[];
beforeEach(async () => {
  logged = [];
  twins = await buildTwinApi({}, { log: createLogger('debug', { write: (line) => void logged.push(line) }) });
});
afterEach(() => twins.api.close());

const failing = async (thrown: unknown) => {
  twins.fleet.hubs = () => {
    throw thrown;
  };
  return twins.api.app.inject({ url: '/api/v1/hubs', headers: twins.bearer('nurse') });
};

test('every error code has a status, and its problem names what to do', async () => {
  const codes = Object.keys(errorKinds).filter((code): code is ErrorCode => code in errorKinds);
  for (const code of codes) {
    const status = httpStatus[code];
    const response = await failing(new GatewayError(code, 'The detail.'));
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const detail = status === 500 ? expect.stringMatching(/^Reference req-\w+\.$/) : 'The detail.';
    expect(response.json()).toEqual({
      type: `urn:infusion-gateway:problem:${code}`,
      title: errorKinds[code].says,
      status,
      code,
      detail,
      next: errorKinds[code].next,
    });
    const again = errorKinds[code].retry === 'transient' ? '5' : undefined;
    expect(response.headers['retry-after']).toBe(again);
  }
});

describe('what was not raised on purpose', () => {
  test.each([
    new Error('SELECT secret FROM /var/lib/infusion/journal.sqlite'),
    new TypeError('secret is not a function'),
    Object.assign(new Error('secret'), { statusCode: 404 }),
    Object.assign(new Error('secret'), { code: 'ENOENT', path: '/secret' }),
    'secret',
    undefined,
    { secret: 1 },
  ])('shows nothing of itself: %s', async (thrown) => {
    const response = await failing(thrown);
    expect([response.statusCode, response.json().code]).toEqual([500, 'gateway-fault']);
    expect(JSON.stringify([response.headers, response.body])).not.toMatch(/secret|sqlite|\.ts|node_modules/);
    const { detail } = response.json();
    const reference = /^Reference (req-\w+)\.$/.exec(detail)?.[1] ?? 'none';
    expect(logged.some((line) => line.includes(`"reference":"${reference}"`))).toBe(true);
  });

  test('an answer that lacks a field is our fault, not half an answer', async () => {
    const bad: unknown = { id: 'hub-1' };
    twins.fleet.hubViews.set('hub-1', Object.assign(Object.create(null), bad));
    const response = await twins.api.app.inject({ url: '/api/v1/hubs', headers: twins.bearer('nurse') });
    expect([response.statusCode, response.json().code]).toEqual([500, 'gateway-fault']);
  });
});

test('errors of callers are not logged as ours', async () => {
  await twins.api.app.inject({ url: '/api/v1/hubs' });
  await twins.api.app.inject({ url: '/api/v1/none' });
  await twins.api.app.inject({ url: '/api/v1/readings?limit=x', headers: twins.bearer('nurse') });
  expect(logged).toEqual([]);
});

describe('requests that are wrong as such', () => {
  const post = (payload: string | Buffer, headers: Record<string, string>) =>
    twins.api.app.inject({ method: 'POST', url: '/api/v1/session', payload, headers });

  test.each([
    ['text/plain', '{"token":"a"}'],
    ['application/x-www-form-urlencoded', 'token=a'],
    ['application/xml', '<token>a</token>'],
  ])('a body of type %s', async (type, body) => {
    const response = await post(body, { 'content-type': type });
    expect([response.statusCode, response.json().code]).toEqual([415, 'wrong-content-type']);
  });

  test('a body over 64 KiB', async () => {
    const body = JSON.stringify({ token: 'x'.repeat(64 * 1024) });
    const response = await post(body, { 'content-type': 'application/json' });
    expect([response.statusCode, response.json().code]).toEqual([413, 'too-large']);
  });

  test('an empty body', async () => {
    const response = await post('', { 'content-type': 'application/json' });
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-request']);
  });

  test.each(['/api/v1/none', '/api/none', '/none', '/api/v1/alerts/a/b/c', '/api/v1', '/../package.json'])(
    'an unknown address %s',
    async (url) => {
      const response = await twins.api.app.inject({ url });
      expect([response.statusCode, response.json().code]).toEqual([404, 'not-found']);
    },
  );

  test('a known address with another method', async () => {
    const response = await twins.api.app.inject({ method: 'DELETE', url: '/api/v1/alerts' });
    expect([response.statusCode, response.json().detail]).toEqual([
      404,
      'DELETE /api/v1/alerts is no call of this API.',
    ]);
  });

  test('an address that is no URL', async () => {
    const response = await twins.api.app.inject({ url: '/api/v1/pumps/%ff', headers: twins.bearer('nurse') });
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-request']);
  });
});

test('security headers are on every answer', async () => {
  const headers = twins.bearer('nurse');
  for (const url of [
    '/',
    '/healthz',
    '/api/openapi.json',
    '/api/v1/alerts',
    '/api/v1/none',
    '/api/v1/readings?limit=x',
  ]) {
    const response = await twins.api.app.inject({ url, headers });
    expect(response.headers).toMatchObject({
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
        "frame-ancestors 'none'; require-trusted-types-for 'script'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  }
});
