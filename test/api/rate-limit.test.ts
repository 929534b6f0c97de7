import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCallRates } from '#api/rate-limit.ts';
import { seconds } from '#kernel/time.ts';
import { sampleAlert } from '#support/api-samples.ts';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';

const rates = { person: { burst: 5, perSecond: 1 }, address: { burst: 3, perSecond: 1 } };
let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi({ rates });
});
afterEach(() => twins.api.close());

const get = async (headers: { authorization: string }) =>
  (await twins.api.app.inject({ url: '/api/v1/hubs', headers })).statusCode;
const signIn = (remoteAddress: string) =>
  twins.api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token: 'no' }, remoteAddress });

describe('a caller that asks for too much', () => {
  it('waits as long as it is told to, and nobody else does', async () => {
    const [one, other] = [twins.bearer('nurse'), twins.bearer('technician')];
    for (let i = 0; i < 5; i += 1) expect(await get(one)).toBe(200);
    const refused = await twins.api.app.inject({ url: '/api/v1/hubs', headers: one });
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([
      429,
      'too-many-calls',
      '1',
    ]);
    expect(await get(other)).toBe(200);
    await twins.clock.advance(seconds(1));
    expect(await get(one)).toBe(200);
    expect(await get(one)).toBe(429);
  });

  it('is known by its address where nobody signs in', async () => {
    for (let i = 0; i < 3; i += 1) expect((await signIn('198.51.100.1')).statusCode).toBe(410);
    expect((await signIn('198.51.100.1')).statusCode).toBe(429);
    expect((await signIn('198.51.100.2')).statusCode).toBe(410);
    expect(await get(twins.bearer('nurse'))).toBe(200);
  });

  it('fills the audit trail with one entry a minute, whatever it asks for', async () => {
    for (let i = 0; i < 50; i += 1) await twins.api.app.inject({ url: `/api/v1/pumps/p${i}` });
    const nurse = twins.bearer('nurse');
    for (let i = 0; i < 50; i += 1) await twins.api.app.inject({ url: `/api/v1/hubs/h${i}/none`, headers: nurse });
    for (let i = 0; i < 50; i += 1) await twins.api.app.inject({ url: `/api/v1/pumps/p${i}`, headers: nurse });
    const refused = twins.audit.page({ limit: 1_000, kind: 'refused' }).audit;
    expect(refused.map(({ outcome, object }) => [outcome, object])).toEqual([
      [429, null],
      [401, null],
    ]);
  });
});

describe('taking an alert is never held up', () => {
  const act = (name: string, headers: { authorization: string }) =>
    twins.api.app.inject({
      method: 'POST',
      url: `/api/v1/alerts/${sampleAlert.id}/${name}`,
      headers,
      payload: { version: 1 },
    });

  it('by what the same person or address asked for before', async () => {
    const nurse = twins.bearer('nurse');
    for (let i = 0; i < 10; i += 1) await get(nurse);
    for (let i = 0; i < 10; i += 1) await signIn('127.0.0.1');
    expect(await get(nurse)).toBe(429);
    for (let i = 0; i < 50; i += 1) expect((await act('ack', nurse)).statusCode).toBe(200);
    expect((await act('accept', nurse)).statusCode).toBe(200);
  });

  it('nor the answer to a page, or its receipt', async () => {
    for (let i = 0; i < 10; i += 1) await signIn('127.0.0.1');
    for (const url of ['/api/v1/replies/view', '/api/v1/replies', '/api/v1/receipts', '/api/v1/providers/sms/reply']) {
      for (let i = 0; i < 10; i += 1) {
        const answer = await twins.api.app.inject({ method: 'POST', url, payload: {} });
        expect(answer.statusCode).not.toBe(429);
      }
    }
  });

  it('on any route that acts on alerts', () => {
    const acting = twins.api.routes.filter(({ needs }) => needs === 'alerts:act').map(({ url }) => url);
    expect(acting).toContain('/api/v1/alerts/:id/ack');
    expect(acting.length).toBeGreaterThan(12);
  });
});

it('a console that comes up and reloads for an hour is far below the limits', () => {
  expect(defaultCallRates.person.burst).toBeGreaterThanOrEqual(500);
  expect(defaultCallRates.address.burst).toBeGreaterThanOrEqual(100);
});
