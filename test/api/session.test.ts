import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signInLink } from '#api/sign-in-link.ts';
import { hours } from '#kernel/time.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi();
});
afterEach(() => twins.api.close());

const post = (payload: object, headers: Record<string, string> = {}) =>
  twins.api.app.inject({ method: 'POST', url: '/api/v1/session', payload, headers });
const me = (cookie: string) => twins.api.app.inject({ url: '/api/v1/me', headers: { cookie } });

async function signIn(): Promise<string> {
  const response = await post({ token: twins.access.addLink('demo nurse', 'nurse') });
  const [cookie] = response.cookies;
  return `${cookie?.name}=${cookie?.value}`;
}

describe('a one-time link', () => {
  test('signs in once', async () => {
    const token = twins.access.addLink('demo nurse', 'nurse');
    const first = await post({ token });
    expect(first.statusCode).toBe(200);
    expect(first.json()).toEqual({ name: 'demo nurse', role: 'nurse', agency: null });
    expect(first.cookies).toEqual([
      {
        name: 'infusion_session',
        value: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        path: '/',
        httpOnly: true,
        sameSite: 'Lax',
        maxAge: 86_400,
      },
    ]);
    expect((await me(`infusion_session=${first.cookies[0]?.value}`)).json()).toEqual({
      name: 'demo nurse',
      role: 'nurse',
      agency: null,
    });
    const second = await post({ token });
    expect([second.statusCode, second.json().code, second.cookies]).toEqual([410, 'link-spent', []]);
  });

  test('is not spent by GET', async () => {
    const token = twins.access.addLink('demo nurse', 'nurse');
    for (const url of ['/', '/api/v1/session', `/api/v1/session?token=${token}`, `/?link=${token}`]) {
      await twins.api.app.inject({ method: 'GET', url });
      await twins.api.app.inject({ method: 'HEAD', url });
    }
    expect((await post({ token })).statusCode).toBe(200);
  });

  test('is carried in the fragment, which no server sees', () => {
    expect(signInLink('http://127.0.0.1:8080', 'a_b-c')).toBe('http://127.0.0.1:8080/#link=a_b-c');
    expect(signInLink('https://gw.example/', 'a_b-c')).toBe('https://gw.example/#link=a_b-c');
  });

  test('replaces the session that the browser had', async () => {
    const cookie = await signIn();
    await post({ token: twins.access.addLink('other', 'nurse') }, { cookie });
    expect((await me(cookie)).statusCode).toBe(401);
  });
});

describe('the cookie', () => {
  test('is Secure over TLS, as told by the proxy in front', async () => {
    const proxied = await buildTwinApi({ behindProxy: true });
    const response = await proxied.api.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { token: proxied.access.addLink('a', 'nurse') },
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gw.example', origin: 'https://gw.example' },
    });
    expect(response.cookies[0]?.secure).toBe(true);
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
    await proxied.api.close();
  });

  test('nobody is believed to be a proxy unless configured', async () => {
    const response = await post({ token: twins.access.addLink('a', 'nurse') }, { 'x-forwarded-proto': 'https' });
    expect(response.cookies[0]?.secure).toBeUndefined();
  });

  test('ends with the session, at sign-out or in time', async () => {
    const cookie = await signIn();
    const out = await twins.api.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } });
    expect(out.statusCode).toBe(204);
    expect(out.cookies[0]).toMatchObject({ name: 'infusion_session', value: '', path: '/' });
    expect((await me(cookie)).statusCode).toBe(401);

    const second = await signIn();
    await twins.clock.advance(hours(11));
    expect((await me(second)).statusCode).toBe(200);
    await twins.clock.advance(hours(11));
    expect((await me(second)).statusCode).toBe(200);
    await twins.clock.advance(hours(2));
    expect((await me(second)).statusCode).toBe(401);
  });

  test('does not help where a wrong bearer token is sent', async () => {
    const cookie = await signIn();
    const url = '/api/v1/me';
    for (const authorization of ['Bearer nonsense', 'Basic YTpi', 'Bearer', '']) {
      const response = await twins.api.app.inject({ url, headers: { cookie, authorization } });
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="infusion-gateway"');
    }
  });

  test('a disk that refuses writes does not keep a signed-in nurse out', async () => {
    const cookie = await signIn();
    await twins.clock.advance(hours(1));
    twins.access.noteUse = () => {
      throw new Error('disk full');
    };
    expect((await me(cookie)).statusCode).toBe(200);
  });
});

describe('name and password', () => {
  test('work for a person who has one', async () => {
    await twins.access.addUser('sam', 'pharmacist', 'a long enough one');
    const response = await post({ name: 'sam', password: 'a long enough one' });
    expect([response.statusCode, response.json()]).toEqual([200, { name: 'sam', role: 'pharmacist', agency: null }]);
  });

  test('are answered clearly where none are set up', async () => {
    const response = await post({ name: 'sam', password: 'whatever it is' });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({
      code: 'sign-in-refused',
      detail: 'No passwords are set up here: sign in with a one-time link.',
    });
  });

  test('failures are told to wait; acknowledging is never held up', async () => {
    await twins.access.addUser('sam', 'nurse', 'a long enough one');
    for (let i = 0; i < 5; i += 1) expect((await post({ name: 'sam', password: 'wrong' })).statusCode).toBe(401);
    const held = await post({ name: 'sam', password: 'wrong' });
    expect([held.statusCode, held.json().code, held.headers['retry-after']]).toEqual([429, 'too-many-tries', '30']);
    const headers = twins.bearer('nurse');
    for (let i = 0; i < 300; i += 1) {
      const ack = await twins.api.app.inject({
        method: 'POST',
        url: '/api/v1/alerts/none/ack',
        payload: { version: 1 },
        headers,
      });
      expect(ack.statusCode).toBe(404);
    }
  });

  test.each([
    {},
    { token: 'a', name: 'b' },
    { name: 'b' },
    { password: 'b' },
    { token: 'a', name: 'b', password: 'c' },
    { token: 7 },
    { token: '' },
    { token: 'a', more: 1 },
  ])('the body %j is refused', async (body) => {
    const response = await post(body);
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-request']);
  });
});

describe('a request from a page of another site', () => {
  const url = '/api/v1/session';
  const host = 'gw.example:8080';

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://gw.example' },
    { origin: 'http://gw.example:8080.evil.example' },
    { origin: 'not a url' },
    { 'sec-fetch-site': 'cross-site' },
  ])('is refused: %j', async (headers) => {
    const cookie = await signIn();
    const response = await twins.api.app.inject({ method: 'DELETE', url, headers: { host, cookie, ...headers } });
    expect([response.statusCode, response.json().code]).toEqual([403, 'cross-site']);
    expect((await me(cookie)).statusCode).toBe(200);
    const signInElsewhere = await post({ token: twins.access.addLink('x', 'nurse') }, { host, ...headers });
    expect([signInElsewhere.statusCode, signInElsewhere.cookies]).toEqual([403, []]);
  });

  test.each([
    { origin: 'http://gw.example:8080' },
    { origin: 'http://gw.example:8080', 'sec-fetch-site': 'same-origin' },
    {},
  ])('is not one: %j', async (headers) => {
    const cookie = await signIn();
    const response = await twins.api.app.inject({ method: 'DELETE', url, headers: { host, cookie, ...headers } });
    expect(response.statusCode).toBe(204);
  });

  test('a program with a token has no cookie to misuse', async () => {
    const headers = { ...twins.bearer('nurse'), host, origin: 'https://elsewhere.example' };
    const response = await twins.api.app.inject({ method: 'DELETE', url, headers });
    expect(response.statusCode).toBe(204);
  });
});
